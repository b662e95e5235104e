"""What a caller says: sentences that carry the text cues of one call, and others that do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from malsori.corpus.synth.rule import CUES
from malsori.io import read_yaml

FILE: Final = Path(__file__).with_name("wording.yaml")

# Syllables that a call needs to say what happened, how bad it is and how it feels; to say once
# more whose affair it is; to say severity and feeling twice; and for each more time.
SHORTEST: Final = 46
_RELATION: Final = 54
_TWO_CLUES: Final = 64
_PER_CLUE: Final = 22
# A call with at least three clues of a cue has one of another level with this probability, so
# that a general expression does not decide alone; the majority always names the cue.
_STRAY: Final = 0.35
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sentence:
    """One sentence and where it belongs: opening, place, situation, body or request."""

    text: str
    part: str


def syllables(text: str) -> int:
    """Number of Hangul syllables: how long a text is when it is spoken."""
    return sum("가" <= c <= "힣" for c in text)


@cache
def pools() -> Mapping[str, Any]:
    """The expressions of `wording.yaml`, read once; see there for what each list is."""
    read: Mapping[str, Any] = read_yaml(FILE)
    return read


def compose(
    scenario: str, cues: Mapping[str, str], length: int, rng: np.random.Generator
) -> list[str]:
    """Writes a call of about `length` syllables, whatever its cues are.

    The sentences that carry cues come first, then neutral ones until the length is met: the
    length, the number of sentences and their kinds say nothing about the cues (to within the
    few syllables that the last filler misses).
    """
    writer = _Writer(pools(), rng)
    sentences = list(_clues(scenario, cues, length, writer))
    sentences += _neutral(scenario, length, sentences, writer)
    return [s.text for s in _order(sentences, rng)]


class _Writer:
    """Picks expressions at random, none twice in a call while there are others.

    A slot keeps its value for the whole call: a caller is at one place.
    """

    def __init__(self, wording: Mapping[str, Any], rng: np.random.Generator) -> None:
        self.wording = wording
        self.rng = rng
        self.used: set[str] = set()
        self.slots: dict[str, str] = {}

    def pick(self, choices: Sequence[str], **slots: str) -> str:
        fresh = [c for c in choices if c not in self.used] or list(choices)
        template = fresh[int(self.rng.integers(len(fresh)))]
        self.used.add(template)
        return self.fill(template, slots)

    def fill(self, template: str, slots: Mapping[str, str]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match.group(1)
            if name in slots:
                return slots[name]
            if name not in self.slots:
                values = self.wording["slots"][name]
                self.slots[name] = str(values[int(self.rng.integers(len(values)))])
            return self.slots[name]

        return _SLOT.sub(value, template)


def _clues(
    scenario: str, cues: Mapping[str, str], length: int, writer: _Writer
) -> Iterator[Sentence]:
    """What happened, whose affair it is, and the clues of severity and feeling."""
    wording, own = writer.wording, writer.wording["scenarios"][scenario]
    who = writer.pick(own["subjects"][cues["affair"]])
    yield Sentence(writer.pick(own["situation"], who=who), "situation")
    if length >= _RELATION:
        yield Sentence(writer.pick(own["relation"][cues["affair"]]), "body")
    count = _clue_count(length)
    for choices in _severities(scenario, cues["severity"], count, writer):
        yield Sentence(writer.pick(choices), "body")
    for level in _levels(cues["feeling"], CUES["feeling"], count, writer.rng):
        yield Sentence(writer.pick(wording["feeling"][level]), "body")


def _severities(scenario: str, level: str, count: int, writer: _Writer) -> Iterator[Sequence[str]]:
    """The expressions to choose from for each clue of severity.

    One that strays is general and one level away: nobody stops breathing and talks well.
    """
    general = writer.wording["severity"]["every"]
    own = writer.wording["scenarios"][scenario]["severity"]
    at = CUES["severity"].index(level)
    near = CUES["severity"][max(0, at - 1) : at + 2]
    for said in _levels(level, near, count, writer.rng):
        yield general[said] + own[said] if said == level else general[said]


def _clue_count(length: int) -> int:
    """Clues of each cue; it depends on the length alone."""
    return 1 + max(0, (length - _TWO_CLUES) // _PER_CLUE + 1)


def _levels(level: str, levels: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """The levels of a cue's clues: one of three or more may stray to another level."""
    said = [level] * count
    if count >= 3 and rng.random() < _STRAY:
        others = [other for other in levels if other != level]
        said[int(rng.integers(count))] = others[int(rng.integers(len(others)))]
    return said


def _neutral(
    scenario: str, length: int, clues: Sequence[Sentence], writer: _Writer
) -> Iterator[Sentence]:
    """An opening, a place, a request where there is room, then fillers up to the length."""
    room = length - sum(syllables(s.text) for s in clues)
    wording = writer.wording
    request = wording["scenarios"][scenario]["request"]
    for part, choices in (
        ("place", wording["place"]),
        ("opening", wording["opening"]),
        ("request", request),
    ):
        sentence = writer.pick(choices)
        if syllables(sentence) <= room + 2:
            room -= syllables(sentence)
            yield Sentence(sentence, part)
    while room > 1:
        filler = _filler(room, writer)
        room -= syllables(filler)
        yield Sentence(filler, "body")


def _filler(room: int, writer: _Writer) -> str:
    """Any filler while there is much room, else of a few the one that fits best."""
    drawn = [writer.pick(writer.wording["filler"]) for _ in range(1 if room > 16 else 4)]
    return min(drawn, key=lambda text: abs(syllables(text) - room))


def _order(sentences: Sequence[Sentence], rng: np.random.Generator) -> list[Sentence]:
    """Opening, place and situation first, request mostly last, the rest as it comes."""
    early = {"opening": 0.0, "place": 1.0, "situation": 1.0, "request": 3.0}
    keys = [
        (early[s.part] + 0.5 * rng.random() if s.part in early else 1.5 + 1.7 * rng.random())
        for s in sentences
    ]
    return [sentences[i] for i in np.argsort(keys, kind="stable")]
