"""Watching features as they are made: what no network can learn from is said before training."""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from malsori.encoders.base import Features
from malsori.encoders.spread import Spread, effective_rank
from malsori.errors import MalsoriError
from malsori.findings import Finding, Prescription
from malsori.schema import nearest

CHECKS: Final = ("constant", "duplicate", "nan", "rank", "cut", "bandwidth")
"""What is looked for; a serious one of these ends `malsori embed` and `malsori train`."""

_FEW: Final = 8  # signals; fewer may be alike by chance
_SAMPLE: Final = 512  # vectors that are kept to see how many dimensions they fill
_ENOUGH: Final = 64  # vectors, and …
_WIDE: Final = 16  # … dimensions from which on a rank says something
_COLLAPSED: Final = 0.01  # of the dimensions that there could be, and at least …
_NARROW: Final = 1.5  # … this many
_SAME: Final = 1e-4  # spread relative to size: below it, only rounding differs
_MANY: Final = 0.05  # of the signals: worth a word
_MOST: Final = 0.5  # of the signals: not worth training on

Vector = npt.NDArray[np.float64]


class Watch:
    """Sees features one after the other, in bounded memory but for 16 bytes a signal.

    Healthy encoders leave it silent. Whether text was cut and what bandwidth audio has, which
    features do not tell, is looked at in `inputs`.

    Args:
        subject: The modality, for messages.
        network: Whether a network computed them: then any NaN is a fault. Features made by hand
            say NaN where there is nothing to measure.
        given: Whether the corpus brought the vectors along. They may well repeat, as those of a
            speaker do, but most of them should not be one and the same.

    Example:
        >>> watch = Watch("speech", network=True)
        >>> for i in range(10):
        ...     watch.see(f"call-{i}", np.ones((3, 4), np.float32))
        >>> [finding.check for finding in watch.findings()]
        ['constant']
    """

    def __init__(self, subject: str, *, network: bool, given: bool = False) -> None:
        self.subject = subject
        self.network = network
        self.given = given
        self.counted = True  # ids of words, not values
        self._names: list[str] = []
        self._prints = array("Q")
        self._not_numbers: list[str] = []
        self._spread = Spread()
        self._sample: list[tuple[int, int, npt.NDArray[np.float32]]] = []

    def __len__(self) -> int:
        return len(self._names) + len(self._not_numbers)

    def see(self, name: str, features: Features) -> None:
        """Looks at one signal's features.

        Args:
            name: Id of the signal's row, for examples.
            features: ``[T, F]``; may be read-only.
        """
        if features.dtype.kind == "f":
            self.counted = False
            vector, missing = _pooled(features)
            if missing and (self.network or missing == features.size):
                # That they are also alike would only say again that they are NaN.
                self._not_numbers.append(name)
                return
            self._spread.see(vector)
            self._keep(name, vector)
        self._names.append(name)
        digest = hashlib.blake2b(features.tobytes(), digest_size=8)
        self._prints.append(int.from_bytes(digest.digest(), "little"))

    def _keep(self, name: str, vector: Vector) -> None:
        """The sample depends on which signals there are, not on their order."""
        place = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
        item = (-place, len(self._names), vector.astype(np.float32))
        if len(self._sample) < _SAMPLE:
            heapq.heappush(self._sample, item)
        elif item > self._sample[0]:
            heapq.heapreplace(self._sample, item)

    def findings(self) -> list[Finding]:
        """What was seen so far."""
        checks = (self._nan(), self._constant() or self._duplicate(), self._rank())
        return [finding for finding in checks if finding is not None]

    def _nan(self) -> Finding | None:
        bad, all_ = len(self._not_numbers), len(self)
        if not bad:
            return None
        what = "hold NaN" if self.network else "hold nothing but NaN"
        return Finding(
            "nan",
            "serious" if self.network or bad > _MANY * all_ else "warning",
            self.subject,
            f"{what}: the features of {bad:,} of {all_:,} signals",
            numbers={"signals": bad, "of": all_},
            cause="the model's numbers overflowed, or its weights are damaged"
            if self.network
            else "nothing could be measured in these signals: they may be silent",
            prescription=Prescription(
                "compute in float32, or download the model again"
                if self.network
                else "listen to them, and leave them out if they are empty",
                settings={f"encoders.{self.subject}.precision": "float32"} if self.network else {},
            ),
            examples=tuple(self._not_numbers[:5]),
        )

    @property
    def _signals(self) -> str:
        """What the checks are about that look at numbers."""
        return "signals without NaN" if self._not_numbers else "signals"

    def _constant(self) -> Finding | None:
        all_ = len(self._names)
        if all_ < _FEW:
            return None
        same = len(set(self._prints)) == 1
        spread = 0.0 if same else (1.0 if self.counted else self._spread.relative())
        if spread >= _SAME:
            return None
        how = "are the same" if same else "have the same mean over time"
        how = f"differ by only {spread:.1g} of their size" if spread else how
        return Finding(
            "constant",
            "serious",
            self.subject,
            f"the features of all {all_:,} {self._signals} {how}: they say nothing about "
            "any of them",
            numbers={"signals": all_, "relative_spread": spread},
            cause="the signals were empty when they were encoded, placeholders were stored, or "
            "the model ignores its input",
            prescription=Prescription(_LOOK),
            examples=tuple(self._names[:5]),
        )

    def _duplicate(self) -> Finding | None:
        all_ = len(self._names)
        if all_ < _FEW:
            return None
        values, counts = np.unique(np.frombuffer(self._prints, np.uint64), return_counts=True)
        most, often = values[counts.argmax()], int(counts.max())
        # Given vectors may repeat, and so may short texts once they are spelt alike ("네.", "네…").
        usual = self.given or self.counted
        alike = often if usual else int(counts[counts > 1].sum())
        share = alike / all_
        if alike < _FEW // 2 or share < (_MOST if usual else _MANY):
            return None
        names = [n for n, p in zip(self._names, self._prints, strict=True) if p == most]
        return Finding(
            "duplicate",
            "serious" if share >= _MOST else "warning",
            self.subject,
            f"{alike:,} of {all_:,} {self._signals} ({share:.0%}) have the features of another; "
            f"{often:,} share the most frequent ones",
            numbers={"signals": alike, "of": all_, "share": share, "most_frequent": often},
            cause="many signals are empty or silent, placeholders stand where encoding failed, or "
            "a tokenizer does not know the words",
            prescription=Prescription(_LOOK),
            examples=tuple(names[:5]),
        )

    def _rank(self) -> Finding | None:
        if len(self._sample) < _ENOUGH or self._spread.width < _WIDE:
            return None
        sample = np.stack([v for *_, v in sorted(self._sample, key=lambda s: s[:2])])
        rank, most = effective_rank(sample), min(len(sample) - 1, sample.shape[1])
        if rank >= max(_NARROW, _COLLAPSED * most):
            return None
        return Finding(
            "rank",
            "warning",
            self.subject,
            f"the features of {len(sample):,} sampled signals vary along {rank:.1f} of "
            f"{most:,} possible directions",
            numbers={"effective_rank": rank, "possible": most, "signals": len(sample)},
            cause="the representation has collapsed: a layer that was never trained, or too few "
            "different signals",
            prescription=Prescription("try another layer, or the mean of all of them"),
        )


_LOOK: Final = (
    "listen to the signals named here and read them; try another model or layer; to encode them "
    "anew, delete this encoder's folder in the store, which `malsori embed list` names"
)


def check_allowed(allow: Sequence[str]) -> None:
    """Refuses names that are no check.

    Raises:
        MalsoriError: With the nearest name.

    Example:
        >>> check_allowed(["constant"])
    """
    for name in allow:
        if name not in CHECKS:
            raise MalsoriError(
                f"--allow {name}: there is no such check; there are {', '.join(CHECKS)}",
                hint=nearest(name, CHECKS),
            )


def _pooled(features: npt.NDArray[Any]) -> tuple[Vector, int]:
    """The mean over time, and how many values are NaN; a column of NaN only stays NaN."""
    total = features.sum(axis=0, dtype=np.float64)
    if np.isfinite(total).all():
        return total / len(features), 0
    there = ~np.isnan(features)
    count = there.sum(axis=0)
    sums = np.where(there, features, 0).sum(axis=0, dtype=np.float64)
    return np.where(count > 0, sums / np.maximum(count, 1), np.nan), int((~there).sum())
