"""The names of the rules that turn votes into a label."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, Literal, NamedTuple

from malsori.errors import MalsoriError
from malsori.schema import nearest

RULES: Final = ("intensity_sum", "majority", "majority(3)", "situation", "soft")
"""The rules; ``majority(N)`` takes any N from 1 on."""
DEFAULT_RULE: Final = "majority(3)"

RuleKind = Literal["intensity_sum", "majority", "situation", "soft"]
_KINDS: Final[tuple[RuleKind, ...]] = ("intensity_sum", "majority", "situation", "soft")


class Rule(NamedTuple):
    """A rule: its kind, and how many raters at least must agree (majority)."""

    kind: RuleKind
    least: int = 1

    @property
    def name(self) -> str:
        """As a person writes it."""
        return f"{self.kind}({self.least})" if self.least > 1 else self.kind


@cache
def parse_rule(text: str) -> Rule:
    """Read the name of a rule.

    ``intensity_sum``: the class with the largest sum of intensities; equal sums go to the one
    with more votes. ``majority``: the class with most votes; ``majority(N)``: if at least N raters
    gave it. ``situation``: what the speaker was asked to act. ``soft``: the class with most votes,
    for a corpus whose shares of votes are trained on.

    Raises:
        MalsoriError: there is no such rule; the message names the nearest.

    Example:
        >>> parse_rule("majority(3)")
        Rule(kind='majority', least=3)
    """
    match = re.fullmatch(r"([a-z_]+)\s*(?:\(\s*([0-9]{1,4})\s*\))?", text.strip())
    kind = next((k for k in _KINDS if match and k == match[1]), None)
    if match is None or kind is None:
        hint = nearest(text.strip(), list(RULES))
        raise MalsoriError(f"there is no label rule {text!r}", hint=hint)
    if match[2] is None:
        return Rule(kind)
    if kind != "majority":
        raise MalsoriError(f"label rule {kind!r} takes no number", hint=f"write {kind}")
    if int(match[2]) < 1:
        raise MalsoriError(f"label rule {text!r}: at least 1 rater must agree")
    return Rule(kind, int(match[2]))


def check_least(rule: Rule, raters: int) -> None:
    """Refuses a rule that asks for more raters than there are, since it would decide nothing."""
    if rule.least > max(raters, 1):
        raise MalsoriError(
            f"label rule {rule.name!r}: no utterance has more than {raters} raters",
            hint=f"ask for at most majority({raters})",
        )
