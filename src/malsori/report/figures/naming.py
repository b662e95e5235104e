"""How figures write numbers and names, and whom they ask for words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from malsori.evaluation.intervals import Estimate
from malsori.report.figures.scale import minus

_MODALITIES: Final = ("speech", "text")


class Speak(Protocol):
    """Gives the string of a key in the reader's language, fields filled in."""

    def __call__(self, key: str, **fields: object) -> str:
        """The string."""
        ...


def written(estimate: Estimate) -> str:
    """An estimate as the tables write it.

    Example:
        >>> written(Estimate(-0.0312, -0.081, 0.021))
        '−0.031 [−0.08, 0.02]'
    """
    return minus(str(estimate))


def exact(estimate: Estimate, **more: object) -> dict[str, object]:
    """What goes into the attributes of its mark.

    Example:
        >>> exact(Estimate(0.5), task="urgency")
        {'task': 'urgency', 'value': 0.5, 'low': nan, 'high': nan}
    """
    return {**more, "value": estimate.value, "low": estimate.low, "high": estimate.high}


def condition_name(condition: str, words: Speak) -> str:
    """The modalities of a condition; speech and text in the reader's language.

    Example:
        >>> from malsori.words import Words
        >>> condition_name("speech+pose", Words("ko"))
        '음성 + pose'
    """
    return " + ".join(
        words(f"figure.modality.{name}") if name in _MODALITIES else name
        for name in condition.split("+")
    )


def percent(part: float, whole: float) -> str:
    """A share in whole per cent, or a dash where there is nothing to share.

    Example:
        >>> percent(1, 3), percent(0, 0), percent(1, 1000)
        ('33 %', '–', '<1 %')
    """
    if not whole:
        return "–"
    share = 100 * part / whole
    return "<1 %" if 0 < share < 0.5 else f"{share:.0f} %"


def told(pairs: Iterable[tuple[str, str]]) -> str:
    """What a figure shows as one line, for who cannot see it.

    Example:
        >>> told([("urgency", "0.5"), ("sentiment", "0.3")])
        'urgency: 0.5; sentiment: 0.3'
    """
    return "; ".join(f"{name}: {value}" for name, value in pairs)
