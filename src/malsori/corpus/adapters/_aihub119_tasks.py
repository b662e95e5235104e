"""The tasks of AI Hub 71768: classes as published, in an order that is declared once."""

from __future__ import annotations

from typing import Final

import polars as pl

from malsori.corpus.adapters._aihub119_layout import KINDS
from malsori.corpus.columns import LABEL
from malsori.corpus.counting import counted
from malsori.schema import Task, TaskKind

_MEDIUM: Final = (
    *("심정지", "약물중독", "임산부", "질병(중증)", "질병(중증 외)", "부상", "사고", "기타구급"),
    *("자살", "대물사고", "안전사고", "기타구조"),
    *("일반화재", "기타화재", "산불"),
    "기타",
)
_TRIAGE: Final = ("응급증상", "준응급증상", "잠재응급증상", "대상외")
_GENDERS: Final = {"남": "M", "남성": "M", "male": "M", "여": "F", "여성": "F", "female": "F"}

URGENCY: Final = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SENTIMENT: Final = Task(
    name="sentiment",
    kind="nominal",
    classes=("불안/걱정", "당황/난처", "중립", "기타부정"),
    aliases={"불안/거정": "불안/걱정"},  # as one service misspells it
)
GENDER: Final = Task(name="gender", kind="nominal", classes=("M", "F"), aliases=_GENDERS)

_OPEN: Final[dict[str, tuple[tuple[str, ...], dict[str, str]]]] = {
    "disaster_large": (KINDS, {}),
    "disaster_medium": (_MEDIUM, {"질병(중증외)": "질병(중증 외)"}),
}


def declare(calls: pl.DataFrame, notes: list[str]) -> tuple[pl.DataFrame, list[Task]]:
    """Declare the tasks that the calls have labels for.

    Urgency and sentiment have the published classes and no others. The kinds of disaster have
    the published ones and whatever else occurs; triage and symptoms have what occurs. A gender
    that is neither M nor F is a missing label.

    Returns:
        The calls without the columns of tasks that are left out, because no call has a label
        or all have the same one; and the tasks.
    """
    if not calls.height:
        return calls.drop([c for c in calls.columns if c.startswith(LABEL)]), []
    if LABEL + GENDER.name in calls.columns:
        calls = _known_genders(calls, notes)
    tasks: list[Task] = []
    for column in [c for c in calls.columns if c.startswith(LABEL)]:
        name = column.removeprefix(LABEL)
        counts = _counts(calls[column])
        if len(counts) < 2:
            why = f"every label is {next(iter(counts))}" if counts else "no call has a label"
            notes.append(f"task {name} is left out: {why}")
            calls = calls.drop(column)
        else:
            tasks.append(_task(name, counts, notes))
    return calls, tasks


def _counts(labels: pl.Series) -> dict[str, int]:
    """How many calls have each label."""
    single = labels.explode() if labels.dtype == pl.List(pl.String()) else labels
    return dict(single.drop_nulls().value_counts().iter_rows())


def _task(name: str, counts: dict[str, int], notes: list[str]) -> Task:
    fixed = {task.name: task for task in (URGENCY, SENTIMENT, GENDER)}
    if name in fixed:
        return fixed[name]
    if name in _OPEN:
        classes, aliases = _OPEN[name]
        further = sorted(set(counts) - set(classes) - set(aliases))
        if further:
            seen = ", ".join(f"{label} {counts[label]:,}" for label in further)
            more = counted(len(further), "class that is", "classes that are")
            notes.append(f"{name}: {more} not in the published list: {seen}")
        return Task(name=name, kind="nominal", classes=(*classes, *further), aliases=aliases)
    listed = [label for label in _TRIAGE if label in counts]
    classes = (*listed, *sorted(set(counts) - set(listed)))
    kind: TaskKind = "multilabel" if name == "symptom" else "nominal"
    return Task(name=name, kind=kind, classes=classes)


def _known_genders(calls: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    column = LABEL + GENDER.name
    known = {*map(str.casefold, GENDER.classes), *GENDER.aliases}
    good = pl.col(column).str.to_lowercase().is_in(list(known))
    if strange := calls.filter(~good).height:
        genders = counted(strange, "gender that is", "genders that are")
        notes.append(f"{genders} neither M nor F, taken as missing")
    return calls.with_columns(pl.when(good).then(column).alias(column))
