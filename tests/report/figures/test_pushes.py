from __future__ import annotations

import polars as pl
import pytest

from malsori.balance.summary import SCHEMA, summarise
from malsori.report.figures.pushes import courses


def row(step: int, one: str, two: str, inner: float, cosine: float | None, weight: float) -> tuple:
    square = None if cosine is None else cosine**2
    weights = (weight if one == "b" else 1.0, weight if two == "b" else 1.0)
    return (step, 1, "parameters", "all", one, two, inner, None, cosine, square, 0.0, *weights)


def frame(cosines: list[float | None], weight: float = 1.0) -> pl.DataFrame:
    rows = []
    for step, cosine in enumerate(cosines):
        live = 0.0 if cosine is None else 1.0
        rows.append(row(step, "a", "a", 9.0 * live, 1.0, weight))
        rows.append(row(step, "a", "b", 0.0, cosine, weight))
        rows.append(row(step, "b", "b", 1.0 * live, 1.0, weight))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def test_ratios_are_of_the_pushes_with_weights() -> None:
    rows = frame([0.1] * 3, weight=2.0)
    found = summarise(rows).pairs
    summed = {(p.space, p.group, frozenset((p.strong, p.weak))): p for p in found}
    (course,) = courses(rows, ("a", "b"), summed)
    assert course.ratios == [1.5] * 3
    assert course.raw_ratios == [3.0] * 3
    assert course.ratio == pytest.approx(1.5)
    assert course.weighted
    (turned,) = courses(rows, ("b", "a"), summed)
    assert turned.ratio == pytest.approx(1 / 1.5)


def test_steps_without_gradients_are_left_out() -> None:
    (course,) = courses(frame([None, 0.2, 0.4]), ("a", "b"), {})
    assert course.ratio_steps == course.cosine_steps == [1, 2]


def test_the_band_is_two_standard_errors_of_at_least_eight_measurements() -> None:
    (course,) = courses(frame([0.0, 0.4] * 10), ("a", "b"), {})
    error = 2 * 0.2 / 7**0.5
    assert course.means[0] == pytest.approx(0.2)
    assert course.highs[0] - course.means[0] == pytest.approx(error)
    assert course.means[0] - course.lows[0] == pytest.approx(error)


def test_one_measurement_has_no_band() -> None:
    (course,) = courses(frame([0.3]), ("a", "b"), {})
    assert course.lows == course.highs == course.means == [0.3]
