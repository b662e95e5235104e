"""A sound at a glance."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from malsori.report.figures.marks import Tooltip
from malsori.report.figures.sheet import Sheet
from malsori.report.style import BLUE, PALE

_WIDTH: Final = 200
_HEIGHT: Final = 36
_COLUMNS: Final = 100
_THIN: Final = 0.4  # silence is a line, not nothing


def waveform_svg(samples: ArrayLike, rate: int) -> str:
    """The envelope of a waveform: lowest and highest sample in each of up to 100 columns.

    Its height is that of the loudest sample, so that a quiet call is seen too.

    Args:
        samples: [T] of any unit; what is not finite counts as silence.
        rate: Samples per second.

    Example:
        >>> "<title>1.5 s</title>" in waveform_svg(np.sin(np.arange(12_000)), 8_000)
        True
    """
    sound = np.nan_to_num(np.asarray(samples, dtype=np.float64), posinf=0.0, neginf=0.0)
    seconds = len(sound) / rate
    sheet = Sheet(_WIDTH, _HEIGHT)
    middle = _HEIGHT / 2
    sheet.line([(0, middle), (_WIDTH, middle)], PALE)
    peak = float(np.abs(sound).max(initial=0.0))
    if peak > 0:
        pieces = np.array_split(sound, min(_COLUMNS, len(sound)))
        places = (np.arange(len(pieces)) + 0.5) * _WIDTH / len(pieces)
        unit = (middle - 1) / peak
        high = [middle - max(_THIN, float(p.max()) * unit) for p in pieces]
        low = [middle - min(-_THIN, float(p.min()) * unit) for p in pieces]
        upper, lower = zip(places, high, strict=True), zip(places, low, strict=True)
        tooltip = Tooltip("", {"seconds": seconds, "peak": peak})
        sheet.area([*upper, *reversed([*lower])], BLUE, tooltip=tooltip)
    return sheet.svg(f"{seconds:.1f} s", f"{seconds:.2f} s, {rate:,} Hz")
