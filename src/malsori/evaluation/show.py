"""An evaluation in a terminal: tables with sensible digits, and warnings in words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from malsori.console import Column, Table, number
from malsori.evaluation.intervals import Estimate

if TYPE_CHECKING:
    from malsori.evaluation.result import TaskResult

SKILL = {"skill": "skill", "macro_f1": "macro-F1", "weighted_f1": "weighted F1", "uar": "UAR"}
SCORES = {
    "score": "score",
    "prior_score": "of the prior",
    "accuracy": "accuracy",
    "majority_accuracy": "of the majority",
}
RANKS = {"mae": "MAE (ranks)", "qwk": "QWK"}


def estimate_text(estimate: Estimate) -> str:
    """A number with its interval, shorter digits for the interval.

    Example:
        >>> estimate_text(Estimate(0.6124, 0.581, 0.6449)), estimate_text(Estimate(0.5))
        ('0.612 [0.58, 0.64]', '0.500')
        >>> estimate_text(Estimate(0.0101, 0.0021, 0.018))
        '0.010 [0.002, 0.02]'
    """
    if math.isnan(estimate.low):
        return number(estimate.value)
    return f"{number(estimate.value)} [{_bound(estimate.low)}, {_bound(estimate.high)}]"


def _bound(value: float) -> str:
    # Two digits, unless they would round away on which side of 0 a bound lies.
    return number(value, 2 if value == 0 or abs(value) >= 0.005 else 3)


def tables(results: Sequence[TaskResult]) -> list[Table]:
    """For each split: skill and F1, scores, classes; then all warnings. Never a total.

    The classes are shown for the condition with the most modalities.
    """
    found: list[Table] = []
    for split in dict.fromkeys(r.split for r in results):
        here = [r for r in results if r.split == split]
        found.append(_numbers(here, f"{split}: what was learned", SKILL, _interval_note(here)))
        found.append(_numbers(here, f"{split}: scores and accuracy", SCORES, _SCORE_NOTE))
        ordinal = [r for r in here if r.task.kind == "ordinal"]
        if ordinal:
            found.append(_numbers(ordinal, f"{split}: ordinal tasks", RANKS, None))
        first = {r.task.name: r for r in reversed(here)}
        found += [_classes(r) for r in reversed(first.values())]
    warned = [[r.split, r.task.name, r.condition, text] for r in results for text in r.warnings]
    if warned:
        found.append(Table("Read with care", ["split", "task", "condition", "what"], warned))
    return found


_SCORE_NOTE = (
    "score: nominal −log p(target), ordinal the mean cross-entropy of the thresholds; less is "
    "better. of the prior: predicting the class frequencies of training. of the majority: always "
    "predicting its most frequent class."
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
                *(estimate_text(r.numbers[name]) for name in metrics),
            ]
            for r in results
        ],
        note,
    )


def _over(result: TaskResult) -> str:
    return f"{result.units.count} {result.units.unit}{'' if result.units.count == 1 else 's'}"


def _classes(result: TaskResult) -> Table:
    names = result.task.classes
    heads = ["n", "predicted", "recall", "F1", *(f"→ {name}" for name in names)]
    sizes = zip(names, result.support, result.predicted, strict=True)
    return Table(
        f"{result.split}: classes of {result.task.name} ({result.condition})",
        ["class", *(Column(head, "right") for head in heads)],
        [
            [
                name, support, predicted,
                estimate_text(result.recalls[k]), estimate_text(result.f1s[k]),
                *(int(n) for n in result.confusion[k]),
            ]
            for k, (name, support, predicted) in enumerate(sizes)
        ],
        f"{result.labelled} labelled rows; {result.unlabelled} without a label are left out. "
        "→: rows predicted as that class.",
    )  # fmt: skip


def warnings(result: TaskResult) -> list[str]:
    """What a reader of a result should know, in words."""
    if not result.labelled:
        return ["no row has a label: there is nothing to score"]
    return [*_about_learning(result), *_about_classes(result), *_about_rows(result)]


def _about_learning(result: TaskResult) -> Iterable[str]:
    skill = result.numbers["skill"]
    if skill.low <= 0 <= skill.high:
        yield (
            f"skill {estimate_text(skill)}: the interval includes 0, no better than the class prior"
        )
    elif skill.high < 0:
        yield f"skill {estimate_text(skill)}: worse than the class prior"
    got, easy = (result.numbers[name].value for name in ("accuracy", "majority_accuracy"))
    if got <= easy:
        relation = "equals" if got == easy else "is below"
        yield (
            f"accuracy {number(got)} {relation} that of always answering the most frequent class "
            f"of training ({number(easy)})"
        )


def _about_classes(result: TaskResult) -> Iterable[str]:
    support = dict(zip(result.task.classes, result.support, strict=True))
    if result.missed:
        names = ", ".join(f"{name} ({support[name]} rows)" for name in result.missed)
        yield f"never predicted: {names}"
    present = [name for name, count in support.items() if count]
    if len(present) == 1:
        yield f"every labelled row is {present[0]}: UAR and F1 compare nothing"


def _about_rows(result: TaskResult) -> Iterable[str]:
    units = result.units
    if math.isnan(result.numbers["skill"].low):
        yield f"no interval: {_over(result)}"
    elif units.unit == "group" and units.few:
        yield (
            f"only {units.count} groups: the interval covers less than "
            f"{100 * result.confidence:g} %"
        )
    elif units.unit == "row" and units.one_group:
        yield "all rows are of one group: the interval is over rows and says nothing of others"
    elif units.few:
        yield f"only {units.count} labelled rows"
