"""Emotions of KEMDy: names with their slips of the pen, ties, and what ten raters said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import polars as pl

from malsori.corpus.adapters._kemdy_sheet import Answer, Line
from malsori.corpus.columns import COMPOUND, LABEL, RATERS, SOFT
from malsori.corpus.counting import counted
from malsori.corpus.labels import Decision, Vote, aggregate, other_than, rater_column
from malsori.schema import Task, UnknownLabel

PUBLISHED: Final = "published"

EMOTION: Final = Task(
    name="emotion",
    kind="nominal",
    classes=("neutral", "happy", "angry", "surprise", "sad", "fear", "disgust"),
    aliases={
        "disqust": "disgust",
        "happiness": "happy",
        "anger": "angry",
        "surprised": "surprise",
        "sadness": "sad",
        "fearful": "fear",
        "disgusted": "disgust",
    },
)
VALENCE: Final = Task(name="valence", kind="regression", low=1, high=5)
AROUSAL: Final = Task(name="arousal", kind="regression", low=1, high=5)
TASKS: Final = [EMOTION, VALENCE, AROUSAL]


_KINDS: Final = {
    "neutral": ("is a tie of neutral with one other", "are ties of neutral with one other"),
    "others": ("is another tie", "are other ties"),
    "unknown": ("has a word that is no emotion", "have a word that is no emotion"),
    "none": ("is undecided or blank", "are undecided or blank"),
}


@dataclass
class Tally:
    """What was met on the way: kinds of labels, typing errors, votes for no class."""

    kinds: Counter[str] = field(default_factory=Counter)
    typos: int = 0
    unknown: int = 0

    def notes(self, rows: int, rule: str) -> list[str]:
        """The counts, one sentence each."""
        by = "Total Evaluation" if rule == PUBLISHED else f"{rule} of the raters"
        parts = [f"{self.kinds['single']:,} of {counted(rows, 'row has', 'rows have')} one emotion"]
        for kind, (one, several) in _KINDS.items():
            if self.kinds[kind]:
                parts.append(counted(self.kinds[kind], one, several))
        said = [f"emotion by {by}: {', '.join(parts)}"]
        if self.kinds["neutral"] or self.kinds["others"]:
            said[0] += "; a tie has no label, its emotions are in compound.emotion"
        if self.unknown:
            answers = counted(self.unknown, "answer of a rater is", "answers of raters are")
            said.append(f"{answers} no emotion, or no number: taken as not given")
        return said


def label_columns(lines: Sequence[Line], rule: str, tally: Tally) -> list[pl.Series]:
    """Labels, soft and compound labels and raters' answers of all three tasks."""
    votes = [_emotions(line.raters, tally) for line in lines]
    decided = [
        _decide(line.total.emotion, said, rule, tally)
        for line, said in zip(lines, votes, strict=True)
    ]
    compound = [list(d.compound) or None for d in decided]
    numbers = {
        "valence": [_numbers([(a.rater, a.valence) for a in n.raters], tally) for n in lines],
        "arousal": [_numbers([(a.rater, a.arousal) for a in n.raters], tally) for n in lines],
    }
    return [
        pl.Series(LABEL + "emotion", [d.label for d in decided], dtype=pl.String),
        pl.Series(LABEL + "valence", [n.total.valence or None for n in lines], dtype=pl.String),
        pl.Series(LABEL + "arousal", [n.total.arousal or None for n in lines], dtype=pl.String),
        pl.Series(SOFT + "emotion", [d.soft for d in decided], dtype=pl.List(pl.Float64)),
        pl.Series(COMPOUND + "emotion", compound, dtype=pl.List(pl.String)),
        rater_column(votes, RATERS + "emotion"),
        *(rater_column(said, RATERS + name) for name, said in numbers.items()),
    ]


def _decide(total: str, votes: list[Vote], rule: str, tally: Tally) -> Decision:
    """The label of one row, with the raters' shares beside it."""
    words = _words(total)
    tally.typos += any(word.casefold() == "disqust" for word in words)
    by_raters = aggregate(votes, EMOTION.classes, "majority" if rule == PUBLISHED else rule)
    decision = by_raters
    if rule == PUBLISHED:
        named = {_named(word) for word in words}
        members = tuple(c for c in EMOTION.classes if c in named)
        if None in named:  # left to the import, which names it
            decision = Decision(total, by_raters.soft)
        elif len(members) > 1:
            decision = Decision(None, by_raters.soft, members)
        else:
            decision = Decision(members[0] if members else None, by_raters.soft)
    tally.kinds[_kind(decision)] += 1
    return decision


def _kind(decision: Decision) -> str:
    if decision.label is not None:
        return "single" if decision.label in EMOTION.classes else "unknown"
    if not decision.compound:
        return "none"
    return "neutral" if other_than(decision.compound, "neutral") else "others"


def _emotions(answers: Sequence[Answer], tally: Tally) -> list[Vote]:
    """Votes for classes; a rater who names two emotions has two."""
    votes = []
    for answer in answers:
        for word in _words(answer.emotion):
            label = _named(word)
            if label is None:
                tally.unknown += 1
            else:
                votes.append(Vote(answer.rater, label))
    return votes


def _numbers(answers: Sequence[tuple[str, str]], tally: Tally) -> list[Vote]:
    votes = []
    for rater, text in answers:
        if text and not text.replace(".", "", 1).isdecimal():
            tally.unknown += 1
        elif text:
            votes.append(Vote(rater, text))
    return votes


def _words(cell: str) -> list[str]:
    return [word.strip() for word in cell.split(";") if word.strip()]


@cache
def _named(word: str) -> str | None:
    """The class that a word means, or None."""
    try:
        return EMOTION.label(EMOTION.index(word))
    except UnknownLabel:
        return None
