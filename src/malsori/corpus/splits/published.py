"""The split that a corpus was published with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from malsori.corpus.columns import LABEL
from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import few, value_counts
from malsori.errors import MalsoriError
from malsori.notes import Note
from malsori.schema import SPLITS
from malsori.words import Words

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


def published_counts(corpus: Corpus) -> dict[str, int]:
    """Part → rows, as the source of a corpus publishes them; nothing where it does not."""
    found = value_counts(corpus.utterances["split"])
    own = {part: found.pop(part) for part in SPLITS if part in found}
    return own | found


def parts_said(counts: Mapping[str, int], words: Words) -> str:
    """The parts with their rows, in the reader's language."""
    return few([f"{words.named('part', part)} {rows:,}" for part, rows in counts.items()])


def why_not_published(corpus: Corpus) -> Note | None:
    """Why the corpus cannot be divided as it was published; None where it can."""
    counts, rows = published_counts(corpus), corpus.utterances
    labels = [LABEL + task for task in corpus.tasks]
    if strange := [name for name in counts if name not in SPLITS]:
        return Note("split.published.strange", {"names": [repr(name) for name in strange[:5]]})
    for part in ("train", "test"):
        if part not in counts:
            return Note("split.published.lacks", {"part": part})
        there = rows.filter(pl.col("split") == part)
        if labels and all(there[label].null_count() == there.height for label in labels):
            return Note("split.published.unlabelled", {"part": part, "n": counts[part]})
    return None


def taken_as_published(corpus: Corpus) -> bool:
    """Whether a saved split follows the source's; hundreds of folds need not be parsed."""
    files = [corpus.path / "splits" / f"{name}.yaml" for name in corpus.split_names()]
    said = (file.read_text(encoding="utf-8") for file in files if file.is_file())
    return any("\n  column: split\n" in text for text in said)
