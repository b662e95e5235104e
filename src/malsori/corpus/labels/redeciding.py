"""The labels of a task decided anew from its raters, by another rule."""

from __future__ import annotations

from typing import Final

import polars as pl

from malsori.corpus.columns import COMPOUND, LABEL, META, SOFT
from malsori.corpus.corpus import Corpus
from malsori.corpus.labels.agreeing import rated_index, rated_task
from malsori.corpus.labels.deciding import aggregate
from malsori.corpus.labels.rules import Rule, check_least
from malsori.corpus.labels.votes import Vote, votes_of
from malsori.errors import MalsoriError
from malsori.schema import Task, UnknownLabel

SITUATION: Final = META + "situation"
"""What the speaker was asked to act, where a corpus was played."""


def decide(corpus: Corpus, name: str, rule: Rule) -> tuple[pl.DataFrame, pl.Series]:
    """The utterances with a task's labels decided anew from its raters.

    Returns:
        The utterances with ``label``, ``soft`` and ``compound`` of the task replaced; why a row
        has no label now, null where it has one.

    Raises:
        MalsoriError: the task's raters are not known, it is no task of single classes, a rater's
            label is no class, what the rule looks at is not there (intensities, situation), or it
            asks for more raters than there are.
    """
    task, column = rated_task(corpus, name)
    if task.kind not in ("nominal", "ordinal"):
        raise MalsoriError(
            f"task {name!r} is {task.kind}: label rules decide between single classes"
        )
    rows = corpus.utterances
    votes = _canonical(task, votes_of(column))
    check_least(rule, max(map(len, votes), default=0))
    if rule.kind == "intensity_sum" and all(v.intensity is None for row in votes for v in row):
        raise MalsoriError(
            f"the raters of {name!r} gave no intensities to sum", hint="take majority(N)"
        )
    situations = _situations(corpus, task) if rule.kind == "situation" else [None] * rows.height
    made = [
        aggregate(found, task.classes, rule.name, situation=said)
        for found, said in zip(votes, situations, strict=True)
    ]
    columns = [
        pl.Series(LABEL + name, [d.label for d in made], dtype=pl.String),
        pl.Series(SOFT + name, [d.soft for d in made], dtype=pl.List(pl.Float64)),
        pl.Series(
            COMPOUND + name,
            [list(d.compound) or None for d in made],
            dtype=pl.List(pl.String),
        ),
    ]
    decided = rows.with_columns(columns)
    return decided, decided.select(_why(name, rule)).to_series()


def _canonical(task: Task, votes: list[list[Vote]]) -> list[list[Vote]]:
    """Votes with each label as its class is called."""
    names: dict[str | None, str | None] = {None: None}
    for label in {v.label for row in votes for v in row if v.label is not None}:
        names[label] = task.label(rated_index(task, label))
    if all(a == b for a, b in names.items()):
        return votes
    return [[v._replace(label=names[v.label]) for v in row] for row in votes]


def _situations(corpus: Corpus, task: Task) -> list[str | None]:
    """The scripted intent of each row as a class, None where it is none."""
    if SITUATION not in corpus.utterances.columns:
        raise MalsoriError(
            f"corpus {corpus.name!r} does not say what was to be acted",
            hint=f"the rule situation reads the column {SITUATION}",
        )
    said = corpus.utterances[SITUATION].to_list()
    known: dict[str | None, str | None] = {None: None}
    for value in {value for value in said if value is not None}:
        try:
            known[value] = task.label(task.index(value))
        except UnknownLabel:
            known[value] = None
    return [known[value] for value in said]


def _why(name: str, rule: Rule) -> pl.Expr:
    """Why a row has no label after a rule."""
    if rule.kind == "situation":
        return pl.when(pl.col(LABEL + name).is_null()).then(pl.lit("no situation"))
    return (
        pl.when(pl.col(LABEL + name).is_not_null())
        .then(None)
        .when(pl.col(SOFT + name).is_null())
        .then(pl.lit("not rated"))
        .when(pl.col(COMPOUND + name).is_not_null())
        .then(pl.lit("raters tie"))
        .otherwise(pl.lit("no intensity" if rule.kind == "intensity_sum" else "too few agree"))
    )
