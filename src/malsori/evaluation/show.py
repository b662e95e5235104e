"""An evaluation in a terminal: tables with sensible digits, and what to know of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from malsori.console import Column, Table, largest
from malsori.notes import Note, some
from malsori.schema import Task
from malsori.words import Words

if TYPE_CHECKING:
    from malsori.evaluation.result import TaskResult

# What the terminal tells of each kind of task: metric → key of its heading.
LEARNED = {
    "classes": {
        "skill": "figure.metric.skill",
        "macro_f1": "figure.metric.macro_f1",
        "weighted_f1": "figure.metric.weighted_f1",
        "uar": "figure.metric.uar",
    },
    "multilabel": {
        "skill": "figure.metric.skill",
        "macro_f1": "figure.metric.macro_f1",
        "micro_f1": "metric.micro_f1",
        "subset_accuracy": "metric.subset_accuracy",
        "majority_subset_accuracy": "evaluation.of_usual_set",
    },
    "regression": {
        "skill": "evaluation.skill_r2",
        "ccc": "metric.ccc",
        "pearson": "metric.pearson",
        "mae": "metric.mae_number",
    },
}
SCORES = {
    "score": "figure.metric.score",
    "prior_score": "evaluation.of_prior",
    "accuracy": "figure.metric.accuracy",
    "majority_accuracy": "evaluation.of_majority",
}
BEFORE = {"raw_skill": "metric.raw_skill", "temperature": "metric.temperature"}
FOUND = ("split", "task", "reference", "condition", "against")
"""What a finding about a reference is about: which one, and the network's condition."""
# The columns whose values have a name of their own.
UNITS = {
    **{name: name for name in ("group", "speaker", "call", "dialogue", "text", "audio")},
    "audio_hash": "audio",
}
RANKS = {"mae": "figure.metric.mae", "qwk": "figure.metric.qwk"}


def tables(
    results: Sequence[TaskResult],
    words: Words,
    references: Sequence[TaskResult] = (),
    findings: Sequence[Note] = (),
) -> list[Table]:
    """For each split: skill and F1, scores, classes; then all warnings. Never a total.

    The classes are shown for the condition with the most modalities, and not of references, which
    are rows of all other tables.
    """
    found: list[Table] = []
    for split in dict.fromkeys(r.split for r in results):
        here = [r for r in results if r.split == split]
        shown = _beside_references(here, [r for r in references if r.split == split])
        found += _learned(shown, split, words)
        found.append(_scores(shown, words("evaluation.scores", split=split), words))
        ordinal = [r for r in shown if r.task.kind == "ordinal"]
        if ordinal:
            found.append(_numbers(ordinal, words("evaluation.ranks", split=split), RANKS, words))
        first = {r.task.name: r for r in reversed(here)}
        found += [_classes(r, words) for r in reversed(first.values()) if r.task.classes]
    if warned := [*_found(findings, words), *_warned(results, words)]:
        heads = [words(f"evaluation.head.{h}") for h in ("split", "task", "condition", "what")]
        found.append(Table(words("evaluation.cautions"), heads, warned))
    return found


def _scores(results: Sequence[TaskResult], title: str, words: Words) -> Table:
    note = words("evaluation.scores_note")
    if not any(name in r.numbers for r in results for name in BEFORE):
        return _numbers(results, title, SCORES, words, note)
    note += "\n" + words("evaluation.temperature_note")
    return _numbers(results, title, SCORES | BEFORE, words, note)


def _beside_references(
    results: Sequence[TaskResult], references: Sequence[TaskResult]
) -> list[TaskResult]:
    """Below each task's own results those of its references."""
    names = dict.fromkeys(r.task.name for r in results)
    every = [*results, *references]
    return [r for name in names for r in every if r.task.name == name]


def heard(result: TaskResult, words: Words) -> str:
    """The condition of a result, and which reference it is of."""
    if result.reference is None:
        return result.condition
    return words(f"reference.{result.reference}", condition=result.condition)


def _found(findings: Sequence[Note], words: Words) -> list[list[object]]:
    return [
        [words.named("part", note.fields["split"]), note.fields["task"],
         note.fields["against"], words.say(note)]
        for note in findings
    ]  # fmt: skip


def _warned(results: Sequence[TaskResult], words: Words) -> list[list[object]]:
    """Each warning of a split once, with the tasks and conditions that it is about."""
    about: dict[tuple[str, str], dict[str, list[str]]] = {}
    for r in results:
        for note in r.warnings:
            tasks = about.setdefault((words.named("part", r.split), words.say(note)), {})
            tasks.setdefault(r.task.name, []).append(r.condition)
    rows: list[list[object]] = []
    for (split, said), tasks in about.items():
        alike: dict[str, list[str]] = {}
        for task, conditions in tasks.items():
            alike.setdefault(", ".join(conditions), []).append(task)
        rows += [[split, ", ".join(names), where, said] for where, names in alike.items()]
    return rows


def _learned(results: Sequence[TaskResult], split: str, words: Words) -> list[Table]:
    """Skill and what else is told of each kind; how to read it stands below the first."""
    found: list[Table] = []
    for kind, metrics in LEARNED.items():
        mine = [r for r in results if _family(r.task) == kind]
        if mine:
            level = mine[0].confidence
            notes = [] if found else [words("evaluation.interval_note", level=level)]
            notes += [] if kind == "classes" else [words(f"evaluation.{kind}_note")]
            notes += [words("reference.table_note")] if _has_references(mine) and not found else []
            title = words(f"evaluation.learned_{kind}", split=split)
            found.append(_numbers(mine, title, metrics, words, "\n".join(notes) or None))
    return found


