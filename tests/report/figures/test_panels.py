from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from malsori.report.figures.panels import Panel, spread
from malsori.report.figures.scale import Scale


@given(st.lists(st.floats(0, 100), max_size=7))
def test_labels_keep_their_order_their_distance_and_stay_inside(wanted: list[float]) -> None:
    heights = spread(wanted, 12, 0, 100)
    placed = sorted(zip(wanted, heights, strict=True))
    assert all(b - a >= 12 - 1e-6 for a, b in itertools.pairwise(sorted(heights)))
    assert [h for _, h in placed] == sorted(heights) or len(set(wanted)) < len(wanted)
    assert all(-1e-6 <= h <= 100 + 1e-6 for h in heights)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([80.0, 10.0, 40.0], 12, 0, 100) == [80.0, 10.0, 40.0]


def test_a_line_is_broken_where_a_number_is_missing() -> None:
    panel = Panel(Scale(0, 4, 0, 4), Scale(0, 1, 1, 0))
    nan = float("nan")
    pieces = panel.points([0, 1, 2, 3, 4], [nan, 0.5, 0.5, nan, float("inf")])
    assert pieces == [[(1.0, 0.5), (2.0, 0.5)]]
