"""Files of IEMOCAP: evaluations of a dialogue, and its transcription."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from malsori.corpus.labels import Vote

CODES: Final = ("neu", "hap", "exc", "sad", "ang", "fru", "fea", "sur", "dis", "oth")
"""The ten emotions; a rater's word begins with its code (``Frustration``)."""
UNDECIDED: Final = "xxx"
DIMENSIONS: Final = {"valence": "val", "activation": "act", "dominance": "dom"}
"""Task → how a rater's line calls it; the summary has them in this order."""

_TIME: Final = r"\[\s*(-?[\d.]+)\s*-\s*(-?[\d.]+)\s*\]"
_SUMMARY: Final = re.compile(_TIME + r"\s+(\S+)\s+(\S+)\s+\[([^\]]*)\]")
_SAID: Final = re.compile(r"(\S+)\s+" + _TIME + r"\s*:?\s*(.*)")
_WORDS: Final = re.compile(r"C-([EFM]\d*)\s*:\s*([^\t(]*)")
_NUMBERS: Final = re.compile(r"A-([EFM]\d*)\s*:\s*([^\t(]*)")
_NUMBER: Final = re.compile(r"(val|act|dom)\s+(\d+(?:\.\d+)?)")
_UTTERANCE: Final = re.compile(r"((Ses\d+)[FM]_((impro|script)\w*))_([FM])\d+")
_ID: Final = re.compile(r"Ses\d+[FM]_\w+")
NOBODY: Final = "XX"
"""In ids of what is no utterance of a speaker, such as noise."""


class Utterance(NamedTuple):
    """What an id says. The letter after the session is who wore the markers, not who speaks."""

    dialogue: str
    session: str
    scene: str
    kind: str
    gender: str

    @property
    def speaker(self) -> str:
        """Session and sex: each session has one of each."""
        return self.session + self.gender


def utterance_of(key: str) -> Utterance | None:
    """What an id says, or None if it is none of an utterance.

    Example:
        >>> utterance_of("Ses05M_script01_1b_F000").dialogue
        'Ses05M_script01_1b'
    """
    found = _UTTERANCE.fullmatch(key)
    return Utterance(*found.groups()) if found else None


@dataclass
class Evaluated:
    """One utterance as it was evaluated."""

    id: str
    start: float  # in the dialogue, in seconds; with ``end`` it orders the turns only
    end: float  # in seconds
    code: str  # the emotion that most evaluators gave, ``xxx`` where they were undecided
    means: tuple[str | None, ...]  # valence, activation and dominance as the summary has them
    # Emotions by evaluators (``E2``) and by the actors themselves (``self-F1``); several by
    # one are several votes. A word that is none of the ten has no label
    words: list[Vote] = field(default_factory=list)
    numbers: dict[str, list[Vote]] = field(default_factory=dict)  # task → what each of them gave


def id_in(line: str) -> str | None:
    """The first id of an utterance that a line holds.

    Example:
        >>> id_in("[15.0 - ] Ses01F_impro01_F001 neu")
        'Ses01F_impro01_F001'
    """
    found = _ID.search(line)
    return found.group() if found else None


def read_evaluation(text: str) -> tuple[list[Evaluated], list[tuple[int, str]]]:
    """Read the evaluations of a dialogue.

    Returns:
        The utterances in the order of the file, and lines that begin as one and are none: number
        of the line, and the line.
    """
    found: list[Evaluated] = []
    broken: list[tuple[int, str]] = []
    current: Evaluated | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("["):
            current = _summary(line)
            if current is None:
                broken.append((number, line))
            else:
                found.append(current)
        elif current is not None:
            _add_answers(current, line)
    return found, broken


def _summary(line: str) -> Evaluated | None:
    match = _SUMMARY.match(line)
    if match is None:
        return None
    means = tuple(value.strip() or None for value in match[5].split(","))
    try:
        start, end = float(match[1]), float(match[2])
    except ValueError:
        return None
    if len(means) != len(DIMENSIONS):
        return None
    return Evaluated(match[3], start, end, match[4].casefold(), means)


def _add_answers(utterance: Evaluated, line: str) -> None:
    """Take a rater's line, ``C-E2: Neutral; ()`` or ``A-E3: val 3; act 2; dom 2; ()``."""
    if words := _WORDS.match(line):
        for word in filter(None, (w.strip() for w in words[2].split(";"))):
            code = word[:3].casefold()
            utterance.words.append(Vote(_rater(words[1]), code if code in CODES else None))
    elif numbers := _NUMBERS.match(line):
        given = dict(_NUMBER.findall(numbers[2]))
        for task, name in DIMENSIONS.items():
            if name in given:
                vote = Vote(_rater(numbers[1]), given[name])
                utterance.numbers.setdefault(task, []).append(vote)


def _rater(name: str) -> str:
    """``E2`` is an evaluator; ``F1`` is the actress who judges herself."""
    return name if name.startswith("E") else f"self-{name}"


@dataclass
class Transcription:
    """What was said in dialogues: id → text; and what was met."""

    texts: dict[str, str] = field(default_factory=dict)
    met: Counter[str] = field(default_factory=Counter)

    def read(self, text: str) -> None:
        """Add the lines of one dialogue; those of nobody and without an id are counted."""
        for line in filter(str.strip, text.splitlines()):
            match = _SAID.match(line)
            if "_" not in line.split()[0] or match is None:
                self.met["without an id"] += 1
            elif NOBODY in match[1]:
                self.met[f"of {NOBODY}"] += 1
            else:
                self.met["that end before they start"] += _reversed(match[2], match[3])
                self.texts.setdefault(match[1], match[4].strip())


def _reversed(start: str, end: str) -> bool:
    try:
        return float(end) < float(start)
    except ValueError:
        return False
