"""The rule: its margins, its independences, and its bounds against other ways to get them."""

import itertools

import numpy as np
import pytest
import yaml

from malsori.corpus.synth.rule import CONDITIONS, CUES, PROPORTIONS, TASKS, URGENCY, Rule
from malsori.errors import MalsoriError

AXES = ("urgency", "sentiment", *CUES)


def brute_force(rule, task, known):
    """Bounds by plain loops and dictionaries from the conditional tables, one cell at a time."""
    given, cells = rule.conditionals, {}
    for u, s in itertools.product(range(3), range(4)):
        ranks = itertools.product(range(3), range(4), range(2), range(3), range(4), range(2))
        for severity, feeling, affair, effort, mood, timbre in ranks:
            agree = rule.agreement[u][s]
            p = rule.labels[u][s] * given["severity"][u][severity] * given["feeling"][s][feeling]
            p *= given["effort"][u][effort] * given["mood"][s][mood]
            p *= 0.5 * (agree if affair == timbre else 1 - agree)
            cues = dict(zip(CUES, (severity, feeling, affair, effort, mood, timbre), strict=True))
            row = cells.setdefault(tuple(cues[k] for k in known), [0.0] * len(task.classes))
            row[u if task is URGENCY else s] += p
    accuracy = sum(max(row) for row in cells.values())
    score = 0.0
    for row in cells.values():
        total = sum(row)
        if task.kind == "nominal":
            score -= sum(p * np.log(p / total) for p in row if p > 0)
            continue
        for k in range(len(row) - 1):
            above = sum(row[k + 1 :])
            for part in (above, total - above):
                score -= part * np.log(part / total) / (len(row) - 1) if part > 0 else 0.0
    return {"accuracy": accuracy, "score": score}


@pytest.mark.parametrize("cross", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)
@pytest.mark.parametrize("condition", CONDITIONS)
def test_bounds_equal_a_brute_force_sum(cross, task, condition):
    rule = Rule(cross=cross)
    expected = brute_force(rule, task, CONDITIONS[condition])
    assert rule.bounds[task.name][condition] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("condition", ["text", "speech", "speech+text"])
def test_bounds_are_what_the_posterior_reaches_on_drawn_calls(condition):
    """Draw calls from the rule, forecast with the exact posterior, and score the forecasts."""
    rule, rng, n = Rule(), np.random.default_rng(5), 20_000
    joint = rng.choice(rule.labels.size, size=n, p=rule.labels.ravel())
    labels = np.stack(np.unravel_index(joint, rule.labels.shape))
    drawn = [rule.cues(int(u), int(s), rng) for u, s in labels.T]
    ranks = [np.array([CUES[c].index(d[c]) for d in drawn]) for c in CONDITIONS[condition]]
    for axis, task in enumerate(TASKS):
        keep = (task.name, *CONDITIONS[condition])
        table = rule.table.sum(axis=tuple(i for i, a in enumerate(AXES) if a not in keep))
        posterior = table[:, *ranks] / table[:, *ranks].sum(axis=0)
        y = labels[axis]
        if task.kind == "nominal":
            loss = -np.log(posterior[y, np.arange(n)])
        else:
            above = [posterior[k + 1 :].sum(axis=0) for k in range(2)]
            loss = np.mean(
                [-np.log(np.where(y > k, p, 1 - p)) for k, p in enumerate(above)], axis=0
            )
        hit = posterior.argmax(axis=0) == y
        for name, values in (("accuracy", hit), ("score", loss)):
            bound = rule.bounds[task.name][condition][name]
            assert abs(values.mean() - bound) < 3.5 * values.std() / np.sqrt(n), (task.name, name)


def test_cues_are_drawn_as_the_table_says():
    rule, rng, n = Rule(cross=1.0), np.random.default_rng(1), 4000
    drawn = [tuple(rule.cues(2, 1, rng).values()) for _ in range(n)]
    table = rule.table[2, 1] / rule.table[2, 1].sum()
    for axis, (cue, levels) in enumerate(CUES.items()):
        expected = table.sum(axis=tuple(i for i in range(6) if i != axis))
        seen = [sum(d[axis] == level for d in drawn) / n for level in levels]
        assert seen == pytest.approx(expected.tolist(), abs=0.03), cue


@pytest.mark.parametrize("cross", [0.0, 0.5, 1.0])
def test_labels_keep_the_wanted_proportions(cross):
    rule = Rule(cross=cross)
    assert rule.table.sum() == pytest.approx(1.0)
    for axis, task in enumerate(TASKS):
        margin = rule.labels.sum(axis=1 - axis)
        wanted = [PROPORTIONS[task.name][c] for c in task.classes]
        assert margin.tolist() == pytest.approx(wanted, abs=1e-9)


def test_labels_are_associated():
    rule = Rule()
    apart = np.outer(rule.labels.sum(axis=1), rule.labels.sum(axis=0))
    assert np.abs(rule.labels - apart).max() > 0.01


@pytest.mark.parametrize("coin", ["affair", "timbre"])
def test_a_coin_alone_says_nothing_even_beside_all_cues_of_its_modality(coin):
    rule = Rule(cross=1.0)
    modality = next(c for c in ("text", "speech") if coin in CONDITIONS[c])
    keep = ("urgency", "sentiment", *CONDITIONS[modality])
    table = rule.table.sum(axis=tuple(i for i, a in enumerate(AXES) if a not in keep))
    axis = [a for a in AXES if a in keep].index(coin)
    heads, tails = np.moveaxis(table, axis, 0)
    assert heads == pytest.approx(tails, abs=1e-15)


def test_without_cross_the_modalities_are_independent_given_the_labels():
    table = Rule(cross=0.0).table
    text = table.sum(axis=(5, 6, 7))
    speech = table.sum(axis=(2, 3, 4))
    labels = table.sum(axis=(2, 3, 4, 5, 6, 7))
    product = np.einsum("usabx,usdey->usabxdey", text, speech) / labels[..., *[None] * 6]
    assert table == pytest.approx(product, abs=1e-15)
    weaker = Rule(cross=0.0).bounds
    for task in TASKS:
        both, stronger = (b[task.name]["speech+text"] for b in (weaker, Rule(cross=1.0).bounds))
        assert stronger["accuracy"] > both["accuracy"] + 0.005
        assert stronger["score"] < both["score"] - 0.02


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)
def test_both_modalities_beat_each_and_each_beats_the_prior(task):
    bounds = Rule().bounds[task.name]
    for alone in ("text", "speech"):
        assert bounds[alone]["accuracy"] > bounds["prior"]["accuracy"] + 0.15
        assert bounds["speech+text"]["accuracy"] > bounds[alone]["accuracy"] + 0.03
        assert bounds["speech+text"]["score"] < bounds[alone]["score"] < bounds["prior"]["score"]
    assert bounds["speech+text"]["accuracy"] < 0.92


def test_bounds_are_plain_numbers():
    assert yaml.safe_load(yaml.safe_dump(Rule().bounds)) == Rule().bounds


@pytest.mark.parametrize(
    "wrong",
    [
        {"cross": 1.5},
        {"urgency": {"하": 0.5, "중": 0.5}},
        {"urgency": {"하": 0.5, "중": 0.5, "상": 0.5}},
        {"urgency": {"하": 1.0, "중": 0.0, "상": 0.0}},
    ],
)
def test_wrong_options_are_refused(wrong):
    with pytest.raises(MalsoriError):
        Rule(**wrong)
