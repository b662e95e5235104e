"""Mirror images: what simple resampling leaves above the band of the rate a recording had.

Samples that are put between others by a line, a short filter or not at all leave, above half
the former rate R, the spectrum below it the other way round: what is at f is also at R - f.
However soft such an image is, in every frame and at neighbouring frequencies its phase differs
from that of what it mirrors by the same angle. That of speech at f and at R - f does not.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Spectra = npt.NDArray[np.complex64]

RATES: Final = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100)
"""Rates at which speech is recorded or sent, Hz."""

WINDOW: Final = 0.040
"""Seconds; in windows so long each of `RATES` has a whole number of periods."""

_GUARD: Final = 4  # bins beside half the former rate, which one sound reaches on both sides
_BAND: Final = 20  # bins, 500 Hz
_BANDS: Final = 3  # a call ends at 3.4 kHz, so its image begins at 4.6 kHz: within the second
_HEARD: Final = 1e-4  # of the loudest frame so far: pauses hold other noise
_LOCKED: Final = (0.15, 0.4)  # of 1, in much sound and in little; wideband speech has 0.05 at most
_HUM: Final = 40.0  # over the frames: a synthetic hum on one tone has 0.37, but is soon over
_BY_CHANCE: Final = 5.0  # over the frames: a tenth of a second proves nothing


class Mirrors:
    """Looks for images frame by frame (`size` samples every `hop`), in spectra made anyway."""

    def __init__(self, rate: int, size: int, hop: int) -> None:
        self._pairs = _pairs(rate, size)
        self._step = hop / rate
        self._sums: dict[int, Any] = dict.fromkeys(self._pairs, 0.0)
        self._frames, self._heard, self._loudest = 0, 0, 0.0

    def add(self, spectra: Spectra) -> None:
        """Counts in the next frames.

        Args:
            spectra: complex `[n, size / 2 + 1]`, windowed.
        """
        if not self._pairs:
            return
        at = np.arange(self._frames, self._frames + len(spectra))
        self._frames += len(spectra)
        power = np.einsum("nk,nk->n", spectra.real, spectra.real)
        self._loudest = max(self._loudest, float(power.max(initial=0.0)))
        heard = power > _HEARD * self._loudest
        if not heard.all():
            at, spectra = at[heard], spectra[heard]
        self._heard += len(at)
        for former, (above, below) in self._pairs.items():
            both = spectra[:, above] * spectra[:, below]
            both /= np.abs(both) + np.float32(1e-30)
            # An image keeps step with the former rate, not with where a frame begins.
            turns = np.exp(-2j * np.pi * ((former * self._step * at) % 1.0)).astype(np.complex64)
            self._sums[former] = self._sums[former] + turns @ both

    def rate(self) -> int | None:
        """The lowest of `RATES` whose image is there, or None.

        Returns:
            Hz; the spectrum above half of it is no more than an image.
        """
        if not self._heard:
            return None
        enough = max(float(np.clip(_HUM / self._heard, *_LOCKED)), _BY_CHANCE / self._heard)
        for former, sums in self._sums.items():
            locked = np.abs(sums.reshape(-1, _BAND).mean(axis=1) / self._heard) ** 2
            if locked.max() > enough:
                return former
        return None


@lru_cache(maxsize=16)
def _pairs(rate: int, size: int) -> dict[int, tuple[slice, slice]]:
    """For each former rate: bins above half of it, and those which they would mirror."""
    found = {}
    for former in RATES:
        bins = former * size / rate
        if former >= rate or not bins.is_integer():
            continue
        first = int(bins) // 2 + _GUARD
        last = min(size // 2, int(bins) - _GUARD)
        count = min((last - first) // _BAND, _BANDS) * _BAND
        if count > 0:
            top = int(bins) - first
            found[former] = slice(first, first + count), slice(top, top - count, -1)
    return found
