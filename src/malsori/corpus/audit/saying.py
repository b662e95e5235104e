"""How findings put numbers into words."""

from __future__ import annotations

from collections.abc import Sequence

from malsori.corpus.audit.predicting import Prediction
from malsori.corpus.counting import counted


def of_all(count: int, total: int, noun: str = "row") -> str:
    """A count with its denominator and its share.

    Example:
        >>> of_all(3, 1200), of_all(1200, 1200), of_all(1, 1, "recording")
        ('3 of 1,200 rows (0.25 %)', 'all 1,200 rows', 'the only recording')
    """
    if count == total:
        return f"all {counted(total, noun)}" if total > 1 else f"the only {noun}"
    return f"{count:,} of {counted(total, noun)} ({percent(count / total)})"


def agree(count: int, one: str, several: str) -> str:
    """The verb that agrees with a count.

    Example:
        >>> of_all(1, 3) + agree(1, " has", " have"), of_all(3, 3) + agree(3, " has", " have")
        ('1 of 3 rows (33 %) has', 'all 3 rows have')
    """
    return one if count == 1 else several


def percent(share: float) -> str:
    """A share with as many digits as matter.

    Example:
        >>> percent(0.5), percent(0.031), percent(0.00071)
        ('50 %', '3.1 %', '0.071 %')
    """
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.3g} %"


def hertz(value: float) -> str:
    """A frequency as a person says it.

    Example:
        >>> hertz(3875), hertz(16000), hertz(22050)
        ('3.9 kHz', '16 kHz', '22.05 kHz')
    """
    text = f"{value / 1000:.2f}".rstrip("0").rstrip(".")
    return f"{text if value >= 8000 else f'{value / 1000:.1f}'} kHz"


def some(names: Sequence[str], most: int = 4) -> str:
    """The first names, and how many more there are.

    Example:
        >>> some(["a", "b"]), some(list("abcdef"))
        ('a, b', 'a, b, c, d and 2 more')
    """
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def scored(found: Prediction, held_out: str) -> str:
    """What a prediction scored, against what the prior does.

    Example:
        >>> scored(Prediction(0.31, 0.62, 0.4, 1e-9, 100, 20), "speakers")
        'skill 0.31 on held-out speakers, accuracy 0.62 where the majority has 0.40 (100 rows)'
    """
    return (
        f"skill {found.skill:.2f} on held-out {held_out}, accuracy {found.accuracy:.2f} "
        f"where the majority has {found.majority:.2f} ({counted(found.rows, 'row')})"
    )
