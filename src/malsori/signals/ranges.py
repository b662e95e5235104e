"""Options that are a range, from `low` to `high`, of which each signal draws one number."""

import math

from malsori.errors import MalsoriError


def check_range(
    low: float, high: float, least: float, most: float, unit: str, *, names: str = "low and high"
) -> None:
    """Refuses a range that is reversed, not finite, or beyond what makes sense."""
    if not (math.isfinite(low) and math.isfinite(high) and least <= low <= high <= most):
        raise MalsoriError(
            f"{names}: no range from {low:g} to {high:g} {unit}",
            hint=f"at least {least:g}, at most {most:g}, the smaller one first",
        )


def check_share(share: float, name: str = "share") -> None:
    """Refuses what is no share above 0 and at most 1."""
    if not 0 < share <= 1:
        raise MalsoriError(f"{name}: {share:g} is no share", hint="above 0 and at most 1")
