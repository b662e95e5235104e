"""What was found about the sound of each utterance when it was opened at import."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from malsori.corpus.columns import SOUNDS
from malsori.signals.audio import Audio
from malsori.signals.channels import Channels
from malsori.signals.fingerprint import Fingerprint, fingerprint
from malsori.signals.quality import Quality, measure

_TOGETHER = 500


@dataclass(frozen=True, slots=True)
class Sound:
    """The quality and the fingerprint of one utterance, and the channels of its file."""

    quality: Quality
    fingerprint: Fingerprint
    count: int | None = 1  # of the file's channels; None where nobody counted
    channels: Channels | None = None  # what they are to each other, if they were averaged


def sound_of(audio: Audio, count: int | None = 1, channels: Channels | None = None) -> Sound:
    """Measure a sound; it needs nothing that may not run in a forked process."""
    return Sound(measure(audio), fingerprint(audio), count, channels)


def sounds_table(sounds: Iterable[tuple[str, Sound]]) -> pl.DataFrame:
    """The table ``sounds.parquet``.

    Args:
        sounds: id of an utterance and its sound; taken one after the other, so that they need
            not all be in memory.

    Returns:
        One row for each, in order, with the columns of ``SOUNDS``.
    """
    frames = [pl.DataFrame(schema=SOUNDS)]
    rows: list[tuple[str, Sound]] = []
    for row in sounds:
        rows.append(row)
        if len(rows) == _TOGETHER:
            frames.append(_frame(rows))
            rows = []
    return pl.concat([*frames, _frame(rows)])


def _frame(rows: list[tuple[str, Sound]]) -> pl.DataFrame:
    qualities = [sound.quality for _, sound in rows]
    prints = [sound.fingerprint for _, sound in rows]
    columns: dict[str, list[object]] = {"id": [key for key, _ in rows]}
    for name in ("peak", "level", "clipped", "silence", "bandwidth"):
        columns[name] = [getattr(quality, name) for quality in qualities]
    columns["words"] = [found.words.tolist() for found in prints]
    columns["at"] = [found.at.tolist() for found in prints]
    columns["channels"] = [sound.count for _, sound in rows]
    several = [sound.channels for _, sound in rows]
    for name, field in (("mixed", "change"), ("dead", "dead"), ("alike", "alike")):
        columns[name] = [None if of is None else getattr(of, field) for of in several]
    return pl.DataFrame([pl.Series(n, columns[n], dtype=t) for n, t in SOUNDS.items()])
