"""How findings put numbers into words."""

from __future__ import annotations

from typing import Final, Literal

from malsori.corpus.audit.predicting import Prediction
from malsori.notes import Note
from malsori.notes import some as some  # noqa: PLC0414 - findings have it from here

Noun = Literal["row", "recording", "transcript", "labelled_row"]

_COLUMNS: Final = ("speaker", "call", "dialogue", "text", "audio", "near_text", "near_audio")


def of_all(count: int, total: int, noun: Noun = "row") -> Note:
    """A count with its denominator and its share.

    Example:
        >>> from malsori.words import Words
        >>> say = Words("en").say
        >>> say(of_all(3, 1200)), say(of_all(1200, 1200)), say(of_all(1, 1, "recording"))
        ('3 of 1,200 rows (0.25 %)', 'all 1,200 rows', 'the only recording')
    """
    named = {"total": total, "noun": Note(f"noun.{noun}", {"n": total})}
    if count == total:
        return Note("of.all" if total > 1 else "of.only", named)
    return Note("of.some", {"count": count, **named, "share": percent(count / total)})


def counted(count: int, noun: Noun = "row") -> Note:
    """A count with its noun.

    Example:
        >>> from malsori.words import Words
        >>> Words("en").say(counted(1)), Words("ko").say(counted(1200, "recording"))
        ('1 row', '녹음 1,200개')
    """
    return Note("of.counted", {"n": count, "noun": Note(f"noun.{noun}", {"n": count})})


def column(name: str) -> Note | str:
    """A column as a person calls it."""
    return Note(f"column.{name}") if name in _COLUMNS else name


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


def scored(found: Prediction, held_out: Note) -> Note:
    """What a prediction scored, against what the prior does."""
    numbers = {name: getattr(found, name) for name in ("skill", "accuracy", "majority", "rows")}
    return Note("audit.scored", {**numbers, "held": held_out})
