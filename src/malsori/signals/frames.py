"""Short overlapping windows of a waveform, at the same times whatever their length."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FRAMES_AT_ONCE = 512  # of some 2 KB each: they stay in the cache, however long the call


def frame_count(samples: int, hop: int) -> int:
    """How many frames cover so many samples: one for each hop that has begun, at least one.

    Example:
        >>> frame_count(8000, 80), frame_count(1, 80)
        (100, 1)
    """
    return max(1, -(-samples // hop))


def frames(samples: Floats, size: int, hop: int) -> Iterator[Floats]:
    """Cuts a waveform into frames; frame n is centred on sample (n + ½) · hop.

    So analyses with windows of different lengths (pitch needs longer ones than spectra)
    line up frame by frame. Beyond both ends the signal is zero.

    Args:
        samples: float32 `[T]`.
        size: samples in a frame.
        hop: samples from one frame to the next.

    Yields:
        Views `[≤ 512, size]`, in order, `frame_count(T, hop)` frames in all.

    Example:
        >>> [part.shape for part in frames(np.ones(8000, np.float32), size=200, hop=80)]
        [(100, 200)]
    """
    count = frame_count(len(samples), hop)
    before = max(0, (size - hop) // 2)
    skip = max(0, (hop - size) // 2)  # frames shorter than the hop begin inside it
    after = max(0, skip + (count - 1) * hop + size - before - len(samples))
    padded = np.pad(np.asarray(samples, np.float32), (before, after))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size)[skip::hop]
    for start in range(0, count, FRAMES_AT_ONCE):
        yield windows[start : min(start + FRAMES_AT_ONCE, count)]
