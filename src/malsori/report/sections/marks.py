"""Numbers that carry where they come from, so that anybody can compute them again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from malsori.console import number
from malsori.evaluation.intervals import Estimate
from malsori.evaluation.result import TaskResult
from malsori.notes import Note
from malsori.report.facts import RunFacts
from malsori.schema import Task, TaskKind
from malsori.words import Mark, Text, Words

DASH = "–"


def count(n: int, what: str, **where: str) -> Mark:
    """A number of rows, groups or whatever, with thousands apart.

    Example:
        >>> count(1234, "rows", part="test").text
        '1,234'
    """
    return Mark(f"{n:,}", {"metric": what, **where})


def value(x: float | None, what: str, **where: str) -> Mark:
    """A number with three digits.

    Example:
        >>> value(-0.25, "cosine").text, value(None, "best_skill").text
        ('−0.250', '–')
    """
    return Mark(_minus(number(x, 3)), {"metric": what, **where})


def short(x: float | None, what: str, **where: str) -> Mark:
    """A number with two digits."""
    return Mark(_minus(number(x, 2)), {"metric": what, **where})


def tenths(x: float | None, what: str, **where: str) -> Mark:
    """A number with one digit."""
    return Mark(_minus(number(x, 1)), {"metric": what, **where})


def said(words: Words, note: Note, **where: str) -> Text:
    """A note with its numbers marked.

    Example:
        >>> said(Words("ko"), Note("unit.rows", {"n": -3}), run="a")
        (Mark(text='−3', where={'metric': 'n', 'run': 'a'}), '개 행')
    """
    return tuple(
        piece if isinstance(piece, str) else Mark(_minus(piece.text), piece.where)
        for piece in words.marked(note, **where)
    )


def percent(share: float | None, what: str, **where: str) -> Mark:
    """A share in whole percent.

    Example:
        >>> percent(0.256, "share").text
        '26 %'
    """
    text = DASH if share is None or math.isnan(share) else f"{100 * share:.0f} %"
    return Mark(text, {"metric": what, **where})


def percent_tenths(share: float, what: str, **where: str) -> Mark:
    """A share in percent with one digit."""
    return Mark(f"{100 * share:.1f} %", {"metric": what, **where})


def estimate(e: Estimate, what: str, **where: str) -> Mark:
    """A number with its interval.

    Example:
        >>> estimate(Estimate(0.612, 0.58, 0.645), "skill").text
        '0.612 [0.58, 0.65]'
    """
    return Mark(_minus(str(e)), {"metric": what, **where})


def place(run: RunFacts, result: TaskResult) -> dict[str, str]:
    """Where a result's numbers come from."""
    at = {
        "run": run.name,
        "split": result.split,
        "task": result.task.name,
        "condition": result.condition,
    }
    return at if result.reference is None else at | {"reference": result.reference}


_SCORED = ("skill", "raw_skill", "temperature", "score", "prior_score")
_CLASSES = (*_SCORED, "accuracy", "majority_accuracy", "macro_f1")

BY_KIND: Mapping[TaskKind, tuple[str, ...]] = {
    "nominal": _CLASSES,
    "ordinal": _CLASSES,
    "multilabel": (*_SCORED, "macro_f1", "micro_f1", "subset_accuracy"),
    "regression": ("skill", "score", "prior_score", "ccc", "pearson", "mae"),
}
"""The metrics that tables tell of each kind of task."""

_IN_ORDER = tuple(dict.fromkeys(name for names in BY_KIND.values() for name in names))


def columns_of(tasks: Iterable[Task], among: Sequence[str] = _IN_ORDER) -> list[str]:
    """The metrics of a table of some tasks: what any of their kinds is told by, in one order.

    Example:
        >>> task = Task(name="valence", kind="regression")
        >>> columns_of([task])[-3:], columns_of([task], ("skill", "accuracy", "ccc"))
        (['ccc', 'pearson', 'mae'], ['skill', 'ccc'])
    """
    wanted = {name for task in tasks for name in BY_KIND[task.kind]}
    return [name for name in among if name in wanted]


def metric(run: RunFacts, result: TaskResult | None, name: str) -> Mark:
    """One metric of a result; a dash where there is none."""
    if result is None or name not in BY_KIND[result.task.kind] or name not in result.numbers:
        return Mark(DASH)
    return estimate(result.numbers[name], name, **place(run, result))


def condition_name(words: Words, condition: str) -> str:
    """What is heard, in words: `speech+text` → speech + text.

    Example:
        >>> condition_name(Words("en"), "speech+text+pose")
        'speech + text + pose'
    """
    return " + ".join(modality_name(words, m) for m in condition.split("+"))


def reference_name(words: Words, result: TaskResult) -> str:
    """A simple reference in words, with what it is given."""
    return words(f"reference.{result.reference}", condition=condition_name(words, result.condition))


def modality_name(words: Words, modality: str) -> str:
    """A modality in words; one that is a corpus' own feature keeps its name."""
    return words.named("figure.modality", modality)


def metric_name(words: Words, name: str, kind: TaskKind = "ordinal") -> str:
    """A metric in words, those of the figures as the figures call them.

    The mean absolute error of ranks has another name than that of numbers.
    """
    if name == "mae" and kind == "regression":
        return words("metric.mae_number")
    return words(
        f"figure.metric.{name}" if words.has(f"figure.metric.{name}") else f"metric.{name}"
    )


def units(words: Words, run: RunFacts, result: TaskResult) -> Mark:
    """How many of them."""
    return Mark(words.say(result.over), {"metric": "units", **place(run, result)})


def _minus(text: str) -> str:
    """A minus that is as wide as a plus, and that no line breaks after."""
    return text.replace("-", "−")
