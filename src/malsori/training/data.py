"""From a corpus, a split and encoders to batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.errors import MalsoriError
from malsori.nn.model import Batch
from malsori.schema import SPLITS, nearest

Fetch = Callable[[int], Features | None]


@dataclass(frozen=True)
class Examples:
    """The rows of one corpus that a run uses, with a way to fetch their features.

    Attributes:
        ids: `[N]`.
        split: `[N]`, of `train`, `validation`, `test`.
        groups: `[N]`; what an interval resamples (a speaker, say).
        targets: Task → class indices `[N]`, -1 where there is no label.
        fetch: Modality → row index → features `[T, F]`, or None where it is absent.
        widths: Modality → F.
    """

    ids: list[str]
    split: np.ndarray
    groups: list[str]
    targets: dict[str, np.ndarray]
    fetch: dict[str, Fetch]
    widths: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, split: str) -> np.ndarray:
        """The row indices of one split, in the corpus' order."""
        return np.flatnonzero(self.split == split)

    def features(self, modality: str, rows: Sequence[int] | np.ndarray) -> Iterator[Features]:
        """The features of the rows that have this modality."""
        for row in rows:
            found = self.fetch[modality](int(row))
            if found is not None:
                yield found

    def batch(
        self, rows: Sequence[int] | np.ndarray, keep: Mapping[str, np.ndarray] | None = None
    ) -> Batch:
        """Rows padded to one length.

        Args:
            rows: Row indices.
            keep: Modality → bool `[B]`; False hides the modality from that row.
        """
        features, masks = {}, {}
        for modality, fetch in self.fetch.items():
            found = [fetch(int(row)) for row in rows]
            if keep is not None:
                found = [f if k else None for f, k in zip(found, keep[modality], strict=True)]
            features[modality], masks[modality] = pad(found, self.widths[modality])
        targets = {t: torch.from_numpy(y[rows]) for t, y in self.targets.items()}
        return Batch(features, masks, targets, [self.ids[int(row)] for row in rows])


def pad(found: Sequence[Features | None], width: int) -> tuple[Tensor, Tensor]:
    """Stacks sequences `[T_i, F]` to `[B, T, F]` with a mask `[B, T]`; None is all False.

    Example:
        >>> values, mask = pad([np.ones((2, 1), np.float32), None], 1)
        >>> values.shape, mask.tolist()
        (torch.Size([2, 2, 1]), [[True, True], [False, False]])
    """
    longest = max([len(f) for f in found if f is not None], default=1)
    kind = next((f.dtype for f in found if f is not None), np.dtype(np.float32))
    values = np.zeros((len(found), longest, width), dtype=kind)
    mask = np.zeros((len(found), longest), dtype=bool)
    for i, f in enumerate(found):
        if f is not None:
            values[i, : len(f)] = f
            mask[i, : len(f)] = True
    return torch.from_numpy(values), torch.from_numpy(mask)


def examples_of(
    corpus: Corpus,
    split: str,
    *,
    tasks: Sequence[str],
    encoders: Mapping[str, Encoder],
    fetch_of: Callable[[str, Encoder, list[dict[str, Any]]], Fetch],
    group_by: str | None,
) -> Examples:
    """Joins a corpus with one of its splits and keeps the rows that have any of the modalities.

    Args:
        corpus: The corpus.
        split: Name of the saved split.
        tasks: Names of tasks; a row without any label stays, for prediction.
        encoders: Modality → encoder.
        fetch_of: Makes the fetch function of one modality over the given rows.
        group_by: Column that intervals resample, or None for single rows.

    Raises:
        MalsoriError: A task or modality that the corpus does not have; a task without a
            labelled training row, or with one class only.
    """
    check_names(corpus, tasks, encoders)
    table = corpus.utterances.with_row_index("__row").join(
        corpus.split(split), on="id", how="left", suffix="__chosen", maintain_order="left"
    )
    chosen = "split__chosen"
    table = table.filter(pl.col(chosen).is_in(SPLITS) & _any_present(encoders))
    if table.is_empty():
        raise MalsoriError(f"split {split!r}: no row has any of: {', '.join(encoders)}")
    rows = table.drop("__row").to_dicts()
    where = table["__row"].to_numpy()
    fetch = {m: fetch_of(m, encoder, rows) for m, encoder in encoders.items()}
    examples = Examples(
        ids=table["id"].to_list(),
        split=table[chosen].to_numpy(),
        groups=_groups(table, group_by),
        targets={task: corpus.labels(task)[where] for task in tasks},
        fetch=fetch,
        widths={m: _width(m, f, len(rows)) for m, f in fetch.items()},
    )
    _check_targets(examples, corpus)
    return examples


def check_names(corpus: Corpus, tasks: Sequence[str], encoders: Mapping[str, Encoder]) -> None:
    """Refuses tasks and modalities that the corpus does not have, naming the nearest."""
    for task in tasks:
        if task not in corpus.tasks:
            hint = nearest(task, list(corpus.tasks))
            raise MalsoriError(f"tasks: corpus {corpus.name!r} has no task {task!r}", hint=hint)
    for modality, encoder in encoders.items():
        if encoder.signal not in corpus.signals.get(modality, ()):
            raise MalsoriError(
                f"encoders.{modality}: corpus {corpus.name!r} has no {encoder.signal} "
                f"called {modality!r}",
                hint=_instead(corpus, modality),
            )


def _instead(corpus: Corpus, modality: str) -> str:
    if "features" in corpus.signals.get(modality, ()):
        return (
            f"its {modality!r} are vectors: --set encoders.{modality}.kind=precomputed reads them"
        )
    has = ", ".join(f"{m} ({'/'.join(k)})" for m, k in corpus.signals.items())
    return f"it has: {has}; leave an encoder out with --set encoders.{modality}=null"


def _any_present(encoders: Mapping[str, Encoder]) -> pl.Expr:
    columns = {"audio": "audio", "text": "text"}
    names = [columns.get(e.signal, f"features.{m}") for m, e in encoders.items()]
    return pl.any_horizontal([pl.col(n).is_not_null() for n in names])


def _groups(table: pl.DataFrame, column: str | None) -> list[str]:
    if column is None or column not in table.columns:
        return list(table["id"].to_list())
    return list(table.select(pl.coalesce(pl.col(column).cast(pl.String), "id")).to_series())


def _width(modality: str, fetch: Fetch, rows: int) -> int:
    for row in range(rows):
        found = fetch(row)
        if found is not None:
            return int(found.shape[1])
    raise MalsoriError(f"encoders.{modality}: no row has this modality after encoding")


def _check_targets(examples: Examples, corpus: Corpus) -> None:
    for part in ("train", "validation"):
        if not len(examples.rows(part)):
            raise MalsoriError(f"the split has no {part} rows with the recipe's modalities")
    for task, y in examples.targets.items():
        known = y[examples.rows("train")]
        seen = np.unique(known[known >= 0])
        if len(seen) < 2:
            names = [corpus.tasks[task].label(int(k)) for k in seen]
            raise MalsoriError(
                f"task {task!r}: training rows have {len(seen)} of its classes {names}; "
                "nothing can be learned from them"
            )
        if not (y[examples.rows("validation")] >= 0).any():
            raise MalsoriError(f"task {task!r}: no validation row is labelled")
