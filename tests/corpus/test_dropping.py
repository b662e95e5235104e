"""Single rows left out, and brought back to where they were."""

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec, dropping, write_corpus
from malsori.corpus.audit import audit
from malsori.corpus.columns import SOUNDS
from malsori.corpus.dropping import drop_rows, in_no_part, restore_rows
from malsori.corpus.splits import make_split
from malsori.corpus.summary import summarise
from malsori.errors import MalsoriError
from malsori.schema import Task

IDS = [f"u{i}" for i in range(12)]


@pytest.fixture
def corpus(tmp_path):
    task = Task(name="mood", kind="nominal", classes=("a", "b"))
    rows = pl.DataFrame(
        {
            "id": IDS,
            "speaker": [f"s{i // 2}" for i in range(12)],
            "text": [f"{'가나다라마바사아자차카타'[i] * 5}" for i in range(12)],
            "label.mood": ["a", "b"] * 6,
        }
    )
    sounds = pl.DataFrame(
        {c: [[1]] * 12 if c in ("words", "at") else [0.5] * 12 for c in SOUNDS} | {"id": IDS}
    )
    spec = CorpusSpec(name="t", adapter="table", tasks=(task,))
    return write_corpus(tmp_path / "c", spec, rows, sounds=sounds)


def test_all_is_as_it_was_after_any_order_of_dropping_and_bringing_back(corpus):
    before = (corpus.path / "utterances.parquet").read_bytes()
    fewer = drop_rows(corpus, ["u3", "u7", "u3"], reason="wrong label")
    assert fewer.digest != corpus.digest
    assert fewer.utterances["id"].to_list() == [i for i in IDS if i not in ("u3", "u7")]
    assert fewer.sounds["id"].to_list() == fewer.utterances["id"].to_list()
    assert fewer.dropped.select("id", "drop.reason").rows() == [
        ("u3", "wrong label"),
        ("u7", "wrong label"),
    ]
    fewer = drop_rows(fewer, ["u4", "u0", "u11"])
    some = restore_rows(fewer, ["u7", "u0"])
    assert some.utterances["id"].to_list() == [i for i in IDS if i not in ("u3", "u4", "u11")]
    again = restore_rows(some)
    assert again.digest == corpus.digest
    assert again.utterances.equals(corpus.utterances)
    assert again.sounds.equals(corpus.sounds)
    assert not (corpus.path / "dropped.parquet").exists()
    assert (corpus.path / "utterances.parquet").read_bytes() == before


def test_saved_splits_go_on_without_them(corpus):
    (info,) = make_split(corpus, "mine", by=["speaker"], validation=0.3)
    test = info.frame.filter(pl.col("split") == "test")["id"].to_list()
    fewer = drop_rows(corpus, test[:1])
    assert set(fewer.split("mine")["id"]) == set(IDS) - {test[0]}
    assert summarise(fewer, "mine").parts["test"] == len(test) - 1
    assert summarise(fewer).dropped == 1
    assert audit(fewer, split="mine").case.count == 11
    assert restore_rows(fewer).split("mine").equals(corpus.split("mine"))


def test_splits_made_meanwhile_lack_what_comes_back(corpus):
    make_split(corpus, "before", by=["speaker"], validation=0.3)
    fewer = drop_rows(corpus, IDS[:3])
    make_split(fewer, "meanwhile", by=["speaker"], validation=0.3)
    assert in_no_part(restore_rows(fewer, IDS[:2]), IDS[:2]) == {"meanwhile": 2}


@pytest.mark.parametrize(
    ("ids", "why", "hint"),
    [
        (["u3", "u33"], "1 id is no row's: 'u33'", "did you mean 'u3'"),
        (["strange", "odd"], "2 ids are no rows'", "nothing was changed"),
        ([], "no id is named", "by their ids"),
        (["u1"], "'u1': dropped already", "--list"),
        ([i for i in IDS if i != "u1"], "no row would be left", "fewer"),
    ],
)
def test_wrong_ids_change_nothing(corpus, ids, why, hint):
    fewer = drop_rows(corpus, ["u1"])
    before = {file.name: file.read_bytes() for file in corpus.path.glob("*.parquet")}
    with pytest.raises(MalsoriError) as error:
        drop_rows(fewer, ids)
    assert why in error.value.message
    assert hint in error.value.hint
    assert before == {file.name: file.read_bytes() for file in corpus.path.glob("*.parquet")}


def test_only_what_is_dropped_comes_back(corpus):
    with pytest.raises(MalsoriError, match="no row was dropped"):
        restore_rows(corpus)
    fewer = drop_rows(corpus, ["u1"])
    with pytest.raises(MalsoriError, match="'u2': not dropped"):
        restore_rows(fewer, ["u2"])


@pytest.mark.parametrize(
    "change", [lambda c: drop_rows(c, ["u5"]), lambda c: restore_rows(c, ["u1"])]
)
def test_a_kill_between_the_two_tables_loses_no_row(corpus, monkeypatch, change):
    fewer = drop_rows(corpus, ["u1", "u10"])
    written = []

    def stop_after_the_first(frame, path):
        if written:
            raise KeyboardInterrupt
        written.append(path)
        write(frame, path)

    write = dropping.write_parquet
    monkeypatch.setattr(dropping, "write_parquet", stop_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        change(fewer)
    monkeypatch.undo()
    half = Corpus.open(corpus.path)
    assert sorted([*half.utterances["id"], *half.dropped["id"]]) == sorted(IDS)
    whole = drop_rows(half, ["u8"])
    assert sorted([*whole.utterances["id"], *whole.dropped["id"]]) == sorted(IDS)
    assert restore_rows(whole).utterances.equals(corpus.utterances)
