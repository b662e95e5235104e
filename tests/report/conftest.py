"""Folders of runs, written as training writes them but without training."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from malsori.balance.summary import SCHEMA
from malsori.io import write_json, write_parquet, write_yaml
from malsori.nn.counts import Counts
from malsori.notes import Note
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training import Run

URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SENTIMENT = Task(name="sentiment", kind="nominal", classes=("calm", "cross", "glad", "sad"))
ENCODERS = {"speech": {"kind": "logmel"}, "text": {"kind": "jamo"}}
PARTS = {"train": 3.0, "validation": 0.5, "test": 1.0}

NOTE = Note(
    "audit.groups.some.seen",
    {
        "rows": 12,
        "counted": Note("of.counted", {"n": 12, "noun": Note("noun.row", {"n": 12})}),
        "column": Note("column.speaker"),
    },
)


def write_run(
    folder: Path,
    tasks=(URGENCY, SENTIMENT),
    *,
    rows=60,
    groups=12,
    modalities=("speech", "text"),
    strength=2.0,
    seed=0,
    finished=True,
    epochs=6,
    gradients=True,
    never=None,
    missing=0,
    unlabelled=4,
    corpus="calls",
    ids=None,
    digest=None,
    solver="sum",
    changes=None,
    by="speaker",
    reference=None,
):
    """One run; see the keywords for what can be odd about it."""
    run = Run(folder)
    folder.mkdir(parents=True)
    recipe = Recipe.parse(
        {
            "corpus": {"path": "/home/kim/secret/calls", "split": "by-speaker"},
            "tasks": [t.name for t in tasks],
            "encoders": {m: ENCODERS.get(m, {"kind": "precomputed"}) for m in modalities},
            "balance": {"solver": {"kind": solver}},
            "training": {"seed": seed, "epochs": 20},
        }
    )
    digest = digest or hashlib.sha256(corpus.encode()).hexdigest()
    counts = {part: int(rows * share) for part, share in PARTS.items()}
    priors = {t.name: _shares(t) for t in tasks}
    write_yaml(run.recipe_file, recipe.data())
    labelled = {t.name: Counts(counts["train"], (1,) * len(t.classes)) for t in tasks}
    run.write_tasks({t.name: t for t in tasks}, priors, labelled)
    write_json(run.corpus_file, _corpus(corpus, tasks, counts, modalities, changes or {}))
    written = [run.recipe_file, run.tasks_file, run.corpus_file, run.history_file]
    history = _history(tasks, epochs)
    run.history_file.write_text("".join(json.dumps(r) + "\n" for r in history), "utf-8")
    if finished:
        frame = _predictions(
            tasks, priors, counts, groups, modalities, strength, seed, never, missing, unlabelled,
            ids,
        )  # fmt: skip
        written.append(run.predictions_folder / "part-0.parquet")
        write_parquet(frame, written[-1])
    if reference is not None:
        frame = _predictions(
            tasks, priors, counts, groups, modalities, reference, seed + 100, None, missing,
            unlabelled, ids,
        )  # fmt: skip
        linear = frame.drop("logits").with_columns(reference=pl.lit("linear"))
        written.append(run.references_folder / "validation-test.parquet")
        write_parquet(linear, written[-1])
    if gradients and len(tasks) > 1:
        written.append(run.gradients / "part-00000012.parquet")
        write_parquet(_gradients(tasks, seed), written[-1])
    run.update(
        written,
        status="finished" if finished else "running",
        environment={"malsori": "0.1.0", "python": "3.11", "threads": 1},
        step=12 * epochs,
        command=f"malsori train /home/kim/{folder.name}.yaml",
        recipe_digest="0123456789abcdef",
        corpus={"name": corpus, "digest": digest},
        split={"name": "by-speaker", "hash": "ab" * 32, "by": [by], "unit": by},
        rows=counts,
        parameters=12345,
        allowed=changes.get("allowed", []) if changes else [],
    )
    if finished:
        run.update(stopped=Note("stop.patience", {"patience": 2, "epoch": epochs}).data())
    return folder


def _shares(task):
    share = 0.5 ** np.arange(1, len(task.classes) + 1)
    return share / share.sum()


def _predictions(
    tasks, priors, counts, groups, modalities, strength, seed, never, missing, unlabelled, ids
):
    frames = []
    conditions = {"+".join(modalities): 1.0, **dict.fromkeys(modalities, 0.5)}
    for part in ("validation", "test"):
        n = counts[part]
        for t, task in enumerate(tasks):
            truth = np.random.default_rng([1, t, len(part)])  # the data is the same for every run
            y = truth.choice(len(task.classes), n, p=priors[task.name])
            for c, (condition, share) in enumerate(conditions.items()):
                rng = np.random.default_rng([seed, t, c, len(part)])
                p = _guess(rng, y, priors[task.name], strength * share, never)
                frame = pl.DataFrame(
                    {
                        "id": list(ids[:n]) if ids else [f"{part[0]}{i:04d}" for i in range(n)],
                        "split": part,
                        "group": [f"speaker-{part}-{i % groups}" for i in range(n)],
                        "condition": condition,
                        "task": task.name,
                        "target": [None if i < unlabelled else int(k) for i, k in enumerate(y)],
                        "logits": p[:, 1:].tolist(),
                        "probabilities": p.tolist(),
                        "value": _decide(task, p).astype(float),
                    },
                    schema_overrides={
                        "target": pl.Int64,
                        "logits": pl.List(pl.Float32),
                        "probabilities": pl.List(pl.Float32),
                    },
                )
                frames.append(frame[missing:] if condition == modalities[-1] else frame)
    return pl.concat(frames)


def _guess(rng, y, prior, strength, never):
    z = np.log(prior) + rng.normal(size=(len(y), len(prior)))
    z[np.arange(len(y)), y] += strength
    if never is not None:
        z[:, never] -= 50
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    return p.astype(np.float32).astype(np.float64)


def _decide(task, p):
    if task.kind == "nominal":
        return p.argmax(axis=1)
    return (1 - np.cumsum(p, axis=1)[:, :-1] > 0.5).sum(axis=1)


def _history(tasks, epochs):
    rows, best = [], -1.0
    for e in range(1, epochs + 1):
        skill = 0.1 * min(e, 4) - 0.02 * max(e - 4, 0)
        entry = {"score": 0.7 * (1 - skill), "prior_score": 0.7, "skill": skill, "n": 9}
        row = {"epoch": e, "step": 12 * e, "skill": skill, "best": skill > best}
        row["train"] = {t.name: {**entry, "score": 0.69 / e} for t in tasks}
        row["validation"] = {t.name: entry for t in tasks}
        rows.append(row)
        best = max(best, skill)
    return rows


def _gradients(tasks, seed):
    rng, names, rows = np.random.default_rng([seed, 9]), [t.name for t in tasks], []
    for step in range(0, 120, 10):
        for space, group in (("parameters", "all"), ("parameters", "fusion"),
                             ("representation", "all")):  # fmt: skip
            inner = {(i, i): float(rng.uniform(1, 2) * (1 + 2 * i)) for i in range(len(names))}
            for i in range(len(names)):
                for j in range(i, len(names)):
                    if i < j:
                        cosine = float(rng.normal(-0.3, 0.1))
                        inner[i, j] = cosine * (inner[i, i] * inner[j, j]) ** 0.5
                    cosine = None if i == j else cosine
                    rows.append(
                        {
                            "step": step, "steps": 1, "space": space, "group": group,
                            "task_i": names[i], "task_j": names[j], "inner": inner[i, j],
                            "unbiased": inner[i, j] * 0.4 if space == "parameters" else None,
                            "cosine": cosine,
                            "cosine_square": None if cosine is None else cosine**2,
                            "conflict": None if cosine is None else float(cosine < 0),
                            "weight_i": 1.0, "weight_j": 0.5 + 0.5 * (i == j == 0),
                        }
                    )  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def _corpus(name, tasks, counts, modalities, changes):
    parts = [p for p, n in counts.items() if n]
    classes = {
        t.name: {c: {p: int(counts[p] * s) for p in parts} for c, s in zip(
            t.classes, _shares(t), strict=True)}
        for t in tasks
    }  # fmt: skip
    split = {
        "name": "by-speaker",
        "how": {"by": ["speaker"], "stratify": None, "folds": None, "column": None, "seed": 3,
                "method": "hold-out by speaker"},
        "counts": {**counts, "dropped": 0},
        "groups": {"speaker": {"train": 30, "validation": 5, "test": 12, "dropped": 0}},
        "leaks_allowed": [],
        "notes": [],
    }  # fmt: skip
    total = sum(counts.values())
    return {
        "summary": {
            "name": name,
            "rows": total,
            "known": {"speaker": 47, "call": total},
            "hours": 1.25,
            "durations": {"0": 1.0, "0.05": 2.0, "0.25": 3.0, "0.5": 4.0, "0.75": 5.0,
                          "0.95": 9.5, "1": 12.0},
            "sample_rates": {"8000": total},
            "present": dict.fromkeys(modalities, total),
            "parts": counts,
            "tasks": [
                {"name": t.name, "kind": t.kind, "classes": classes[t.name],
                 "unlabelled": dict.fromkeys(parts, 4),
                 "labelled": {p: sum(n[p] for n in classes[t.name].values()) for p in parts}}
                for t in tasks
            ],
            "quarantine": {"truncated": 2, "odd <reason>": 1},
            "split": "by-speaker",
            "notes": [NOTE.data()],
        },
        "split": {**split, **changes.get("split", {})},
        "adapter": "table",
        "told_by_ids": changes.get("told_by_ids", []),
        "bounds": {
            t.name: {"+".join(modalities): {"accuracy": 0.9, "score": 0.2},
                     "prior": {"accuracy": 0.5, "score": 0.6}}
            for t in tasks
        },
    }  # fmt: skip


@pytest.fixture
def make(tmp_path):
    """Writes run folders below a temporary one, and holds what they are made from."""

    def run(name="run", tasks=(URGENCY, SENTIMENT), **odd):
        return write_run(tmp_path / "runs" / name, tasks, **odd)

    return SimpleNamespace(run=run, urgency=URGENCY, sentiment=SENTIMENT, folder=tmp_path)
