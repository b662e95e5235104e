from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.report.figures.scale import linear_ticks


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(2, 8))
def test_ticks_are_round_equally_far_apart_and_between_the_ends(
    low: float, span: float, count: int
) -> None:
    high = low + span
    ticks = linear_ticks(low, high, count)
    assert 2 <= len(ticks) <= max(count, 4) + 1
    assert low - 1e-6 * span <= ticks[0] < ticks[-1] <= high + 1e-6 * span
    steps = [b - a for a, b in itertools.pairwise(ticks)]
    assert steps == pytest.approx([steps[0]] * len(steps), rel=1e-3)
    assert float(f"{steps[0]:.1e}") in {
        float(f"{m}e{p}") for m in (1, 2, 2.5, 5) for p in range(-6, 7)
    }
