import numpy as np
import polars as pl
import pytest

from malsori.evaluation import evaluate
from malsori.report.facts import gather
from malsori.report.page import joined
from malsori.report.sections.cautions import cautions
from malsori.schema import Task
from malsori.words import Words

TASK = Task(name="mood", kind="nominal", classes=("a", "b", "c"))


def result(targets, values, groups, sure=0.9):
    p = np.full((len(values), 3), (1 - sure) / 2)
    p[np.arange(len(values)), values] = sure
    frame = pl.DataFrame(
        {
            "id": [str(i) for i in range(len(values))],
            "split": "test",
            "condition": "text",
            "task": "mood",
            "group": groups,
            "target": targets,
            "probabilities": p.tolist(),
            "value": [float(v) for v in values],
        },
        schema_overrides={"target": pl.Int64, "group": pl.String},
    )
    return evaluate(frame, {"mood": TASK}, {"mood": [0.6, 0.3, 0.1]}).results[0]


def many(count, n=12):
    return [f"g{i % count}" for i in range(n)]


CASES = {
    "no label": ([None] * 4, [0] * 4, [None] * 4),
    "wrong and sure": ([0, 1, 2] * 8, [1, 2, 0] * 8, many(12, 24)),
    "majority": ([0, 0, 1, 2] * 6, [0] * 24, many(12, 24)),
    "few groups": ([0, 1, 2] * 4, [0, 1, 1] * 4, many(3)),
    "one group": ([0, 1, 2] * 4, [0, 1, 2] * 4, many(1)),
    "few rows": ([0, 1, 0], [0, 1, 1], [None] * 3),
    "one row": ([1], [1], [None]),
    "one class": ([0] * 12, [0, 1] * 6, many(12)),
    "fine": ([0, 1, 2] * 8, [0, 1, 2] * 8, many(12, 24)),
}


@pytest.fixture
def run(make):
    return gather([make.run()], resamples=20).subject


@pytest.mark.parametrize("case", CASES)
def test_the_english_is_that_of_the_terminal(case, run):
    found = result(*CASES[case])
    said = [joined(s).replace("−", "-") for s in cautions(run, found, Words("en"))]
    assert said == found.warnings
    assert bool(said) == (case != "fine")


@pytest.mark.parametrize("case", CASES)
def test_korean_has_one_for_each(case, run):
    found = result(*CASES[case])
    said = [joined(s) for s in cautions(run, found, Words("ko"))]
    assert len(said) == len(found.warnings)
    assert all(any("가" <= c <= "힣" for c in s) for s in said)
