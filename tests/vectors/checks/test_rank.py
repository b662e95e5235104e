"""Vectors along a line."""

import numpy as np
import pytest


def test_one_direction_only(found):
    rng = np.random.default_rng(0)
    line = rng.normal(size=(300, 1)) * rng.normal(size=(1, 64)) + 3
    finding = found(list(line.astype(np.float32)[:, None]))["rank"]
    assert finding.severity == "warning"
    assert finding.numbers["effective_rank"] == pytest.approx(1, abs=0.01)
    assert finding.numbers["possible"] == 64


def test_few_rows_say_nothing(found):
    rng = np.random.default_rng(0)
    line = rng.normal(size=(40, 1)) * rng.normal(size=(1, 64)) + 3
    assert found(list(line.astype(np.float32)[:, None])) == {}
