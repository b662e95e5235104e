"""The split that a corpus was published with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from malsori.errors import MalsoriError

_NAMES: Final = {
    "train": ("train", "training", "trn", "tr"),
    "validation": ("validation", "valid", "val", "dev", "development"),
    "test": ("test", "testing", "tst", "te", "eval", "evaluation"),
}
_PART_OF: Final = {name: part for part, names in _NAMES.items() for name in names}


def published_parts(values: pl.Series, renamed: Mapping[str, str] | None = None) -> pl.Series:
    """Brings a publisher's names of the parts to train, validation, test; null to dropped.

    Args:
        values: The publisher's column.
        renamed: Part → the part that it becomes, where a publisher withholds one.

    Raises:
        MalsoriError: A name is none of the usual ones, or nothing is for training or test.

    Example:
        >>> published_parts(pl.Series("split", ["Training", "dev", "test", None])).to_list()
        ['train', 'validation', 'test', 'dropped']
    """
    texts = values.cast(pl.String)
    names = {name: name.strip().casefold() for name in texts.unique().drop_nulls()}
    unknown = sorted(name for name, folded in names.items() if folded not in _PART_OF)
    if unknown:
        raise MalsoriError(
            f"column {values.name!r} holds {', '.join(map(repr, unknown[:5]))}, "
            "which names no part of a split",
            hint="known are train/training, dev/val/valid/validation, test/eval",
        )
    becomes = renamed or {}
    parts = {name: _PART_OF[folded] for name, folded in names.items()}
    parts = {name: becomes.get(part, part) for name, part in parts.items()}
    for part in ("train", "test"):
        if part not in parts.values():
            raise MalsoriError(
                f"column {values.name!r} names no row for {part}",
                hint="leave out the column to make a split of your own",
            )
    return texts.replace_strict(parts, default="dropped", return_dtype=pl.String)
