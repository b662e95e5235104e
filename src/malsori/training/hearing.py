"""What is heard of a file that a run answers for: which channel, and what its header hides."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from malsori.signals.audio import Audio, AudioFile
from malsori.signals.channels import compare

_STEP: Final = 2.0**-15  # of 16 bit: below half of it there is nothing to hear


def hear(file: Path, channel: int | None, trained: int | None, notes: list[str]) -> Audio:
    """Reads a recording as the run's corpus was read.

    Args:
        file: the recording.
        channel: the one that was asked for, or None.
        trained: the one that all of the corpus was heard on, or None; a file that has not so
            many is averaged.
        notes: where it is said what was not simply read.

    Raises:
        AudioError: it cannot be read, or has no such channel.
    """
    with AudioFile(file) as opened:
        notes += [f"{oddity.kind}: {oddity.detail}" for oddity in opened.told]
        usual = trained if trained is not None and trained < opened.channels else None
        chosen = usual if channel is None else channel
        frames = opened.decode()
        heard = opened.heard(frames, chosen)
        cancelled = False
        if opened.channels > 1:
            notes.append(_said(opened.channels, chosen, channel is None))
            cancelled = chosen is None and compare(frames).cancelled
            if cancelled:
                notes.append("the channels cancel each other when they are averaged")
        elif trained and channel is None:
            notes.append(f"one channel, where the run was trained on channel {trained}")
        if not cancelled and np.abs(heard.samples).max(initial=0) < _STEP / 2:
            notes.append("what is heard holds only silence")
        return heard


def _said(count: int, chosen: int | None, usual: bool) -> str:
    if chosen is None:
        return f"{count} channels, averaged (--channel 0 hears the first one)"
    return f"channel {chosen} of {count}" + (", as in training" if usual else "")
