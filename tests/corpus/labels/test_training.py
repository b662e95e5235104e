"""Study B's label transform: its Table 1, and that nothing but training rows ever changes."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.labels import other_than
from malsori.corpus.labels.training import training_labels
from malsori.errors import MalsoriError
from malsori.schema import Task

# Study B, Table 1: class, training before, training after, evaluation.
TABLE = {
    "neutral": (8896, 8896, 2224),
    "happy": (946, 1291, 237),
    "angry": (115, 198, 29),
    "surprise": (125, 181, 31),
    "sad": (97, 168, 24),
    "fear": (34, 51, 9),
    "disgust": (49, 89, 12),
}
EMOTION = Task(name="emotion", kind="nominal", classes=tuple(TABLE))
# Compound labels that stay as they are: three members, or two of which none is neutral.
OTHERS = [("happy", "surprise")] * 12 + [("neutral", "happy", "sad")] * 8 + [("sad", "angry")] * 2


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """The published counts: 12,828 single labels and 634 compound ones, in a mixed order."""
    rows = [(c, None) for c, (train, _, test) in TABLE.items() for _ in range(train + test)]
    for k, (c, (before, after, _)) in enumerate(TABLE.items()):
        pair = ["neutral", c][:: 1 if k % 2 else -1]  # their order is arbitrary on disk
        rows += [(None, pair)] * (after - before)
    rows += [(None, list(members)) for members in OTHERS]
    order = np.random.default_rng(0).permutation(len(rows))
    frame = pl.DataFrame(
        {
            "id": [f"u{i:05}" for i in range(len(rows))],
            "label.emotion": [rows[i][0] for i in order],
            "compound.emotion": pl.Series([rows[i][1] for i in order], dtype=pl.List(pl.String)),
        }
    )
    spec = CorpusSpec(name="studyb", adapter="table", tasks=(EMOTION,))
    return write_corpus(tmp_path_factory.mktemp("b") / "corpus", spec, frame)


@pytest.fixture(scope="module")
def split(corpus):
    """Stratified 80/20 over the rows of a single label; compound ones are for training."""
    single = corpus.utterances.filter(pl.col("label.emotion").is_not_null())
    _, test = train_test_split(
        single["id"].to_list(), test_size=0.2, stratify=single["label.emotion"], random_state=42
    )
    part = pl.when(pl.col("id").is_in(test)).then(pl.lit("test")).otherwise(pl.lit("train"))
    return corpus.utterances.select("id", part.alias("split")).sample(
        fraction=1, shuffle=True, seed=1
    )


def counts(codes, rows):
    return tuple(int((codes[rows] == k).sum()) for k in range(len(TABLE)))


def test_table_1_of_study_b(corpus, split):
    before = corpus.labels("emotion")
    placed = corpus.utterances.select("id").join(split, on="id", how="left", maintain_order="left")
    after = training_labels(corpus.utterances, EMOTION, placed["split"].to_numpy())
    train, test = ((placed["split"] == part).to_numpy() for part in ("train", "test"))
    assert corpus.utterances.height == 13_462
    assert (before >= 0).sum() == 12_828
    assert corpus.utterances["compound.emotion"].drop_nulls().len() == 634
    columns = tuple(zip(*TABLE.values(), strict=True))
    assert counts(before, train) == columns[0]
    assert sum(columns[0]) == 10_262
    assert counts(after, train) == columns[1]
    assert sum(columns[1]) == 10_874
    assert counts(before, test) == counts(after, test) == columns[2]
    assert sum(columns[2]) == 2_566
    assert (after[test] == before[test]).all()
    assert (after[before >= 0] == before[before >= 0]).all()
    assert (after != before).sum() == 612


members = st.lists(st.sampled_from(EMOTION.classes), max_size=3)
rows_of = st.lists(
    st.tuples(
        st.sampled_from([*EMOTION.classes, None]),
        st.none() | members,
        st.sampled_from(["train", "validation", "test", "dropped"]),
    ),
    max_size=20,
)


@given(rows_of)
def test_only_unlabelled_training_rows_ever_change(rows):
    rows = [("happy", None, "train"), (None, ["neutral", "sad"], "train"), *rows]
    frame = pl.DataFrame(
        {
            "label.emotion": pl.Series([r[0] for r in rows], dtype=pl.String),
            "compound.emotion": pl.Series([r[1] for r in rows], dtype=pl.List(pl.String)),
        }
    )
    codes = training_labels(frame, EMOTION, np.array([r[2] for r in rows]))
    assert codes.dtype == np.int64
    for (label, compound, part), code in zip(rows, codes, strict=True):
        if label is not None:
            assert code == EMOTION.index(label)
        elif part == "train" and len(set(compound or ())) == 2 and "neutral" in compound:
            (other,) = set(compound) - {"neutral"}
            assert code == EMOTION.index(other)
        else:
            assert code == -1


def test_one_compound_label():
    assert other_than(("sad", "neutral"), "neutral") == "sad"
    for stays in (None, [], ["neutral"], ["neutral", "neutral"], ["sad", "happy"]):
        assert other_than(stays, "neutral") is None
    assert other_than(["neutral", "sad", "happy"], "neutral") is None


def test_another_class_may_give_way():
    task = Task(name="mood", kind="ordinal", classes=("하", "중", "상"))
    frame = pl.DataFrame({"label.mood": [None], "compound.mood": [["상", "중"]]})
    parts = np.array(["train"])
    assert training_labels(frame, task, parts, neutral="중").tolist() == [2]


def test_bad_input_is_named(corpus):
    rows, parts = corpus.utterances, np.full(corpus.utterances.height, "train")
    with pytest.raises(MalsoriError, match="no row is for training"):
        training_labels(rows, EMOTION, np.full(rows.height, "test"))
    with pytest.raises(MalsoriError, match="did you mean 'neutral'"):
        training_labels(rows, EMOTION, parts, neutral="netural")
    with pytest.raises(MalsoriError, match="no compound labels"):
        training_labels(rows.drop("compound.emotion"), EMOTION, parts)
    with pytest.raises(MalsoriError, match="3 parts for"):
        training_labels(rows, EMOTION, parts[:3])
    many = Task(name="emotion", kind="multilabel", classes=EMOTION.classes)
    with pytest.raises(MalsoriError, match="is multilabel"):
        training_labels(rows, many, parts)
