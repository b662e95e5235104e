"""`malsori corpus drop`."""

import json

import polars as pl
import pytest

from malsori.training.tiny import tiny_corpus


@pytest.fixture
def corpus(tmp_path):
    tiny_corpus(tmp_path / "c")
    return tmp_path / "c"


def test_rows_go_and_come_back(malsori, corpus, tmp_path):
    ids = pl.read_parquet(corpus / "utterances.parquet")["id"].to_list()
    (tmp_path / "ids.txt").write_text(f"{ids[1]}\r\n\r\n{ids[2]}\r\n", "utf-8-sig")
    words = ["corpus", "drop", corpus]
    status, said, err = malsori(*words, ids[0], "--from", tmp_path / "ids.txt", "--reason", "잡음")
    assert status == 0, err
    assert f"3 rows dropped; it has {len(ids) - 3}, and 3 dropped" in said
    listed = json.loads(malsori(*words, "--list", "--json")[1])
    assert [(row["id"], row["reason"]) for row in listed] == [(i, "잡음") for i in ids[:3]]
    assert "dropped (corpus drop --list)" in malsori("corpus", "show", corpus)[1]
    assert malsori(*words, "--undo", ids[2])[0] == 0
    status, said, err = malsori(*words, "--undo", "--json")
    assert json.loads(said) == {"changed": 2, "utterances": len(ids), "dropped": 0}
    assert pl.read_parquet(corpus / "utterances.parquet")["id"].to_list() == ids


def test_splits_made_meanwhile_are_named(malsori, corpus):
    first = pl.read_parquet(corpus / "utterances.parquet")["id"][0]
    assert malsori("corpus", "drop", corpus, first)[0] == 0
    assert malsori("corpus", "split", corpus, "--name", "new", "--by", "speaker")[0] == 0
    said = malsori("corpus", "drop", corpus, "--undo")[1]
    assert "the split new was made meanwhile and lacks 1 of them: make it again" in said


def test_a_run_of_before_says_that_the_corpus_is_another(malsori, recipe, tmp_path):
    corpus = tmp_path / "corpus"
    words = ["train", recipe, "--out", tmp_path / "run"]
    assert malsori(*words)[0] == 0
    first = pl.read_parquet(corpus / "utterances.parquet")["id"][0]
    assert malsori("corpus", "drop", corpus, first)[0] == 0
    status, _, err = malsori(*words)
    assert status == 2
    assert "the corpus or its split has changed" in err
    assert f"`malsori corpus drop {corpus} --list` says what was dropped" in err
    status, _, err = malsori("train", recipe, "--out", tmp_path / "other")
    assert status == 0, err
    assert "1 row is dropped from the corpus" in err
    assert malsori("corpus", "drop", corpus, "--undo")[0] == 0
    assert malsori(*words)[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "name the rows, or --from FILE"), (["--from", "nowhere.txt"], "nowhere.txt")],
)
def test_wrong_use(malsori, corpus, words, said):
    status, _, err = malsori("corpus", "drop", corpus, *words)
    assert status == 2
    assert said in " ".join(err.split())
