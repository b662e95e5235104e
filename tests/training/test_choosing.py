import polars as pl
import pytest

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.splits import load_preset, make_preset, make_split
from malsori.corpus.writing import write_corpus
from malsori.encoders.kinds.jamo import Jamo
from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training import train
from malsori.training.choosing import choose_for
from malsori.training.tiny import tiny_corpus

EMOTION = Task(name="emotion", kind="nominal", classes=("calm", "angry"))


def recipe(corpus, split):
    return Recipe.parse(
        {
            "corpus": {"path": str(corpus.path), "split": split},
            "tasks": ["emotion"],
            "encoders": {"text": {"kind": "jamo"}},
        }
    )


def test_a_split_without_validation_ends_a_training_before_anything_is_encoded(tmp_path):
    recipe = tiny_corpus(tmp_path / "corpus")
    corpus = Corpus.open(tmp_path / "corpus")
    make_split(corpus, "by-speaker", by=["speaker"], validation=0, overwrite=True)
    with pytest.raises(MalsoriError, match=r"no validation rows.*corpus split .*--validation 0\.1"):
        train(recipe, tmp_path / "run", store=tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_the_preset_that_made_the_split_is_named(tmp_path):
    rows = pl.DataFrame({"id": [f"u{i}" for i in range(20)], "text": ["네"] * 20,
                         "label.emotion": ["calm", "angry"] * 10})  # fmt: skip
    spec = CorpusSpec(name="k", adapter="kemdy20", tasks=(EMOTION,))
    corpus = write_corpus(tmp_path / "k", spec, rows)
    make_preset(corpus, load_preset("kemdy20/random80"))
    with pytest.raises(MalsoriError, match=r"--preset kemdy20/random80 --validation 0\.1"):
        choose_for(recipe(corpus, "random80"), corpus, {"text": Jamo()})


def test_a_task_without_labels_in_validation_is_named(tmp_path):
    parts = ["train", "train", "validation", "test"]
    rows = pl.DataFrame({"id": list("abcd"), "text": list("가나다라"), "split": parts,
                         "label.emotion": ["calm", "angry", None, "calm"]})  # fmt: skip
    spec = CorpusSpec(name="k", adapter="table", tasks=(EMOTION,))
    corpus = write_corpus(tmp_path / "k", spec, rows)
    make_split(corpus, "own", column="split")
    with pytest.raises(MalsoriError, match="task 'emotion': no validation row of split 'own'"):
        choose_for(recipe(corpus, "own"), corpus, {"text": Jamo()})
