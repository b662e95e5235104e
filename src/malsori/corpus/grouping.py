"""Which rows belong together: the columns that a split groups by, and the classes it balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.columns import FEATURES, LABEL, META
from malsori.corpus.corpus import Corpus
from malsori.corpus.spellings import one_form
from malsori.corpus.tallies import strata
from malsori.errors import MalsoriError
from malsori.schema import nearest, normal
from malsori.signals.korean import normalise_text

Codes = np.ndarray[Any, np.dtype[np.int64]]

TEXT: Final = "text"
_NOT_GROUPS: Final = frozenset({"id", "turn", "start", "end", "sample_rate", "duration"})


@dataclass(frozen=True)
class Groups:
    """The groups of every row in one column."""

    column: str  # name of the column in the table of utterances
    # Group of each row ``[N]`` int64, in the order of the sorted values. A row without a value
    # is a group of its own, numbered after all others by its id
    codes: Codes
    nulls: int  # how many rows have no value

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(np.unique(self.codes))


def find_column(name: str, columns: Sequence[str]) -> str:
    """The column of the table of utterances that a user means by a name.

    ``sentence`` finds ``meta.sentence`` where there is no column ``sentence``.
    """
    name = normal(name)
    for column in (name, META + name):
        if column in columns and _groups(column):
            return column
    choices = [column for column in columns if _groups(column)]
    if name in columns:
        hint = f"rows can be grouped by {', '.join(choices)}"
        raise MalsoriError(f"column {name!r} does not say which rows belong together", hint=hint)
    if LABEL + name in columns:
        hint = (
            "it is a task: stratify by it; if it is none, say which are with --task at the import"
        )
    else:
        hint = nearest(name, [column.removeprefix(META) for column in choices])
    raise MalsoriError(f"no column {name!r} to group by", hint=hint)


def _groups(column: str) -> bool:
    return column not in _NOT_GROUPS and not column.startswith((LABEL, FEATURES))


def columns_with_values(utterances: pl.DataFrame) -> list[str]:
    """Columns that rows can be grouped by and that hold any value, as a user calls them."""
    return [
        column.removeprefix(META)
        for column in utterances.columns
        if _groups(column) and utterances[column].null_count() < utterances.height
    ]


def values_of(utterances: pl.DataFrame, column: str) -> pl.Series:
    """A column in the form in which its groups are compared: names have one form.

    Texts are normalised further; one without any letter or digit is null: it says nothing that
    could leak.
    """
    series = utterances[column]
    if column != TEXT:
        return one_form(series)
    forms = {text: normalise_text(text) or None for text in series.unique().drop_nulls()}
    return series.replace_strict(forms, default=None, return_dtype=pl.String)


def group_rows(utterances: pl.DataFrame, column: str) -> Groups:
    """Numbers the groups of a column.

    Example:
        >>> frame = pl.DataFrame({"id": list("wxyz"), "speaker": ["b", "a", None, "b"]})
        >>> group_rows(frame, "speaker").codes.tolist()
        [1, 0, 2, 1]
    """
    values = values_of(utterances, column)
    ranks = values.rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    by_id = utterances["id"].arg_sort().to_numpy()
    alone = by_id[ranks[by_id] < 0]
    codes = ranks.copy()
    codes[alone] = ranks.max(initial=-1) + 1 + np.arange(len(alone))
    return Groups(column, codes, len(alone))


def find_task(name: str, corpus: Corpus) -> str:
    """The task that a user means by ``emotion`` or ``label.emotion``."""
    task = normal(name).removeprefix(LABEL)
    if task not in corpus.tasks:
        raise MalsoriError(
            f"corpus {corpus.name!r} has no task {task!r} to stratify by",
            hint=nearest(task, list(corpus.tasks)),
        )
    return task


def strata_of(corpus: Corpus, stratify: str | None) -> Codes:
    """The stratum of each row ``[N]`` int64, 0 for rows without label; see ``tallies.strata``.

    Without ``stratify`` all rows are one stratum.
    """
    if stratify is None:
        return np.zeros(corpus.utterances.height, np.int64)
    task = find_task(stratify, corpus)
    return strata(corpus.tasks[task], corpus.labels(task))[0]


def strata_names(corpus: Corpus, task: str) -> list[str]:
    """What the numbers that ``strata_of`` gives mean, by number."""
    return strata(corpus.tasks[task], corpus.labels(task))[1]


def joint_strata(corpus: Corpus) -> Codes:
    """The stratum of each row ``[N]`` int64: its strata in all tasks at once."""
    labels = [strata(task, corpus.labels(name))[0] for name, task in corpus.tasks.items()]
    if not labels:
        return np.zeros(corpus.utterances.height, np.int64)
    _, codes = np.unique(np.stack(labels, axis=1), axis=0, return_inverse=True)
    return codes.ravel().astype(np.int64)
