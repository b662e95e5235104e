"""Clipped recordings."""

import pytest

from malsori.words import Words

say = Words("en").say


def plant(toy):
    return toy.heard(clipped=[0.004, 0.02] * 20 + [0.0] * 360)


def test_the_worst_are_named_first(toy):
    (found,) = plant(toy).examine("clipping")
    assert found.severity == "warning"
    assert say(found.message).startswith("40 of 400 recordings (10 %) clipped")
    assert found.examples[0] == "T000001"


@pytest.mark.parametrize(("rows", "severity"), [(1, "note"), (20, "warning"), (200, "serious")])
def test_severity_goes_with_the_share(toy, rows, severity):
    (found,) = toy.heard(clipped=[0.01] * rows + [0.0] * (400 - rows)).examine("clipping")
    assert found.severity == severity


def test_a_few_loud_moments_are_none(toy):
    assert not toy.heard(clipped=[0.0005] * 400).examine("clipping")
