import numpy as np
import polars as pl
import pytest

from malsori.report.facts.errors import NONE, errors_of
from malsori.schema import Task

TASK = Task(name="t", kind="ordinal", classes=("a", "b", "c"))


def frame(p, targets, values):
    return pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(len(p))],
            "target": targets,
            "value": [float(v) for v in values],
            "probabilities": np.asarray(p).tolist(),
        },
        schema_overrides={"target": pl.Int64, "probabilities": pl.List(pl.Float64)},
    )


def test_distances_bins_and_mistakes_by_hand():
    p = [[0.95, 0.05, 0.0], [0.92, 0.04, 0.04], [0.2, 0.6, 0.2], [0.0, 0.45, 0.55], [1, 0, 0]]
    found = errors_of(frame(p, [0, 2, 1, 1, None], [0, 0, 1, 2, 0]), TASK)
    assert found.distances == {-2: 1, -1: 0, 0: 2, 1: 1, 2: 0}
    assert found.wrong == 2
    assert [(b.low, b.high, b.count) for b in found.bins] == [(0.5, 0.6, 1), (0.6, 0.7, 1),
                                                              (0.9, 1.0, 2)]  # fmt: skip
    assert found.bins[2].confidence == pytest.approx(0.935)
    assert found.bins[2].accuracy == 0.5
    assert found.gap == pytest.approx((0.55 + 0.4 + 2 * 0.435) / 4)
    assert [(m.id, m.target, m.predicted) for m in found.mistakes] == [
        ("u1", "c", "a"), ("u3", "b", "c")]  # fmt: skip
    assert found.mistakes[0].confidence == pytest.approx(0.92)
    assert found.mistakes[0].given == pytest.approx(0.04)


def test_full_confidence_is_in_the_last_bin():
    found = errors_of(frame([[1.0, 0.0, 0.0]], [0], [0]), TASK)
    assert [(b.low, b.high) for b in found.bins] == [(0.9, 1.0)]


def test_without_a_labelled_row_there_is_nothing():
    found = errors_of(frame([[1.0, 0.0, 0.0]], [None], [0]), TASK)
    assert (found.bins, found.wrong, found.mistakes) == ((), 0, ())
    assert np.isnan(found.gap)


SYMPTOM = Task(name="s", kind="multilabel", classes=("x", "y"))


def test_each_class_of_each_row_is_an_answer():
    rows = pl.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "target": pl.Series([None] * 4, dtype=pl.Float64),
            "targets": [[1, 0], [0, 0], [1, 1], None],
            "values": [[1, 0], [1, 0], [0, 0], [1, 1]],
            "probabilities": [[0.9, 0.2], [0.7, 0.1], [0.4, 0.05], [0.9, 0.9]],
        }
    )
    found = errors_of(rows, SYMPTOM)
    assert (found.wrong, sum(b.count for b in found.bins)) == (2, 6)
    assert [(m.id, m.target, m.predicted) for m in found.mistakes] == [
        ("c", "x + y", NONE), ("b", NONE, "x")]  # fmt: skip
    assert found.mistakes[0].confidence == pytest.approx(0.95)
    assert found.mistakes[1].given == pytest.approx(0.3)
    assert errors_of(rows[3:], SYMPTOM).wrong == 0


def test_a_number_has_ranges_instead_of_classes():
    task = Task(name="v", kind="regression", low=1, high=5)
    rows = pl.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "target": [1.0, 5.0, 3.0, None],
            "value": [1.5, 4.0, 3.0, 9.0],
        }
    )
    found = errors_of(rows, task).numbers
    assert found.bias == pytest.approx(-1 / 6)
    assert [far.id for far in found.far] == ["b", "a"]
    counts = np.array(found.counts)
    assert counts.sum() == 3
    assert counts[0, 2] == counts[15, 12] == counts[8, 8] == 1
    assert found.means[0] == 1.5
    assert np.isnan(found.means[1])
    empty = errors_of(rows[3:], task).numbers
    assert np.isnan(empty.bias)
    assert empty.far == ()
    open_ended = errors_of(rows[2:3], Task(name="v", kind="regression")).numbers
    assert np.array(open_ended.counts).sum() == 1
