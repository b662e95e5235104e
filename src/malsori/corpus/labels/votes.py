"""What raters said of one utterance, and what a rule makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Vote(NamedTuple):
    """One rater's answer: a class (None: no answer), and how strong it is if that was asked."""

    rater: str
    label: str | None
    intensity: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule says of one utterance.

    Attributes:
        label: the class, or None where the rule does not decide.
        soft: share of the votes of each class in class order, or None without a vote.
        compound: the tied winners in class order where there are several, else ().
    """

    label: str | None
    soft: list[float] | None
    compound: tuple[str, ...] = ()
