from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.recipe import Recipe
from malsori.schema import Task

URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SENTIMENT = Task(name="sentiment", kind="nominal", classes=("calm", "cross", "glad", "sad"))


def write_toy(folder: Path, rows: int = 240, seed: int = 0) -> Corpus:
    """A corpus of vectors in which `voice` tells urgency and `words` tells sentiment.

    Some labels and some modalities are missing.
    """
    rng = np.random.default_rng(seed)
    urgency = rng.integers(3, size=rows)
    sentiment = rng.choice(4, size=rows, p=[0.5, 0.3, 0.15, 0.05])
    voice = [
        None
        if i % 17 == 3
        else (rng.normal(size=(1 + i % 4, 6)) + np.eye(6)[urgency[i]] * 2).astype(np.float32)
        for i in range(rows)
    ]
    words = [
        None
        if i % 13 == 5
        else (rng.normal(size=(1, 5)) + np.eye(5)[sentiment[i]] * 2).astype(np.float32)
        for i in range(rows)
    ]
    table = pl.DataFrame(
        {
            "id": [f"u{i:04d}" for i in range(rows)],
            "speaker": [f"s{i % 24:02d}" for i in range(rows)],
            "label.urgency": [
                None if i % 11 == 7 else URGENCY.classes[u] for i, u in enumerate(urgency)
            ],
            "label.sentiment": [SENTIMENT.classes[s] for s in sentiment],
        }
    )
    spec = CorpusSpec(name="toy", adapter="embeddings", tasks=(URGENCY, SENTIMENT))
    corpus = write_corpus(folder, spec, table, features={"voice": voice, "words": words})
    make_split(corpus, "by-speaker", by=["speaker"], test=0.25, validation=0.2)
    return corpus


def toy_recipe(corpus: Corpus, **parts: object) -> Recipe:
    data: dict[str, object] = {
        "corpus": {"path": str(corpus.path), "split": "by-speaker"},
        "tasks": ["urgency", "sentiment"],
        "encoders": {"voice": {"kind": "precomputed"}, "words": {"kind": "precomputed"}},
        "fusion": {"kind": "early", "dim": 16},
        "sharing": {"kind": "hard", "dim": 32},
        "training": {
            "epochs": 6,
            "batch_size": 16,
            "threads": 1,
            "checkpoint_steps": 7,
            "optimizer": {"lr": 1e-2},
        },
    }
    return Recipe.parse({**data, **parts})


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return write_toy(tmp_path_factory.mktemp("toy") / "corpus")


@pytest.fixture
def recipe(toy: Corpus) -> Recipe:
    return toy_recipe(toy)


@pytest.fixture
def make_recipe(toy: Corpus):
    return lambda **parts: toy_recipe(toy, **parts)
