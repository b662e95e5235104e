"""Effective bandwidth: what the channel passed, whatever the sample rate says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import TELEPHONE, Case
from malsori.corpus.audit.saying import hertz, of_all, percent
from malsori.findings import MANY, Finding, found
from malsori.notes import Note

_WIDE: Final = 11000  # Hz: from this rate on there could be more than a telephone passes
_EMPTY: Final = 0.6  # of half a rate: speech at 16 kHz that ends below 4.8 lacks its fricatives
_NEARLY_ALL: Final = 0.9

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Floats = np.ndarray[Any, np.dtype[np.float64]]


class Bandwidth(Check[Case]):
    """Telephone audio stored at 16 kHz is telephone audio.

    Where it is known which model will hear the recordings, they are compared with the rate that
    it was made for, else with their own.
    """

    def missing(self, case: Case) -> Note | None:
        """Sounds must have been measured; for a model the sample rates say enough."""
        known = case.rate and case.rows["sample_rate"].null_count() < case.count
        return None if known else case.no_sounds

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares where spectra end with where the rates would let them."""
        ends, rates = case.numbers("bandwidth"), case.numbers("sample_rate")
        if case.rate:
            given = case.rows["audio"].is_not_null().to_numpy()
            ends = np.where(np.isfinite(ends), ends, rates / 2)
            heard = given & (ends > 0)
            yield from _for_model(case, case.rate, heard & _lack(ends, case.rate), heard, ends)
            return
        able = (ends > 0) & (rates >= _WIDE)
        narrow = able & (ends <= TELEPHONE)
        if _enough(narrow, able):
            yield _telephone(case, narrow, int(able.sum()), ends)
        upsampled = able & ~narrow & _lack(ends, rates)
        if _enough(upsampled, able):
            yield _upsampled(case, upsampled, int(able.sum()), ends)


def _lack(ends: Floats, rate: Floats | float) -> Any:
    """Where much of what a rate can hold is empty: the one bound, for files and for models."""
    return ends < _EMPTY * rate / 2


def _enough(rows: Mask, able: Mask) -> bool:
    """One vowel may look like a telephone by chance."""
    return bool(rows.sum() >= max(MANY * able.sum(), 1))


def _telephone(case: Case, narrow: Mask, able: int, ends: Floats) -> Finding:
    count, middle = int(narrow.sum()), float(np.median(ends[narrow]))
    stored = np.unique(case.numbers("sample_rate")[narrow])
    one = len(stored) == 1
    return found(
        f"audit.bandwidth.{'mixed' if count < _NEARLY_ALL * able else 'telephone'}",
        "warning",
        "speech",
        numbers={"rows": count, "of": able, "median_hz": middle},
        message=Note(
            "audit.bandwidth.telephone.seen",
            {
                "at": hertz(stored[0]) if one else Note("audit.bandwidth.several_rates"),
                "recordings": of_all(count, able, "recording"),
                "limit": hertz(TELEPHONE),
                "median": hertz(middle),
            },
        ),
        otherwise=True,
        share=percent(1 - count / able),
        examples=case.ids(narrow),
    )


def _upsampled(case: Case, upsampled: Mask, able: int, ends: Floats) -> Finding:
    middle, count = float(np.median(ends[upsampled])), int(upsampled.sum())
    return found(
        "audit.bandwidth.upsampled",
        "note",
        "speech",
        numbers={"rows": count, "of": able, "median_hz": middle},
        recordings=of_all(count, able, "recording"),
        median=hertz(middle),
        examples=case.ids(upsampled),
    )


def _for_model(case: Case, rate: int, narrow: Mask, heard: Mask, ends: Floats) -> Iterator[Finding]:
    """Telephone audio in a model that hears up to half its own rate."""
    if not _enough(narrow, heard):
        return
    count, total = int(narrow.sum()), int(heard.sum())
    middle = float(np.median(ends[narrow]))
    yield found(
        f"audit.bandwidth.{'model_mixed' if count / total <= 1 - MANY else 'model'}",
        "warning",
        "speech",
        numbers={"rows": count, "of": total, "median_hz": middle, "rate": rate},
        recordings=of_all(count, total, "recording"),
        median=hertz(middle),
        made_for=hertz(rate),
        reach=hertz(rate / 2),
        otherwise=True,
        examples=case.ids(narrow, 5),
    )
