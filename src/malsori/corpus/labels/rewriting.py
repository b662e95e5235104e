"""The label columns of a task, written with other classes."""

from __future__ import annotations

import numpy as np
import polars as pl

from malsori.corpus.columns import COMPOUND, LABEL, RATERS, RATING, SOFT
from malsori.corpus.labels.regrouping import Regrouping
from malsori.errors import MalsoriError


def rewrite(rows: pl.DataFrame, plan: Regrouping) -> pl.DataFrame:
    """The utterances with the task's columns in its new classes.

    A row whose class is left out loses its label and all that was said of it. Elsewhere votes for
    a class that is left out become no vote, and soft labels are shares of what is left. A
    compound label whose members become one class becomes that class.
    """
    if not plan.changes:
        return rows
    name = plan.old.name
    had = rows[LABEL + name].is_not_null()
    if plan.old.kind == "multilabel":
        return rows.with_columns(_lists(rows[LABEL + name], plan))
    label = _replaced(rows[LABEL + name], plan)
    out = had & label.is_null()
    columns = [label]
    if COMPOUND + name in rows.columns:
        compound, single = _compounds(rows[COMPOUND + name], plan)
        filled = pl.select(pl.when(had).then(label).otherwise(single)).to_series()
        columns = [filled.alias(LABEL + name), _blank(compound, out | filled.is_not_null() & ~had)]
    if SOFT + name in rows.columns:
        columns.append(_blank(_softs(rows[SOFT + name], plan), out))
    if RATERS + name in rows.columns:
        columns.append(_blank(_ratings(rows[RATERS + name], plan), out))
    return rows.with_columns(columns)


def _blank(column: pl.Series, where: pl.Series) -> pl.Series:
    return pl.select(pl.when(~where).then(column)).to_series().alias(column.name)


def _names(plan: Regrouping, values: pl.Series) -> dict[str, str | None]:
    """What each value that occurs becomes."""
    task = plan.old
    return {v: plan.target[task.label(task.index(v))] for v in values.drop_nulls().unique()}


def _replaced(values: pl.Series, plan: Regrouping) -> pl.Series:
    texts = values.cast(pl.String)
    return texts.replace_strict(_names(plan, texts), default=None, return_dtype=pl.String)


def _lists(column: pl.Series, plan: Regrouping) -> pl.Series:
    """Lists of classes, each once and in the new order; an empty one says that none holds."""
    rank = {c: i for i, c in enumerate(plan.new.classes)}
    names = _names(plan, column.explode())
    done: list[list[str] | None] = []
    for found in column.to_list():
        new = {names[c] for c in found or ()}
        left = sorted((c for c in new if c), key=rank.__getitem__)
        done.append(None if found is None else left)
    return pl.Series(column.name, done, dtype=pl.List(pl.String))


def _compounds(column: pl.Series, plan: Regrouping) -> tuple[pl.Series, pl.Series]:
    """Compound labels in the new classes, and the single class where only one is left of them.

    One with a member that is left out is none any more.
    """
    rank = {c: i for i, c in enumerate(plan.new.classes)}
    names = _names(plan, column.explode())
    compounds: list[list[str] | None] = []
    singles: list[str | None] = []
    for found in column.to_list():
        new = {names[c] for c in found or ()}
        members = [] if None in new else sorted((c for c in new if c), key=rank.__getitem__)
        compounds.append(members if len(members) > 1 else None)
        singles.append(members[0] if len(members) == 1 else None)
    return (
        pl.Series(column.name, compounds, dtype=pl.List(pl.String)),
        pl.Series("single", singles, dtype=pl.String),
    )


def _softs(column: pl.Series, plan: Regrouping) -> pl.Series:
    """Shares summed over merged classes, of what is left; null where nothing is."""
    width = len(plan.old.classes)
    present = column.is_not_null()
    found = column.filter(present)
    if len(found) and not (found.list.len() == width).all():
        raise MalsoriError(
            f"{column.name} does not have the {width} shares of its task in every row",
            hint="import the corpus again",
        )
    shares = found.explode().to_numpy().reshape(-1, width) if len(found) else np.zeros((0, width))
    joined = np.zeros((width, len(plan.new.classes)))
    for i, c in enumerate(plan.old.classes):
        name = plan.target[c]
        if name is not None:
            joined[i, plan.new.classes.index(name)] = 1
    summed = shares @ joined
    totals = summed.sum(axis=1)
    done: list[list[float] | None] = [None] * len(column)
    kept = totals > 0
    places = np.flatnonzero(present.to_numpy())[kept]
    for place, row in zip(places, (summed[kept] / totals[kept, None]).tolist(), strict=True):
        done[place] = row
    return pl.Series(column.name, done, dtype=pl.List(pl.Float64))


def _ratings(column: pl.Series, plan: Regrouping) -> pl.Series:
    """Votes in the new classes; one for a class that is left out says nothing."""
    flat = column.alias("vote").to_frame().with_row_index("row")
    flat = flat.filter(pl.col("vote").list.len() > 0).explode("vote").unnest("vote")
    label = _replaced(flat["label"], plan)
    votes = flat.with_columns(
        label=label, intensity=pl.when(label.is_not_null()).then("intensity")
    ).select("row", pl.struct("rater", "label", "intensity").cast(RATING).alias("votes"))
    gathered = votes.group_by("row", maintain_order=True).agg("votes")
    rows = pl.DataFrame({"row": pl.Series(range(len(column)), dtype=pl.UInt32)})
    joined = rows.join(gathered, on="row", how="left", maintain_order="left")["votes"]
    return joined.cast(pl.List(RATING)).alias(column.name)
