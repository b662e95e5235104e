"""Effective bandwidth: what the channel passed, whatever the sample rate says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import hertz, of_all, percent
from malsori.findings import Finding, Prescription

_TELEPHONE: Final = 4200.0  # Hz: half of 8 kHz, and the slope of a filter
_WIDE: Final = 11000  # Hz: from this rate on there could be more than a telephone passes
_UPSAMPLED: Final = 0.6  # of half the rate
_NEARLY_ALL: Final = 0.9
_ENOUGH: Final = 0.05  # of the recordings; one vowel may look like a telephone by chance

Mask = np.ndarray[Any, np.dtype[np.bool_]]


class Bandwidth(Check):
    """Telephone audio stored at 16 kHz is telephone audio.

    Example:
        >>> Bandwidth().id
        'bandwidth'
    """

    def missing(self, case: Case) -> str | None:
        """Sounds must have been measured."""
        return case.unheard

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares where spectra end with where the sample rates would let them."""
        ends, rates = case.numbers("bandwidth"), case.numbers("sample_rate")
        heard = (ends > 0) & np.isfinite(rates)
        narrow = heard & (rates >= _WIDE) & (ends <= _TELEPHONE)
        able = int((heard & (rates >= _WIDE)).sum())
        if narrow.sum() >= max(_ENOUGH * able, 1):
            yield _telephone(case, narrow, able, ends)
        wide = heard & (rates >= _WIDE) & ~narrow
        upsampled = wide & (ends < _UPSAMPLED * rates / 2)
        if upsampled.sum() >= max(_ENOUGH * able, 1):
            yield _upsampled(case, upsampled, able, ends)


def _telephone(case: Case, narrow: Mask, able: int, ends: Any) -> Finding:
    count = int(narrow.sum())
    stored = np.unique(case.numbers("sample_rate")[narrow])
    at = hertz(stored[0]) if len(stored) == 1 else "higher rates"
    mixed = count < _NEARLY_ALL * able
    action = (
        f"{percent(1 - count / able)} are wideband: see that every class has both kinds (check "
        "leakage), or pass all of them through a telephone band"
        if mixed
        else "resample to 8 kHz, or use an encoder that was trained on telephone speech; one "
        "trained on 16 kHz hears half of its spectrum empty"
    )
    return Finding(
        "bandwidth",
        "warning",
        "speech",
        f"telephone audio stored at {at}: in {of_all(count, able, 'recording')} the spectrum "
        f"ends at or below {hertz(_TELEPHONE)} (median {hertz(float(np.median(ends[narrow])))})",
        numbers={"rows": count, "of": able, "median_hz": float(np.median(ends[narrow]))},
        cause="recorded over a telephone line, or at 8 kHz, and resampled later",
        prescription=Prescription(action),
        examples=case.ids(narrow),
    )


def _upsampled(case: Case, upsampled: Mask, able: int, ends: Any) -> Finding:
    middle = float(np.median(ends[upsampled]))
    count = int(upsampled.sum())
    return Finding(
        "bandwidth",
        "note",
        "speech",
        f"in {of_all(count, able, 'recording')} the spectrum ends far below half the sample rate "
        f"(median {hertz(middle)})",
        numbers={"rows": count, "of": able, "median_hz": middle},
        cause="resampled from a lower rate, or compressed",
        prescription=Prescription(
            "nothing, if no more than that is needed; do not mix with others"
        ),
        examples=case.ids(upsampled),
    )
