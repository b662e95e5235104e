"""Long recordings in windows with overlap, joined so that each frame comes from one window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Frames = Callable[[int], int]


@dataclass(frozen=True)
class Window:
    """Samples ``start`` to ``stop``; of its frames, those from ``first`` to ``last`` are kept."""

    start: int
    stop: int
    first: int
    last: int


def windows(samples: int, size: int, overlap: int, hop: int, frames: Frames) -> list[Window]:
    """Cuts a recording so that frames of a window lie where those of the whole would.

    Windows begin at multiples of the hop; two neighbours share the overlap half and half, since
    a frame near a window's end has seen less than the others. The last window is as long as the
    others (reaching back further), because a short rest would be heard without context.

    Args:
        samples: length of the recording.
        size: samples of a window.
        overlap: samples that neighbours share, below ``size``.
        hop: samples from one frame to the next.
        frames: how many frames the model makes of so many samples.

    Example:
        >>> parts = windows(50, 20, 8, 1, lambda n: n)
        >>> [(w.start, w.stop, w.first, w.last) for w in parts]
        [(0, 20, 0, 16), (12, 32, 4, 16), (24, 44, 4, 13), (30, 50, 7, 20)]
    """
    if samples <= size:
        return [Window(0, samples, 0, frames(samples))]
    step = max(hop, (size - overlap) // hop * hop)
    starts = list(range(0, samples - size, step))
    starts.append(-(-(samples - size) // hop) * hop)
    ends = [min(start + size, samples) for start in starts]
    result, begin = [], 0
    for i, (start, stop) in enumerate(zip(starts, ends, strict=True)):
        of_start = start // hop
        if i + 1 < len(starts):
            until = (starts[i + 1] // hop + of_start + frames(stop - start)) // 2
        else:
            until = frames(samples)
        result.append(Window(start, stop, begin - of_start, until - of_start))
        begin = until
    return result
