"""Healthy vectors, and what the checks find in any."""

import numpy as np
import pytest

from malsori.vectors import VectorSummary, examine


def summarised(features, *, network=True, given=False, order=None):
    summary = VectorSummary("speech", network=network, given=given)
    for i in order or range(len(features)):
        summary.add(f"call-{i}", features[i])
    return summary


def healthy_vectors(count=200, dim=32, seed=0):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=dim) * 5  # what all embeddings of a model share
    return [(common + rng.normal(size=(1 + i % 5, dim))).astype(np.float32) for i in range(count)]


@pytest.fixture(scope="session")
def summary():
    return summarised


@pytest.fixture(scope="session")
def healthy():
    return healthy_vectors


@pytest.fixture(scope="session")
def found():
    """What is found, by check."""
    return lambda features, **how: {f.check: f for f in examine(summarised(features, **how))}
