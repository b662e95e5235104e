"""From a corpus, a split and encoders to batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import torch
from torch import Tensor

from malsori.corpus.grouping import values_of
from malsori.encoders.base import Features
from malsori.errors import MalsoriError
from malsori.nn.batches import Batch
from malsori.schema import group_name
from malsori.training.choosing import Chosen

Fetch = Callable[[int], Features | None]
Draw = Callable[[int, int], Features | None]


@dataclass(frozen=True)
class Examples:
    """The rows of one corpus that a run uses, with a way to fetch their features.

    All of it can be pickled, so that a run can be sent to another process, which opens the files
    anew.

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
            hears = [True] * len(rows) if keep is None else keep[modality]
            # What is not heard is not read: the signal of a trained encoder is resampled each time.
            found = [
                None
                if not hear
                else fetch(int(row))
                if draw is None or epoch is None
                else draw(int(row), epoch)
                for row, hear in zip(rows, hears, strict=True)
            ]
            features[modality], masks[modality] = pad(found, self.widths[modality])
        targets = {t: _tensor(y[rows]) for t, y in self.targets.items()}
        soft = {t: _tensor(y[rows]) for t, y in self.soft.items()}
        return Batch(features, masks, targets, [self.ids[int(row)] for row in rows], soft)


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
    chosen: Chosen,
    fetch: Mapping[str, Fetch],
    draw: Mapping[str, Draw] | None = None,
    *,
    group_by: str | None = None,
) -> Examples:
    """The chosen rows with their features; a row without any label stays, for prediction.

    Raises:
        MalsoriError: No row has features of a modality.
    """
    return Examples(
        ids=chosen.table["id"].to_list(),
        split=chosen.parts,
        groups=_groups(chosen.table, group_by),
        targets=chosen.labels.targets,
        fetch=dict(fetch),
        widths={m: _width(m, f, chosen.table.height) for m, f in fetch.items()},
        soft=chosen.labels.soft,
        added=chosen.labels.added,
        draw=dict(draw or {}),
    )


def _groups(table: pl.DataFrame, column: str | None) -> list[str]:
    """The group of each row; a row without one is called by its id, unless a group is."""
    ids = table["id"].to_list()
    if column is None or column not in table.columns:
        return list(ids)
    names = values_of(table, column).cast(pl.String).to_list()
    taken = {group_name(name) for name in names if name is not None}
    alone = [f"id {i}" if group_name(i) in taken else i for i in ids]
    return [own if name is None else name for name, own in zip(names, alone, strict=True)]


def _width(modality: str, fetch: Fetch, rows: int) -> int:
    for row in range(rows):
        found = fetch(row)
        if found is not None:
            return int(found.shape[1])
    raise MalsoriError(f"encoders.{modality}: no row has this modality after encoding")
