"""What vectors of many signals are like, from one pass over them and in bounded memory."""

from __future__ import annotations

import hashlib
import heapq
from array import array
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from malsori.notes import Note
from malsori.vectors.spread import Spread

_SAMPLE: Final = 512  # vectors that are kept to see how many dimensions they fill
_SAME: Final = 1e-4  # spread relative to size: rounding in half precision is about as much
_FEW: Final = 8  # signals; fewer may be alike by chance

Vector = npt.NDArray[np.float64]


class VectorSummary:
    """Takes the vectors of one signal after the other; keeps 16 bytes of each, and a sample.

    Args:
        subject: The modality.
        network: Whether a network computed them: then any NaN is a fault. Features made by hand
            say NaN where there is nothing to measure.
        given: Whether the corpus brought them along. They may well repeat, as those of a
            speaker do, but most of them should not be one and the same.

    Attributes:
        counted: Whether all are ids of words, not values.
        names: Ids of the rows whose vectors are numbers.
        prints: A hash of each of them.
        not_numbers: Ids of the rows that hold NaN where they should not.

    Example:
        >>> summary = VectorSummary("speech", network=True)
        >>> for i in range(10):
        ...     summary.add(f"call-{i}", np.ones((3, 4), np.float32))
        >>> len(summary), summary.relative_spread
        (10, 0.0)
    """

    def __init__(self, subject: str, *, network: bool, given: bool = False) -> None:
        self.subject = subject
        self.network = network
        self.given = given
        self.counted = True
        self.names: list[str] = []
        self.prints = array("Q")
        self.not_numbers: list[str] = []
        self._spread = Spread()
        self._sample: list[tuple[int, int, npt.NDArray[np.float32]]] = []

    def __len__(self) -> int:
        return len(self.names) + len(self.not_numbers)

    def add(self, name: str, features: npt.NDArray[Any]) -> None:
        """Takes one signal's vectors.

        Args:
            name: Id of the signal's row, for examples.
            features: ``[T, F]``; may be read-only.
        """
        if features.dtype.kind == "f":
            self.counted = False
            vector, missing = _pooled(features)
            if missing and (self.network or missing == features.size):
                # That they are also alike would only say again that they are NaN.
                self.not_numbers.append(name)
                return
            self._spread.add(vector)
            self._keep(name, vector)
        self.names.append(name)
        digest = hashlib.blake2b(features.tobytes(), digest_size=8)
        self.prints.append(int.from_bytes(digest.digest(), "little"))

    def _keep(self, name: str, vector: Vector) -> None:
        """The sample depends on which signals there are, not on their order."""
        place = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
        item = (-place, len(self.names), vector.astype(np.float32))
        if len(self._sample) < _SAMPLE:
            heapq.heappush(self._sample, item)
        elif item > self._sample[0]:
            heapq.heapreplace(self._sample, item)

    @property
    def width(self) -> int:
        """F, the width of the vectors."""
        return self._spread.width

    @property
    def sample(self) -> npt.NDArray[np.float32]:
        """Means over time of at most 512 signals ``[N, F]``; there must be one."""
        return np.stack([v for *_, v in sorted(self._sample, key=lambda s: s[:2])])

    @property
    def sampled(self) -> int:
        """How many signals are in the sample."""
        return len(self._sample)

    @property
    def identical(self) -> bool:
        """Whether all are the same to the last bit."""
        return len(set(self.prints)) == 1

    @property
    def relative_spread(self) -> float:
        """How far the means over time lie apart, relative to their size; 0 … 1."""
        return 0.0 if self.identical else 1.0 if self.counted else self._spread.relative()

    @property
    def constant(self) -> bool:
        """Whether there are eight signals or more, and nothing tells one from another."""
        return len(self.names) >= _FEW and self.relative_spread < _SAME

    @property
    def signals(self) -> Note:
        """What is counted by ``names``, in words."""
        return Note("features.without_nan" if self.not_numbers else "features.signals")

    @property
    def origin(self) -> str:
        """Part of a key: where the vectors come from."""
        return "given" if self.given else "made"


def _pooled(features: npt.NDArray[Any]) -> tuple[Vector, int]:
    """The mean over time, and how many values are NaN; a column of NaN only stays NaN."""
    total = features.sum(axis=0, dtype=np.float64)
    if np.isfinite(total).all():
        return total / len(features), 0
    there = ~np.isnan(features)
    count = there.sum(axis=0)
    sums = np.where(there, features, 0).sum(axis=0, dtype=np.float64)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan), int((~there).sum())
