"""A column as a predictor of a label: the numbers by hand, and how often chance looks real."""

import numpy as np
import pytest

from malsori.corpus.audit.predicting import bins_of, predict
from malsori.corpus.audit.targets import Target


def target(codes, classes=2):
    return Target("t", tuple(f"c{k}" for k in range(classes)), np.asarray(codes))


def test_a_copy_of_the_label_approaches_skill_one():
    labels = np.random.default_rng(0).integers(0, 3, 5000)
    found = predict(labels, target(labels, 3), np.arange(5000))
    assert found.skill > 0.99
    assert found.accuracy == 1
    assert found.majority == pytest.approx(1 / 3, abs=0.03)


def test_skill_is_the_information_that_the_column_has():
    """The label is flipped in a share of rows: 1 - entropy of the flip / entropy of the label."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 20000)
    column = np.where(rng.random(20000) < 0.1, 1 - labels, labels)
    entropy = -(0.1 * np.log(0.1) + 0.9 * np.log(0.9))
    found = predict(column, target(labels), np.arange(20000))
    assert found.skill == pytest.approx(1 - entropy / np.log(2), abs=0.01)


def test_rows_without_label_do_not_count():
    labels = np.array([0, 1] * 20 + [-1] * 60)
    assert predict(np.zeros(100, np.int64), target(labels), np.arange(100)).rows == 40


def test_a_groups_own_number_tells_nothing_of_other_groups():
    groups = np.repeat(np.arange(40), 10)
    labels = np.repeat(np.random.default_rng(0).integers(0, 2, 40), 10)
    assert predict(groups, target(labels), groups).skill == pytest.approx(0, abs=0.01)
    assert predict(groups, target(labels), groups, within=True).skill > 0.6


def test_rows_of_one_group_are_no_proof():
    """Five groups of a hundred rows: a column of groups may fit by chance."""
    real = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        labels = np.repeat(rng.integers(0, 2, 8), 100)
        column = np.repeat(rng.integers(0, 2, 8), 100)
        found = predict(column, target(labels), np.repeat(np.arange(8), 100))
        real += found is not None and found.real
    assert real == 0


@pytest.mark.parametrize("values", [2, 30, 400])
@pytest.mark.parametrize("rows", [40, 400])
def test_noise_is_hardly_ever_real(values, rows):
    real = 0
    for seed in range(150):
        rng = np.random.default_rng(seed)
        labels = rng.choice(3, rows, p=[0.7, 0.2, 0.1])
        found = predict(rng.integers(0, values, rows), target(labels, 3), np.arange(rows))
        real += found is not None and found.real
    assert real == 0


@pytest.mark.parametrize(("rows", "groups"), [(10, 10), (100, 4)])
def test_too_little_to_say_anything(rows, groups):
    assert predict(np.arange(rows), target(np.arange(rows) % 2), np.arange(rows) % groups) is None


def test_a_label_of_one_class_cannot_be_told():
    assert predict(np.arange(50), target(np.zeros(50, int)), np.arange(50)).skill <= 0.5


def test_more_rows_make_more_ranges():
    values = np.arange(1000.0)
    assert [len(bins_of(values, n)[1]) + 1 for n in (10, 200, 1000, 10**6)] == [3, 6, 10, 12]
    codes, edges = bins_of(np.full(50, 7.0), 1000)
    assert len(edges) == 1
    assert len(set(codes.tolist())) == 1
