"""How a task is labelled, in each part."""

import numpy as np
import polars as pl

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.summary import summarise
from malsori.corpus.task_summary import summarise_task
from malsori.corpus.writing import write_corpus
from malsori.schema import Task
from malsori.words import Words

SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "통증"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)


def test_shares_of_classes_that_go_together_are_of_the_labelled_rows():
    labels = np.array([[1, 1], [1, 0], [0, 0], [0, 0], [-1, -1]])
    parts = np.array(["train", "train", "train", "test", "test"])
    found = summarise_task(SYMPTOM, labels, parts, ["train", "test"])
    assert found.labelled == {"train": 3, "test": 1}
    assert found.unlabelled == {"train": 0, "test": 1}
    assert found.share("열", "train") == 2 / 3
    assert found.share("통증", "test") == 0


def test_numbers_have_a_mean_and_a_range_in_each_part():
    labels = np.array([1.0, 2.0, 5.0, np.nan])
    parts = np.array(["train", "train", "test", "validation"])
    found = summarise_task(VALENCE, labels, parts, ["train", "validation", "test"])
    assert found.numbers["train"] == {"mean": 1.5, "std": 0.5, "min": 1.0, "max": 2.0}
    assert "validation" not in found.numbers
    assert found.classes["4.5 … 5"] == {"train": 0, "validation": 0, "test": 1}


def test_a_corpus_of_every_kind_is_divided_and_summed_up(tmp_path):
    rng = np.random.default_rng(0)
    sets = [["열", "통증"], ["열"], [], None]
    rows = pl.DataFrame(
        {
            "id": [f"u{i:03}" for i in range(200)],
            "text": "네",
            "label.symptom": [sets[i] for i in rng.choice(4, 200, p=[0.1, 0.5, 0.3, 0.1])],
            "label.valence": [None if i % 9 == 0 else rng.uniform(1, 5) for i in range(200)],
        }
    )
    spec = CorpusSpec(name="toy", adapter="table", tasks=(SYMPTOM, VALENCE))
    corpus = write_corpus(tmp_path / "toy", spec, rows)
    for task in ("symptom", "valence"):
        (info,) = make_split(corpus, task, stratify=task, test=0.25, validation=0, seed=1,
                             allow_leaks=["text"])  # fmt: skip
        parts = info.classes[task]
        for name, tested in parts["test"].items():
            total = sum(parts[part][name] for part in ("train", "test"))
            assert abs(tested - 0.25 * total) <= 2 + (task == "valence") * 6
    make_split(corpus, "folds", stratify="symptom", folds=4, allow_leaks=["text"])
    texts = [table.text() for table in summarise(corpus, "valence").tables(Words("en"))]
    assert any("symptom (multilabel) in split 'valence'" in t and "several" in t for t in texts)
    assert any("mean ± std" in t for t in texts)
