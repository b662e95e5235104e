"""A corpus small enough for examples in documentation."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.recipe import Recipe
from malsori.schema import Task


def tiny_corpus(folder: Path) -> Recipe:
    """Writes 40 one-sentence calls, half of them urgent, and gives a recipe that trains on them.

    Args:
        folder: Where the corpus shall be.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     tiny_corpus(Path(parent) / "corpus").tasks
        ('urgency',)
    """
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
