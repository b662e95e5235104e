"""Equal parts of an utterance, and the statistics of contours in each."""

import numpy as np
import numpy.typing as npt

from malsori.signals.frames import Floats

Doubles = npt.NDArray[np.float64]
Edges = npt.NDArray[np.int64]


def edges(count: int, hop: float, segment: float | None) -> Edges:
    """Where the parts of an utterance begin and end, in frames.

    Args:
        count: frames of the utterance, at least 1.
        hop: from one frame to the next, s.
        segment: wanted length of a part in seconds, at least 0.1; None for one part. An utterance
            that is shorter is one part.

    Returns:
        int64 `[T + 1]`, T = max(1, round(duration / segment)).

    Raises:
        ValueError: if `segment` is below 0.1.

    Example:
        >>> edges(250, 0.01, segment=1.0).tolist()
        [0, 125, 250]
    """
    if segment is None:
        return np.array([0, count])
    if segment < 0.1:
        raise ValueError(f"segments of {segment} s are shorter than 0.1 s")
    parts = max(1, round(count * hop / segment))
    return np.linspace(0, count, parts + 1).round().astype(np.int64)


def moments(
    values: npt.NDArray[np.floating], keep: npt.NDArray[np.bool_], edges: Edges
) -> tuple[Doubles, Doubles]:
    """Mean and standard deviation of the kept frames of each part.

    Args:
        values: `[N, K]`; what is not kept may be anything.
        keep: bool `[N]` for all columns, or `[N, K]`.
        edges: of the parts, as from `edges`.

    Returns:
        Two arrays `[T, K]`; NaN in a part without any kept frame.
    """
    keep = keep if keep.ndim == 2 else keep[:, None]
    count = np.add.reduceat(keep, edges[:-1], dtype=np.float64)
    count[count == 0] = np.nan
    kept = np.where(keep, values, 0.0).astype(np.float64)
    mean = np.add.reduceat(kept, edges[:-1]) / count
    square = np.add.reduceat(kept**2, edges[:-1]) / count
    return mean, np.sqrt(np.maximum(square - mean**2, 0.0))


def shares(of: npt.NDArray[np.bool_], edges: Edges) -> Doubles:
    """Which share of each part's frames is True, `[T]`."""
    found: Doubles = np.add.reduceat(of, edges[:-1], dtype=np.float64) / np.diff(edges)
    return found


def rows(*columns: npt.NDArray[np.floating]) -> Floats:
    """Columns `[T]` or `[T, K]` side by side, float32."""
    return np.column_stack(columns).astype(np.float32)
