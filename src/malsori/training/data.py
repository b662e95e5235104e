"""From a corpus, a split and encoders to batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
import torch
from torch import Tensor

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder, Features
from malsori.errors import MalsoriError
from malsori.nn.model import Batch
from malsori.recipe import LabelTransform
from malsori.schema import nearest
from malsori.training.parts import choose

Fetch = Callable[[int], Features | None]
Draw = Callable[[int, int], Features | None]
DrawOf = Callable[[str, Encoder, list[dict[str, Any]], np.ndarray, Fetch], Draw | None]


@dataclass(frozen=True)
class Examples:
    """The rows of one corpus that a run uses, with a way to fetch their features.

    Attributes:
        ids: `[N]`.
        split: `[N]`, of `train`, `validation`, `test`.
        groups: `[N]`; what an interval resamples (a speaker, say).
        targets: Task → hard labels, as `corpus.targets.encode` gives them: class indices `[N]`,
            zeros and ones `[N, K]`, or numbers `[N]`; −1 or NaN where there is no label.
        fetch: Modality → row index → features `[T, F]`, or None where it is absent.
        widths: Modality → F.
        soft: Task → what training is held against instead, float32 `[N, K]`.
        added: Task → training rows that have a label only by the recipe's transform.
        draw: Modality → row index, epoch → its features in that epoch, for modalities whose
            training rows change.
    """

    ids: list[str]
    split: np.ndarray
    groups: list[str]
    targets: dict[str, np.ndarray]
    fetch: dict[str, Fetch]
    widths: dict[str, int]
    soft: dict[str, np.ndarray] = field(default_factory=dict)
    added: dict[str, int] = field(default_factory=dict)
    draw: dict[str, Draw] = field(default_factory=dict)

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
        self,
        rows: Sequence[int] | np.ndarray,
        keep: Mapping[str, np.ndarray] | None = None,
        *,
        epoch: int | None = None,
    ) -> Batch:
        """Rows padded to one length.

        Args:
            rows: Row indices.
            keep: Modality → bool `[B]`; False hides the modality from that row.
            epoch: In which training rows change as the recipe says; None leaves them as they are.
        """
        features, masks = {}, {}
        for modality, fetch in self.fetch.items():
            draw = None if epoch is None else self.draw.get(modality)
            read = fetch if draw is None or epoch is None else _in_epoch(draw, epoch)
            hears = [True] * len(rows) if keep is None else keep[modality]
            # What is not heard is not read: the signal of a trained encoder is resampled each time.
            found = [
                read(int(row)) if hear else None for row, hear in zip(rows, hears, strict=True)
            ]
            features[modality], masks[modality] = pad(found, self.widths[modality])
        targets = {t: _tensor(y[rows]) for t, y in self.targets.items()}
        soft = {t: _tensor(y[rows]) for t, y in self.soft.items()}
        return Batch(features, masks, targets, [self.ids[int(row)] for row in rows], soft)


def _in_epoch(draw: Draw, epoch: int) -> Fetch:
    return lambda row: draw(row, epoch)


def _tensor(values: np.ndarray) -> Tensor:
    """A tensor; numbers of half the width, which every device can hold."""
    found = torch.from_numpy(values)
    return found.float() if found.is_floating_point() else found


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
    soft: Sequence[str] = (),
    transforms: Mapping[str, LabelTransform] | None = None,
    draw_of: DrawOf | None = None,
) -> Examples:
    """Joins a corpus with one of its splits and keeps the rows that have any of the modalities.

    Args:
        corpus: The corpus.
        split: Name of the saved split.
        tasks: Names of tasks; a row without any label stays, for prediction.
        encoders: Modality → encoder.
        fetch_of: Makes the fetch function of one modality over the given rows.
        group_by: Column that intervals resample, or None for single rows.
        soft: Names of the tasks that train on soft labels.
        transforms: Task → what becomes of compound labels in training rows.
        draw_of: Makes the draw function of one modality over the given rows and the part of each,
            or None where its training rows do not change.

    Raises:
        MalsoriError: A task or modality that the corpus does not have; a task without a
            labelled training row, or with nothing to tell apart; no soft or compound labels.
    """
    check_names(corpus, tasks, encoders)
    chosen = choose(corpus, split, encoders, tasks, soft=soft, transforms=transforms)
    table, parts, labels = chosen.table, chosen.parts, chosen.labels
    rows = table.to_dicts()
    fetch = {m: fetch_of(m, encoder, rows) for m, encoder in encoders.items()}
    made = {m: draw_of(m, e, rows, parts, fetch[m]) for m, e in encoders.items()} if draw_of else {}
    return Examples(
        ids=table["id"].to_list(),
        split=parts,
        groups=_groups(table, group_by),
        targets=labels.targets,
        fetch=fetch,
        widths={m: _width(m, f, len(rows)) for m, f in fetch.items()},
        soft=labels.soft,
        added=labels.added,
        draw={m: draw for m, draw in made.items() if draw is not None},
    )


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
