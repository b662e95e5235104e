import pickle

import numpy as np
import polars as pl
import pytest
import torch

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.kinds.precomputed import Precomputed
from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.training.choosing import check_names, choose_for
from malsori.training.data import _groups, pad
from malsori.training.preparing import prepare_examples


@pytest.fixture
def examples(toy, recipe):
    encoders = {"voice": Precomputed(), "words": Precomputed()}
    chosen = choose_for(recipe, toy, encoders)
    return prepare_examples(recipe, toy, encoders, Store(toy.path / "store"), chosen)


def test_every_row_is_used_once_with_its_own_label(toy, examples):
    parts = [set(examples.rows(p).tolist()) for p in ("train", "validation", "test")]
    # one row has neither modality
    assert sum(map(len, parts)) == len(set().union(*parts)) == len(examples) == 239
    by_id = dict(zip(toy.utterances["id"], toy.labels("urgency"), strict=True))
    assert [by_id[i] for i in examples.ids] == examples.targets["urgency"].tolist()
    assert (examples.targets["urgency"] == -1).sum() >= 20
    assert examples.groups[:3] == ["s00", "s01", "s02"]
    assert examples.widths == {"voice": 6, "words": 5}


def test_a_batch_holds_exactly_the_features_of_its_rows(examples):
    batch = examples.batch([0, 3, 5])
    assert batch.ids == ["u0000", "u0003", "u0005"]
    assert batch.masks["voice"].sum(1).tolist() == [1, 0, 2]
    assert batch.masks["words"].sum(1).tolist() == [1, 1, 0]
    assert torch.equal(batch.features["voice"][2, :2], torch.tensor(examples.fetch["voice"](5)))


def test_groups_have_one_name_and_rows_without_one_their_own():
    table = pl.DataFrame({"id": ["a", "3", "c"], "speaker": ["3", None, " 3.0"]})
    assert _groups(table, "speaker") == ["3", "id 3", "3"]
    assert _groups(table, None) == ["a", "3", "c"]


def test_a_hidden_modality_is_absent(examples):
    keep = {"voice": np.array([False, True]), "words": np.array([True, False])}
    batch = examples.batch([0, 1], keep)
    assert batch.masks["voice"].any(1).tolist() == [False, True]
    assert batch.masks["words"].any(1).tolist() == [True, False]


def test_examples_can_be_sent_to_another_process(examples):
    there = pickle.loads(pickle.dumps(examples))
    one, two = examples.batch([0, 3, 5]), there.batch([0, 3, 5])
    assert all(torch.equal(one.features[m], two.features[m]) for m in one.features)
    assert there.ids == examples.ids


def test_features_skip_absent_rows(examples):
    assert len(list(examples.features("voice", [2, 3, 4]))) == 2


def test_padding_keeps_ids_as_integers():
    values, mask = pad([None, np.array([[7]], np.int32)], 1)
    assert values.dtype == torch.int32
    assert values[1, 0, 0] == 7
    assert mask.tolist() == [[False], [True]]


@pytest.mark.parametrize(
    ("tasks", "encoders", "message"),
    [
        (["urgensy"], {"voice": Precomputed()}, "no task 'urgensy'.*'urgency'"),
        (["urgency"], {"voise": Precomputed()}, r"no features called 'voise'.*voice \(features\)"),
        (["urgency"], {"text": Jamo()}, "no text called 'text'"),
    ],
)
def test_what_the_corpus_does_not_have_is_named(toy, tasks, encoders, message):
    with pytest.raises(MalsoriError, match=message):
        check_names(toy, tasks, encoders)


def test_a_task_with_one_training_class_is_refused(tmp_path, toy, recipe):
    rows = toy.utterances.drop("features.voice", "features.words")
    rows = rows.with_columns(rows["label.urgency"].is_null().replace_strict(
        {True: None, False: "하"}).alias("label.urgency"))  # fmt: skip
    spec = CorpusSpec(name="one", adapter="embeddings", tasks=toy.spec.tasks)
    vectors = [np.ones((1, 2), np.float32)] * rows.height
    corpus = write_corpus(tmp_path / "one", spec, rows, features={"voice": vectors})
    make_split(corpus, "by-speaker", by=["speaker"])
    one = recipe.model_copy(update={"tasks": ("urgency",)})
    with pytest.raises(MalsoriError, match=r"1 of its classes \['하'\]"):
        choose_for(one, corpus, {"voice": Precomputed()})