def _has_references(results: Sequence[TaskResult]) -> bool:
    return any(r.reference is not None for r in results)


def _family(task: Task) -> str:
    return task.kind if task.kind in LEARNED else "classes"


def _numbers(
    results: Sequence[TaskResult],
    title: str,
    metrics: Mapping[str, str],
    words: Words,
    note: str | None = None,
) -> Table:
    heads = [Column(words(f"evaluation.head.{h}")) for h in ("task", "condition")]
    heads += [Column(words(f"evaluation.head.{h}"), "right") for h in ("n", "over")]
    return Table(
        title,
        [*heads, *(Column(words(key), "right") for key in metrics.values())],
        [
            [
                r.task.name,
                heard(r, words),
                r.labelled,
                words.say(r.over),
                *(str(r.numbers[name]) if name in r.numbers else None for name in metrics),
            ]
            for r in results
        ],
        note,
    )


def _classes(result: TaskResult, words: Words) -> Table:
    names = result.task.classes
    several = result.task.kind == "multilabel"
    support, predicted, shown = result.support, result.predicted, largest(result.support)
    hidden = len(names) - len(shown)
    told = ["average_precision"] if several else ["taken_for"] if hidden else []
    heads = [words(f"evaluation.head.{h}") for h in ("n", "predicted", "recall", "f1", *told)]
    heads += [] if told else [f"→ {name}" for name in names]
    note = words(
        f"evaluation.{'sets' if several else 'classes'}_note",
        labelled=result.labelled,
        unlabelled=result.unlabelled,
    )
    task, condition = result.task.name, result.condition
    return Table(
        words("evaluation.classes", split=result.split, task=task, condition=condition),
        [words("evaluation.head.class"), *(Column(head, "right") for head in heads)],
        [
            [
                names[k], support[k], predicted[k],
                str(result.recalls[k]), str(result.f1s[k]), *_beside(result, k, bool(hidden)),
            ]
            for k in shown
        ],
        f"{words('audit.table.hidden', n=hidden)}\n{note}" if hidden else note,
    )  # fmt: skip


def unit_of(result: TaskResult) -> str:
    """What the intervals of a result resample: ``row``, ``speaker``, ``text`` …, or ``value``."""
    if result.units.unit == "row":
        return "row"
    return UNITS.get(result.grouped_by or "group", "value")


def _unit(result: TaskResult) -> Note:
    """The same in words, as many as there are."""
    column = (result.grouped_by or "").removeprefix("meta.")
    fields = {"units_count": result.units.count, "column": column}
    return Note(f"unit.noun.{unit_of(result)}", fields)


def _beside(result: TaskResult, k: int, many: bool) -> list[object]:
    """What a class is taken for; of many classes only the one that it is taken for most often."""
    if result.task.kind == "multilabel":
        return [str(result.average_precisions[k])]
    if not many:
        return [int(n) for n in result.confusion[k]]
    wrong = result.confusion[k].copy()
    wrong[k] = 0
    most = int(wrong.argmax())
    return [f"{result.task.classes[most]} ({wrong[most]:,})" if wrong[most] else None]


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
    if skill.low <= 0 and (by := _ranks(result)):
        known = "bad" if skill.value <= 0 else "open"
        yield _note(f"ranks_{known}{prior}", result, skill=skill, by=by)
    elif skill.low <= 0 <= skill.high:
        yield _note(f"includes_zero{prior}", result, skill=skill)
    elif skill.high < 0:
        yield _note(f"worse{prior}", result, skill=skill)
    if "accuracy" not in result.numbers:
        return
    got, easy = (result.numbers[name].value for name in ("accuracy", "majority_accuracy"))
    if got <= easy:
        numbers = {"accuracy_value": got, "majority_accuracy_value": easy}
        yield _note("accuracy_equals" if got == easy else "accuracy_below", result, **numbers)


def _ranks(result: TaskResult) -> Note | None:
    """By what a result is above chance, whatever its probabilities are worth; None: by nothing."""
    present = sum(1 for n in result.support if n)
    chances = {"uar": 1 / max(present, 1), "qwk": 0.0, "balanced_accuracy": 0.5, "pearson": 0.0}
    for name, chance in chances.items():
        found = result.numbers.get(name)
        if found is not None and found.low > chance:
            return Note(f"caution.by_{name}", {name: found, "chance": chance})
    return None


def _about_classes(result: TaskResult) -> Iterable[Note]:
    support = dict(zip(result.task.classes, result.support, strict=True))
    if result.missed:
        named = [{"class": name, "support": support[name]} for name in result.missed]
        yield _note(
            "never", result, classes=some([Note("caution.class", each) for each in named], 8)
        )
    present = [name for name, count in support.items() if count]
    if len(present) == 1 and result.task.kind != "multilabel":
        yield _note("one_class", result, **{"class": present[0]})


def _about_rows(result: TaskResult) -> Iterable[Note]:
    units = result.units
    if math.isnan(result.numbers["skill"].low):
        yield _note("no_interval", result, units_count=units.count, unit=_unit(result))
    elif units.unit == "group" and units.few:
        few = {"units_count": units.count, "unit": _unit(result)}
        yield _note("few_groups", result, **few, level=result.confidence)
    elif units.unit == "row" and units.one_group:
        one = replace(result, units=replace(units, unit="group", count=1))
        yield _note("one_group", result, unit=_unit(one))
    elif units.few:
        yield _note("few_rows", result, units_count=units.count)
