"""Text beside sound: rows that slipped, or that were never matched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.findings import Finding, found
from malsori.notes import Note

Floats = np.ndarray[Any, np.dtype[np.float64]]

_LAGS: Final = (-3, -2, -1, 1, 2, 3)
_FEWEST: Final = 30
_VARIES: Final = 0.15  # standard deviation of the logarithm: less cannot be compared
_SURE: Final = 6.0  # standard deviations of chance
_FITS: Final = 0.5  # correlation of slipped rows with the row that they slipped to
_UNRELATED: Final = 0.2
_SOME: Final = 0.05  # of the rows


@dataclass(frozen=True)
class _Slip:
    """Rows from `start` to `stop` whose text fits the sound `lag` rows on."""

    lag: int
    start: int
    stop: int
    sure: float
    own: float
    other: float


class Pairing(Check[Case]):
    """Long texts take long to say; where they do not, text and sound are of different rows.

    The correlation of the logarithms of syllables and seconds is compared with that of texts
    and the sounds of neighbouring rows, also for a stretch of rows: one missing line shifts
    all that follow.
    """

    def missing(self, case: Case) -> Note | None:
        """There must be rows with both, of different lengths."""
        if len(_known(case)) < _FEWEST:
            return Note("audit.skip.few_pairs", {"n": _FEWEST})
        text, sound = _standardised(case)
        if not text.any():
            return _alike(case, "texts", case.syllables)
        if not sound.any():
            return _alike(case, "recordings", case.numbers("duration"))
        return None

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks for a lag that fits better than none, and else for no fit at all."""
        text, sound = _standardised(case)
        slips = [slip for lag in _LAGS if (slip := _slip(text, sound, lag)) is not None]
        if slips:
            yield _slipped(case, max(slips, key=lambda slip: slip.sure), len(text))
            return
        correlation = float(np.mean(text * sound))
        upper = np.tanh(np.arctanh(min(correlation, 0.999)) + 3 / np.sqrt(len(text) - 3))
        if upper < _UNRELATED:
            yield _unrelated(correlation, len(text))


def _known(case: Case) -> Any:
    return np.flatnonzero((case.syllables > 0) & (case.numbers("duration") > 0))


def _standardised(case: Case) -> tuple[Floats, Floats]:
    """Logarithms of syllables and seconds, mean 0 and deviation 1; all 0 if they hardly vary."""
    at = _known(case)
    both = np.log(case.syllables[at]), np.log(case.numbers("duration")[at])
    text, sound = (
        (x - x.mean()) / x.std() if len(x) and x.std() > _VARIES else np.zeros(len(x)) for x in both
    )
    return text, sound


def _alike(case: Case, what: str, lengths: Floats) -> Note:
    """Why nothing can be compared: how long nine of ten are, and what that says of the others."""
    at = _known(case)
    short, long = np.quantile(lengths[at], (0.05, 0.95)).tolist()
    logs = np.log(case.syllables[at]), np.log(case.numbers("duration")[at])
    fields = {"short": short, "long": long, "correlation": _correlation(*logs), "rows": len(at)}
    return Note(f"audit.skip.alike_{what}", fields)


def _slip(text: Floats, sound: Floats, lag: int) -> _Slip | None:
    """The stretch of rows that gains most by a lag, if that is no chance and fits well."""
    gains = text * (np.roll(sound, -lag) - sound)
    start, stop, gain = _best_stretch(gains)
    rows = np.arange(start, stop)
    spread = float(gains.std()) or 1.0
    sure = gain / (spread * np.sqrt(len(gains)))
    if len(rows) < max(_FEWEST, _SOME * len(text)):
        return None
    own, other = (_correlation(text[rows], np.roll(sound, -k)[rows]) for k in (0, lag))
    if other < max(_FITS, own + 0.3):
        return None
    # Fisher's z of the difference; the stretch was sought, so six deviations are asked for.
    if (np.arctanh(min(other, 0.999)) - np.arctanh(own)) * np.sqrt((len(rows) - 3) / 2) < _SURE:
        return None
    return _Slip(lag, start, stop, sure, own, other)


def _best_stretch(gains: Floats) -> tuple[int, int, float]:
    """The contiguous stretch with the greatest sum (Kadane)."""
    sums = np.concatenate([[0.0], np.cumsum(gains)])
    lowest = np.minimum.accumulate(sums)
    stop = int(np.argmax(sums - lowest))
    start = int(np.argmin(sums[: stop + 1]))
    return start, stop, float(sums[stop] - sums[start])


def _correlation(a: Floats, b: Floats) -> float:
    a, b = a - a.mean(), b - b.mean()
    below = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return float((a * b).sum() / below) if below > 0 else 0.0


def _slipped(case: Case, slip: _Slip, total: int) -> Finding:
    rows = _known(case)[slip.start : slip.stop]
    return found(
        f"audit.pairing.{'later' if slip.lag > 0 else 'earlier'}",
        "serious",
        "speech+text",
        numbers={"lag": slip.lag, "rows": len(rows), "of": total, "own": slip.own,
                 "shifted": slip.other},
        rows_of=of_all(len(rows), total),
        by=abs(slip.lag),
        examples=case.ids(rows),
    )  # fmt: skip


def _unrelated(correlation: float, total: int) -> Finding:
    return found(
        "audit.pairing.unrelated",
        "warning",
        "speech+text",
        numbers={"correlation": correlation, "rows": total},
        otherwise=True,
    )
