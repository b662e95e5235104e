"""Sums in blocks: the same numbers whether or not all of them fit the memory at once."""

import tracemalloc

import numpy as np
import polars as pl
import pytest

from malsori.evaluation import difference, evaluate, prior_of, resampling
from malsori.schema import Task


def task_of(kind, classes=5):
    names = () if kind == "regression" else tuple(f"c{k:03d}" for k in range(classes))
    return Task(name="t", kind=kind, classes=names)


def predictions(task, rows=300, groups=20, seed=0):
    rng, width = np.random.default_rng(seed), task.width
    frame = {
        "id": [f"u{i:05d}" for i in range(rows)],
        "split": "test",
        "group": [f"g{g}" for g in rng.integers(0, groups, rows)] if groups else None,
        "condition": "text",
        "task": "t",
    }
    if task.kind == "multilabel":
        y = (rng.random((rows, width)) < 0.3).astype(np.int8)
        p = (0.4 * y + 0.6 * rng.random((rows, width))).astype(np.float32)
        frame |= {"target": None, "value": None, "probabilities": p}
        frame |= {"targets": y, "values": (p > 0.5).astype(np.int8)}
    else:
        y = rng.integers(0, width, rows)
        p = rng.random((rows, width)).astype(np.float32)
        p[np.arange(rows), y] += 2
        p /= p.sum(axis=1, keepdims=True)
        frame |= {"target": y, "value": p.argmax(axis=1), "probabilities": p}
    columns = {k: v for k, v in frame.items() if not (isinstance(v, np.ndarray) and v.ndim == 2)}
    lists = {k: pl.Series(v).arr.to_list() for k, v in frame.items() if k not in columns}
    made = pl.DataFrame({**columns, **lists}, schema_overrides={"group": pl.String})
    return made, list(map(float, prior_of(task, y)))


def numbers(frame, task, prior):
    result = evaluate(frame, {"t": task}, {"t": prior}, resamples=200).results[0]
    estimates = [*result.numbers.values(), *result.recalls, *result.f1s]
    return [x for e in estimates for x in (e.value, e.low, e.high)], result.confusion.tolist()


@pytest.mark.parametrize("kind", ["nominal", "ordinal", "multilabel"])
@pytest.mark.parametrize("groups", [20, 0])
def test_what_does_not_fit_gives_the_same_numbers(monkeypatch, kind, groups):
    task = task_of(kind)
    frame, prior = predictions(task, groups=groups)
    at_once = numbers(frame, task, prior)
    monkeypatch.setattr(resampling, "CELLS", 40)
    monkeypatch.setattr(resampling, "_DRAWN", 3000)
    monkeypatch.setattr(resampling, "_SCORED", 100)
    in_blocks = numbers(frame, task, prior)
    assert in_blocks[0] == pytest.approx(at_once[0], abs=1e-12, nan_ok=True)
    assert in_blocks[1] == at_once[1]


@pytest.mark.parametrize("kind", ["nominal", "multilabel"])
def test_blocks_of_rows_keep_the_bits_while_the_units_fit(monkeypatch, kind):
    task = task_of(kind)
    frame, prior = predictions(task, groups=4)
    at_once = numbers(frame, task, prior)
    # 200 draws of 27 or 20 sums, but not 300 rows of them.
    monkeypatch.setattr(resampling, "CELLS", 27 * 200)
    assert numbers(frame, task, prior) == at_once


def test_two_runs_are_compared_in_blocks_alike(monkeypatch):
    task = task_of("ordinal")
    (a, prior), (b, _) = predictions(task), predictions(task)
    b = b.with_columns(value=pl.col("value").shuffle(seed=1))
    at_once = difference(a, b, task, prior, metric="qwk").data()
    monkeypatch.setattr(resampling, "CELLS", 40)
    in_blocks = difference(a, b, task, prior, metric="qwk").data()
    for what in ("a", "b", "difference"):
        assert in_blocks[what] == pytest.approx(at_once[what], abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nominal", "ordinal", "multilabel"])
def test_hundreds_of_classes_never_stand_beside_each_other_for_every_row(kind):
    task = task_of(kind, classes=600)
    frame, prior = predictions(task, rows=3000, groups=0)
    tracemalloc.start()
    result = evaluate(frame, {"t": task}, {"t": prior}, resamples=100).results[0]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Rows × classes² would be 8.6 GB, units × classes² as well.
    assert peak < 300e6
    assert result.confusion.sum() == 3000 * (600 if kind == "multilabel" else 1)
    assert len(str(result.data())) < 2e6
