"""Corpora small enough for examples in documentation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.recipe import Recipe
from malsori.schema import Task


def tiny_corpus(folder: Path) -> Recipe:
    """Writes 40 one-sentence calls, half of them urgent, and gives a recipe that trains on them."""
    urgent, calm = "빨리 와 주세요 {} 번지예요", "천천히 오셔도 돼요 {} 번지예요"
    rows = pl.DataFrame(
        {
            "id": [f"call{i:02d}" for i in range(40)],
            "speaker": [f"caller{i // 4}" for i in range(40)],
            "text": [(urgent if i % 2 else calm).format(i) for i in range(40)],
            "label.urgency": ["상" if i % 2 else "하" for i in range(40)],
        }
    )
    task = Task(name="urgency", kind="ordinal", classes=("하", "상"))
    corpus = write_corpus(folder, CorpusSpec(name="tiny", adapter="table", tasks=(task,)), rows)
    make_split(corpus, "by-speaker", by=["speaker"])
    return Recipe.parse(
        {
            "corpus": {"path": str(folder), "split": "by-speaker"},
            "tasks": ["urgency"],
            "encoders": {"text": {"kind": "jamo", "dim": 8, "buckets": 512}},
            "training": {"epochs": 2, "threads": 1},
        }
    )


EVERY_KIND = (
    Task(name="emotion", kind="nominal", classes=("neutral", "happy", "sad")),
    Task(name="urgency", kind="ordinal", classes=("하", "중", "상")),
    Task(name="symptom", kind="multilabel", classes=("열", "통증", "구토")),
    Task(name="valence", kind="regression", low=1, high=5),
)


def corpus_of_every_kind(
    folder: Path, rows: int = 900, *, informative: bool = True, seed: int = 0
) -> Recipe:
    """Writes vectors with one task of each kind, and gives a recipe that trains on all four.

    Some labels of each task are missing, as where corpora with different tasks are joined. The
    emotions have soft labels too, and some of them are compound: neutral with another.

    Args:
        folder: Where the corpus shall be.
        rows: How many utterances, of 45 speakers.
        informative: Whether the vectors tell the labels, or belong to other rows.
        seed: Of everything that is drawn.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     corpus_of_every_kind(Path(parent) / "corpus").tasks
        ('emotion', 'urgency', 'symptom', 'valence')
    """
    rng = np.random.default_rng(seed)
    emotion, urgency = rng.choice(3, rows, p=[0.5, 0.3, 0.2]), rng.integers(3, size=rows)
    symptom = rng.random((rows, 3)) < [0.5, 0.3, 0.15]
    valence = rng.normal(3, 0.8, rows).clip(1, 5)
    known = np.column_stack(
        [np.eye(3)[emotion], np.eye(3)[urgency], 2 * symptom, (valence - 3) / 0.8]
    )
    vectors = (2 * known + rng.normal(size=known.shape)).astype(np.float32)
    if not informative:
        vectors = vectors[rng.permutation(rows)]
    feelings, levels, symptoms, _ = (task.classes for task in EVERY_KIND)
    number = np.arange(rows)
    tie = (number % 6 == 5) & (emotion > 0)
    table = pl.DataFrame(
        {
            "id": [f"u{i:04d}" for i in number],
            "speaker": [f"s{i % 45:02d}" for i in number],
            "label.emotion": [None if tie[i] else feelings[k] for i, k in enumerate(emotion)],
            "compound.emotion": [
                ["neutral", feelings[k]] if tie[i] else None for i, k in enumerate(emotion)
            ],
            "soft.emotion": (0.7 * np.eye(3)[emotion] + 0.1).tolist(),
            "label.urgency": [None if i % 3 == 0 else levels[k] for i, k in enumerate(urgency)],
            "label.symptom": [
                None if i % 5 == 1 else [symptoms[k] for k in np.flatnonzero(row)]
                for i, row in enumerate(symptom)
            ],
            "label.valence": [None if i % 4 == 2 else float(v) for i, v in enumerate(valence)],
        }
    ).with_columns(pl.when(pl.Series(number % 7 > 0)).then("soft.emotion"))
    spec = CorpusSpec(name="kinds", adapter="embeddings", tasks=EVERY_KIND)
    corpus = write_corpus(folder, spec, table, features={"voice": list(vectors[:, None])})
    make_split(corpus, "by-speaker", by=["speaker"], test=0.3, validation=0.2)
    return Recipe.parse(
        {
            "corpus": {"path": str(folder), "split": "by-speaker"},
            "tasks": [task.name for task in EVERY_KIND],
            "encoders": {"voice": {"kind": "precomputed"}},
            "fusion": {"kind": "early", "dim": 16},
            "sharing": {"kind": "hard", "dim": 32},
            "balance": {"monitor": {"every": 10}},
            "training": {
                "epochs": 30,
                "batch_size": 32,
                "threads": 1,
                "optimizer": {"lr": 1e-2},
                "stop": {"patience": 4},
            },
        }
    )
