"""What callers say: enough variety, and a length that tells nothing."""

import re
import unicodedata
from collections import Counter
from functools import cache

import numpy as np
import pytest

from malsori.corpus.synth.rule import CUES, PROPORTIONS, SCENARIOS, Rule
from malsori.corpus.synth.wording import SHORTEST, compose, pools, syllables


@cache
def calls(n=3000):
    """Sampled calls: labels, cues, wanted length, sentences."""
    rule, rng = Rule(), np.random.default_rng(11)
    shares = [PROPORTIONS["scenario"][s] for s in SCENARIOS]
    made = []
    for _ in range(n):
        cell = int(rng.choice(12, p=rule.labels.ravel()))
        cues = rule.cues(cell // 4, cell % 4, rng)
        length = int(rng.integers(SHORTEST, 90))
        scenario = str(rng.choice(SCENARIOS, p=shares))
        made.append((cell, cues, length, compose(scenario, cues, length, rng)))
    return made


def lists(node):
    """All lists of expressions under a node."""
    if isinstance(node, list):
        yield node
    elif isinstance(node, dict):
        for child in node.values():
            yield from lists(child)


def test_every_scenario_has_every_level():
    wording = pools()
    assert tuple(wording["scenarios"]) == SCENARIOS
    assert tuple(wording["feeling"]) == CUES["feeling"]
    for scenario in wording["scenarios"].values():
        assert tuple(scenario["severity"]) == CUES["severity"]
        assert tuple(scenario["subjects"]) == tuple(scenario["relation"]) == CUES["affair"]


def test_expressions_are_many_and_none_stands_for_two_levels():
    wording = pools()
    assert all(len(set(group)) == len(group) for group in lists(wording))
    assert all(len(group) >= 10 for group in wording["feeling"].values())
    feelings = [e for group in wording["feeling"].values() for e in group]
    assert len(set(feelings)) == len(feelings)
    for scenario in wording["scenarios"].values():
        both = [wording["severity"]["every"], scenario["severity"]]
        severities = [e for levels in both for group in levels.values() for e in group]
        assert len(severities) >= 48
        assert len(set(severities)) == len(severities)


def test_levels_have_expressions_of_about_the_same_length():
    def mean(group):
        return np.mean([syllables(e) for e in group])

    wording = pools()
    levelled = [wording["feeling"], wording["severity"]["every"]]
    levelled += [s["severity"] for s in wording["scenarios"].values()]
    for levels in levelled:
        means = [mean(group) for group in levels.values()]
        assert max(means) - min(means) < 1.3


@pytest.mark.parametrize("cue", ["severity", "feeling", "affair"])
def test_length_and_number_of_sentences_do_not_tell_a_cue(cue):
    for measure in (lambda s: sum(map(syllables, s)), len, lambda s: len(" ".join(s).split())):
        groups = {level: [] for level in CUES[cue]}
        for _, cues, _, sentences in calls():
            groups[cues[cue]].append(measure(sentences))
        spread = np.std(np.concatenate(list(groups.values())))
        means = [(np.mean(g), spread / np.sqrt(len(g))) for g in groups.values()]
        for mean, error in means:
            assert abs(mean - means[0][0]) < 0.05 * spread + 3.5 * np.hypot(error, means[0][1])


def test_texts_hit_the_wanted_length():
    missed = [sum(map(syllables, s)) - length for _, _, length, s in calls()]
    assert abs(np.mean(missed)) < 2
    assert np.percentile(np.abs(missed), 95) <= 7


def test_texts_are_different_and_filled():
    texts = [" ".join(s) for *_, s in calls()]
    assert len(set(texts)) == len(texts)
    assert not any("{" in t or "}" in t for t in texts)


def test_the_copula_fits_the_syllable_before_it():
    """이에요 after a consonant, 예요 after a vowel, whatever a slot was filled with."""
    for *_, sentences in calls():
        for before, copula in re.findall(r"([가-힣])(이에요|예요)", " ".join(sentences)):
            closed = len(unicodedata.normalize("NFD", before)) == 3
            assert closed == (copula == "이에요"), (before, copula)


@pytest.mark.parametrize("slot", ["dong", "complex", "landmark", "shop"])
def test_a_call_comes_from_one_place(slot):
    names = pools()["slots"][slot]
    said = [sum(name in " ".join(sentences) for name in names) for *_, sentences in calls()]
    assert max(said) == 1


def test_what_happened_is_said_before_how_bad_it_is():
    situations = tuple(
        template.removeprefix("{who} ")
        for scenario in pools()["scenarios"].values()
        for template in scenario["situation"]
    )
    clues = {e for group in lists(pools()["severity"]) for e in group}
    for *_, sentences in calls():
        happened = next(i for i, s in enumerate(sentences) if s.endswith(situations))
        assert all(i > happened for i, s in enumerate(sentences) if s in clues)


def test_sentences_are_not_said_twice():
    content = [s for *_, call in calls() for s in [[e for e in call if syllables(e) > 6]]]
    assert all(len(set(s)) == len(s) for s in content)


@pytest.mark.parametrize(("axis", "name"), [(0, "urgency"), (1, "sentiment")])
def test_no_single_word_decides(axis, name):
    """The best rule "if the call has this word, say a, else b" stays far below the bound."""
    labels = np.array([divmod(cell, 4)[axis] for cell, *_ in calls()])
    words = [set("".join(c for c in " ".join(s) if c not in ".,?").split()) for *_, s in calls()]
    common = [w for w, n in Counter(w for ws in words for w in ws).items() if n >= 20]
    accuracy = []
    for word in common:
        has = np.array([word in ws for ws in words])
        right = sum(np.bincount(labels[part]).max() for part in (has, ~has))
        accuracy.append(right / len(labels))
    bounds = Rule().bounds[name]
    prior, text = bounds["prior"]["accuracy"], bounds["text"]["accuracy"]
    assert max(accuracy) < prior + 0.25 * (text - prior)


def test_clues_of_other_levels_stray_in_but_never_win():
    cues = {"severity": "하", "feeling": "중립", "affair": "own"}
    wording = pools()
    own = wording["scenarios"]["구급"]["severity"]
    level_of = {e: k for levels in (own, wording["severity"]["every"]) for k in levels
                for e in levels[k]}  # fmt: skip
    strays = 0
    for i in range(300):
        said = compose("구급", cues, 90, np.random.default_rng(i))
        levels = Counter(level_of[s] for s in said if s in level_of)
        assert levels["하"] > sum(levels.values()) / 2
        strays += levels["하"] < sum(levels.values())
    assert 60 < strays < 150


def test_a_stray_of_severity_is_general_and_one_level_away():
    """Nobody stops breathing and talks well in one call."""
    wording, seen = pools(), set()
    for i in range(300):
        level = "하중상"[i % 3]
        cues = {"severity": level, "feeling": "중립", "affair": "own"}
        for said in compose("구급", cues, 90, np.random.default_rng(i)):
            for other in "하중상".replace(level, ""):
                assert said not in wording["scenarios"]["구급"]["severity"][other]
                if said in wording["severity"]["every"][other]:
                    seen.add((level, other))
    assert seen == {("하", "중"), ("중", "하"), ("중", "상"), ("상", "중")}
