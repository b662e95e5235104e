"""An evaluation in a terminal: tables with sensible digits, and what to know of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from malsori.console import Column, Table
from malsori.notes import Note
from malsori.words import Words

if TYPE_CHECKING:
    from malsori.evaluation.result import TaskResult

SKILL = {"skill": "skill", "macro_f1": "macro-F1", "weighted_f1": "weighted F1", "uar": "UAR"}
SETS = {
    "skill": "skill",
    "macro_f1": "macro-F1",
    "micro_f1": "micro-F1",
    "subset_accuracy": "whole set right",
    "majority_subset_accuracy": "of the usual set",
}
NUMBERS = {"skill": "skill (R²)", "ccc": "CCC", "pearson": "Pearson r", "mae": "MAE"}
SCORES = {
    "score": "score",
    "prior_score": "of the prior",
    "accuracy": "accuracy",
    "majority_accuracy": "of the majority",
}
RANKS = {"mae": "MAE (ranks)", "qwk": "QWK"}


def tables(results: Sequence[TaskResult], words: Words) -> list[Table]:
    """For each split: skill and F1, scores, classes; then all warnings. Never a total.

    The classes are shown for the condition with the most modalities.

    Args:
        results: Of a run.
        words: The warnings are in this language.
    """
    found: list[Table] = []
    for split in dict.fromkeys(r.split for r in results):
        here = [r for r in results if r.split == split]
        found += _learned(here, split)
        found.append(_numbers(here, f"{split}: scores and accuracy", SCORES, _SCORE_NOTE))
        ordinal = [r for r in here if r.task.kind == "ordinal"]
        if ordinal:
            found.append(_numbers(ordinal, f"{split}: ordinal tasks", RANKS, None))
        first = {r.task.name: r for r in reversed(here)}
        found += [_classes(r) for r in reversed(first.values()) if r.task.classes]
    warned = [
        [r.split, r.task.name, r.condition, words.say(note)] for r in results for note in r.warnings
    ]
    if warned:
        found.append(Table("Read with care", ["split", "task", "condition", "what"], warned))
    return found


def _learned(results: Sequence[TaskResult], split: str) -> list[Table]:
    """Skill and what else is told of each kind; how to read it stands below the first."""
    kinds = {"": SKILL, " (multilabel)": SETS, " (regression)": NUMBERS}
    found: list[Table] = []
    for what, metrics in kinds.items():
        mine = [r for r in results if _family(r) == what]
        if mine:
            note = _NOTES.get(what)
            notes = [_interval_note(mine)] if not found else []
            notes += [note] if note else []
            title = f"{split}: what was learned{what}"
            found.append(_numbers(mine, title, metrics, "\n".join(notes) or None))
    return found


def _family(result: TaskResult) -> str:
    kind = result.task.kind
    return f" ({kind})" if kind in ("multilabel", "regression") else ""


_NOTES = {
    " (multilabel)": "A class is answered above a probability of one half. of the usual set: "
    "always answering the classes that more than half of training has.",
    " (regression)": "Skill here is R² against the mean of training. CCC: Lin's concordance, 1 "
    "only where prediction = label.",
}
_SCORE_NOTE = (
    "score: nominal −log p(target), ordinal the mean cross-entropy of the thresholds, multilabel "
    "that of the classes, regression the squared error; less is better. of the prior: predicting "
    "the class frequencies (regression: the mean) of training. of the majority: always predicting "
    "its most frequent class."
)


def _interval_note(results: Sequence[TaskResult]) -> str:
    share = f"{100 * results[0].confidence:g} %"
    return (
        "skill = 1 − score / score of the training prior: 0 has learned nothing. "
        f"n: labelled rows. […]: {share} bootstrap interval, resampling what stands under 'over'."
    )


def _numbers(
    results: Sequence[TaskResult], title: str, metrics: dict[str, str], note: str | None
) -> Table:
    heads: list[Column | str] = ["task", "condition", Column("n", "right"), Column("over", "right")]
    return Table(
        title,
        [*heads, *(Column(name, "right") for name in metrics.values())],
        [
            [
                r.task.name,
                r.condition,
                r.labelled,
                _over(r),
                *(str(r.numbers[name]) if name in r.numbers else None for name in metrics),
            ]
            for r in results
        ],
        note,
    )


def _over(result: TaskResult) -> str:
    return f"{result.units.count} {result.units.unit}{'' if result.units.count == 1 else 's'}"


def _classes(result: TaskResult) -> Table:
    names = result.task.classes
    several = result.task.kind == "multilabel"
    beside = ["average precision"] if several else [f"→ {name}" for name in names]
    heads = ["n", "predicted", "recall", "F1", *beside]
    sizes = zip(names, result.support, result.predicted, strict=True)
    note = f"{result.labelled} labelled rows; {result.unlabelled} without a label are left out. "
    note += _SEVERAL_NOTE if several else "→: rows predicted as that class."
    return Table(
        f"{result.split}: classes of {result.task.name} ({result.condition})",
        ["class", *(Column(head, "right") for head in heads)],
        [
            [
                name, support, predicted,
                str(result.recalls[k]), str(result.f1s[k]),
                *(
                    [str(result.average_precisions[k])]
                    if several else (int(n) for n in result.confusion[k])
                ),
            ]
            for k, (name, support, predicted) in enumerate(sizes)
        ],
        note,
    )  # fmt: skip


_SEVERAL_NOTE = (
    "average precision: whether rows of the class come first, whatever the threshold; a guess has "
    "the share of the class."
)


def warnings(result: TaskResult) -> list[Note]:
    """What a reader of a result should know."""
    if not result.labelled:
        return [Note("caution.no_label")]
    return [*_about_learning(result), *_about_classes(result), *_about_rows(result)]


def _note(key: str, result: TaskResult, **fields: object) -> Note:
    """A note that says which result it is about, so that its numbers can be found again."""
    about = {"split": result.split, "task": result.task.name, "condition": result.condition}
    return Note(f"caution.{key}", {**about, **fields})


def _about_learning(result: TaskResult) -> Iterable[Note]:
    skill = result.numbers["skill"]
    prior = "_number" if result.task.kind == "regression" else ""
    if skill.low <= 0 <= skill.high:
        yield _note(f"includes_zero{prior}", result, skill=skill)
    elif skill.high < 0:
        yield _note(f"worse{prior}", result, skill=skill)
    if "accuracy" not in result.numbers:
        return
    got, easy = (result.numbers[name].value for name in ("accuracy", "majority_accuracy"))
    if got <= easy:
        numbers = {"accuracy_value": got, "majority_accuracy_value": easy}
        yield _note("accuracy_equals" if got == easy else "accuracy_below", result, **numbers)


def _about_classes(result: TaskResult) -> Iterable[Note]:
    support = dict(zip(result.task.classes, result.support, strict=True))
    if result.missed:
        named = [{"class": name, "support": support[name]} for name in result.missed]
        yield _note("never", result, classes=[Note("caution.class", each) for each in named])
    present = [name for name, count in support.items() if count]
    if len(present) == 1 and result.task.kind != "multilabel":
        yield _note("one_class", result, **{"class": present[0]})


def _about_rows(result: TaskResult) -> Iterable[Note]:
    units = result.units
    if math.isnan(result.numbers["skill"].low):
        yield _note(f"no_interval_{units.unit}", result, units_count=units.count)
    elif units.unit == "group" and units.few:
        yield _note("few_groups", result, units_count=units.count, level=result.confidence)
    elif units.unit == "row" and units.one_group:
        yield _note("one_group", result)
    elif units.few:
        yield _note("few_rows", result, units_count=units.count)
