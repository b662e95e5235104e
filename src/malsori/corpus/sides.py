"""Which channel of its file a row hears: the average, one of them, or each in a row of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import polars as pl

from malsori.corpus.adapters.base import Chosen, Source
from malsori.corpus.audio_paths import AudioPaths
from malsori.corpus.columns import CHANNEL
from malsori.corpus.counting import counted
from malsori.errors import MalsoriError
from malsori.parallel import parallel_map
from malsori.reporting import ProgressLine
from malsori.signals.audio import AudioFile

Which = int | Literal["each"] | None
"""A channel's number, from 0; each in a row of its own; None: their average."""

FloatArray = np.ndarray[Any, np.dtype[np.float32]]

MARK: Final = "#"
"""Between a row's id and the number of the channel that is its own."""


def which_channel(written: str | int | None) -> Which:
    """A channel as people write it.

    Raises:
        MalsoriError: it is no number from 0, ``each`` or ``mean``.

    Example:
        >>> which_channel("0"), which_channel("each"), which_channel("mean")
        (0, 'each', None)
    """
    text = "mean" if written is None else str(written).strip().casefold()
    if text == "each":
        return "each"
    if text == "mean":
        return None
    if not text.isdecimal():
        raise MalsoriError(
            f"channel is {written!r}",
            hint="say channel=0 for the first one, channel=each for a row of each, or "
            "channel=mean for their average (the default)",
        )
    return int(text)


def choose_channels(source: Source, which: Which, workers: int | None = None) -> Source:
    """A source whose rows hear what was chosen; a row that names a channel keeps it.

    With ``each``, a row whose file has several becomes as many rows, ``ID#0``, ``ID#1`` …, which
    share their call, so that no split divides them; all else they have in common is copied.

    Raises:
        MalsoriError: the source has no audio.
    """
    if which is None:
        return source
    rows = source.rows
    if source.audio_root is None or "audio" not in rows.columns:
        raise MalsoriError(
            f"channel={which} has nothing to choose from: the source has no audio",
            hint="leave the option out",
        )
    if CHANNEL not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String()).alias(CHANNEL))
    open_ = rows["audio"].is_not_null() & rows[CHANNEL].is_null()
    if which != "each":
        chosen = pl.when(open_).then(pl.lit(str(which))).otherwise(pl.col(CHANNEL))
        return replace(source, rows=rows.with_columns(chosen.alias(CHANNEL)))
    files = rows["audio"].filter(open_).unique(maintain_order=True).to_list()
    counts = _counts(files, source.audio_root, workers)
    number = rows["audio"].replace_strict(counts, default=1, return_dtype=pl.Int64)
    several = (number > 1) & open_
    return _divided(source, rows, number, several.fill_null(False))


def _divided(source: Source, rows: pl.DataFrame, number: pl.Series, several: pl.Series) -> Source:
    times = pl.select(pl.when(several).then(number).otherwise(1)).to_series()
    positions = [i for i, n in enumerate(times) for _ in range(n)]
    sides = pl.Series([str(k) for n in times for k in range(n)], dtype=pl.String)
    divided = several.gather(positions)
    if "call" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String()).alias("call"))
    made = rows[positions].with_columns(
        pl.when(divided).then(pl.coalesce("call", "id")).otherwise(pl.col("call")).alias("call"),
        pl.when(divided).then(sides).otherwise(pl.col(CHANNEL)).alias(CHANNEL),
        pl.when(divided).then(pl.col("id") + MARK + sides).otherwise(pl.col("id")).alias("id"),
    )
    count, into = int(several.sum()), made.height - rows.height + int(several.sum())
    note = (
        f"each channel is heard by itself: {counted(count, 'row')} of files with several became "
        f"{into:,}, ID{MARK}0, ID{MARK}1 …, of one call; each has the text, the labels and the "
        "speaker of the whole file"
    )
    features = {name: Chosen(arrays, positions) for name, arrays in source.features.items()}
    notes = [*source.notes, note if count else "channel=each: no file has several channels"]
    return replace(source, rows=made, features=features, notes=notes)


def _counts(files: Sequence[str], root: Path, workers: int | None) -> Mapping[str, int]:
    """Channels of each file; 1 where it cannot be opened, which is told when it is heard."""
    paths = AudioPaths(root)
    found = {file: place for file in files if isinstance(place := paths.find(file), Path)}
    counts, names = dict.fromkeys(files, 1), list(found)
    line = ProgressLine("channels", len(found), unit="file")
    try:
        for outcome in parallel_map(_channels, list(found.values()), workers=workers):
            counts[names[outcome.index]] = outcome.value or 1
            line.advance()
    finally:
        line.close()
    return counts


def _channels(file: Path) -> int:
    with AudioFile(file) as opened:
        return opened.channels
