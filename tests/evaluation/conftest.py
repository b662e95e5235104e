"""Generated predictions: two tasks, three conditions, groups, some rows without a label."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from malsori.schema import Task

TASKS = {
    "urgency": Task(name="urgency", kind="ordinal", classes=("하", "중", "상")),
    "sentiment": Task(name="sentiment", kind="nominal", classes=("a", "b", "c", "d")),
}
PRIORS = {"urgency": [0.354, 0.336, 0.31], "sentiment": [0.536, 0.376, 0.065, 0.023]}
STRENGTH = {"text": 0.0, "speech": 1.0, "speech+text": 2.0}


def make(rows=200, groups=20, *, split="test", seed=0):
    """Predictions that know nothing from text, something from speech, more from both."""
    rng = np.random.default_rng(seed)
    parts = []
    for name, task in TASKS.items():
        classes = len(task.classes)
        y = rng.choice(classes, rows, p=PRIORS[name])
        for condition, strength in STRENGTH.items():
            z = np.log(PRIORS[name]) + 0.3 * strength * rng.normal(size=(rows, classes))
            z[np.arange(rows), y] += strength
            p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
            parts.append(frame(p, y, name, condition, split, groups))
    return pl.concat(parts)


def frame(p, y, task, condition="text", split="test", groups=20):
    """One task's predictions; the last tenth of the rows has no label."""
    n = len(y)
    kind = TASKS[task].kind
    above = p[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    value = p.argmax(axis=1) if kind == "nominal" else (above > 0.5).sum(axis=1)
    target = [int(k) if i < n - n // 10 else None for i, k in enumerate(y)]
    return pl.DataFrame(
        {
            "id": [f"u{i:04}" for i in range(n)],
            "split": split,
            "group": [f"speaker{i % groups}" for i in range(n)],
            "condition": condition,
            "task": task,
            "target": target,
            "logits": np.log(p).tolist(),
            "probabilities": p.tolist(),
            "value": value.astype(float),
        },
        schema_overrides={"probabilities": pl.List(pl.Float32), "target": pl.Int64},
    )


@pytest.fixture
def made():
    """The tasks, their priors, and what makes predictions."""
    return SimpleNamespace(tasks=TASKS, priors=PRIORS, make=make, frame=frame)
