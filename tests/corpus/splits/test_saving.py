"""Splits of one name replace those of an earlier request as a whole, or are refused."""

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.splits import make_split, saving
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.words import LANGS, Words


@pytest.fixture
def corpus(tmp_path):
    """Ten speakers with four sentences each."""
    rows = {
        "id": [f"u{k:02d}" for k in range(40)],
        "speaker": [f"s{k // 4}" for k in range(40)],
        "meta.room": [f"r{k // 8}" for k in range(40)],
    }
    spec = CorpusSpec(name="toy", adapter="table", tasks=())
    return write_corpus(tmp_path / "toy", spec, pl.DataFrame(rows))


def made(corpus, name="by", **options):
    make_split(corpus, name, by=["speaker"], **{"validation": 0.2, **options})
    return corpus.split_names()


def files(corpus):
    return sorted(file.name for file in (corpus.path / "splits").iterdir())


KINDS = {
    "one": ({}, ["by"]),
    "folds": ({"folds": 5}, [f"by-{k}" for k in range(5)]),
    "fewer": ({"folds": 3}, ["by-0", "by-1", "by-2"]),
    "inner": ({"inner_folds": 2}, ["by", "by.0", "by.1"]),
    "both": (
        {"folds": 2, "inner_folds": 2},
        ["by-0", "by-0.0", "by-0.1", "by-1", "by-1.0", "by-1.1"],
    ),
    "each": ({"leave_one_out": "room"}, [f"by-{k}" for k in range(5)]),
}


@pytest.mark.parametrize("before", KINDS)
@pytest.mark.parametrize("after", KINDS)
def test_what_was_saved_under_a_name_is_replaced_as_a_whole(corpus, before, after):
    options, names = KINDS[before]
    assert made(corpus, **options) == names
    wanted, new = KINDS[after]
    with pytest.raises(MalsoriError, match="choose another name, or pass --overwrite"):
        made(corpus, **wanted)
    assert corpus.split_names() == names
    assert made(corpus, **wanted, overwrite=True) == new
    assert files(corpus) == sorted(f"{n}{end}" for n in new for end in (".parquet", ".yaml"))
    for name in new:
        record = read_yaml(corpus.path / "splits" / f"{name}.yaml")
        assert record["notes"][0]["key"] == "split.replaced"
        assert record["notes"][0]["fields"]["n"] == len(names)


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_replaced_is_told(corpus, lang):
    made(corpus, folds=3)
    infos = make_split(corpus, "by", by=["speaker"], folds=2, validation=0.2, overwrite=True)
    said = {Words(lang).say(info.notes[0]) for info in infos}
    assert len(said) == 1
    assert "by-0, by-1, by-2" in said.pop()


def test_splits_of_other_names_stay(corpus):
    made(corpus, folds=3)
    for name in ("by-speaker", "by-7", "bye-0", "b"):
        made(corpus, name)
    assert made(corpus, folds=2, overwrite=True) == [
        "b", "by-0", "by-1", "by-7", "by-speaker", "bye-0",
    ]  # fmt: skip


def test_one_fold_is_not_replaced_alone(corpus):
    names = made(corpus, folds=3)
    with pytest.raises(MalsoriError, match=r"'by-1' is one of 3 splits of 'by'"):
        made(corpus, "by-1", overwrite=True)
    assert corpus.split_names() == names


def test_a_fold_that_is_no_more_is_told_with_those_that_are(corpus):
    made(corpus, folds=5)
    made(corpus, folds=2, overwrite=True)
    with pytest.raises(MalsoriError, match=r"no split 'by-4'.* of 'by' there is now: by-0, by-1"):
        corpus.split("by-4")


def test_old_splits_stay_if_new_ones_cannot_be_written(corpus, monkeypatch):
    names = made(corpus, folds=3)
    before = [corpus.split(name) for name in names]

    def full(info, *_):
        if info.name == "by-1":
            raise OSError(28, "No space left on device")
        return save(info, *_)

    save = saving.save_split
    monkeypatch.setattr(saving, "save_split", full)
    with pytest.raises(OSError, match="No space"):
        made(corpus, folds=2, overwrite=True)
    assert all(old.equals(corpus.split(n)) for n, old in zip(names, before, strict=True))
    assert len(files(corpus)) == 6


@pytest.mark.parametrize("by", [["speaker", "speaker"], ["room", "speaker", "meta.room"]])
def test_a_column_is_named_once(corpus, by):
    with pytest.raises(MalsoriError, match="the column to group by is said twice"):
        make_split(corpus, "s", by=by)
    assert corpus.split_names() == []


def test_the_column_left_out_may_be_grouped_by_too(corpus):
    infos = make_split(corpus, "s", by=["speaker"], leave_one_out="speaker", validation=0.2)
    assert len(infos) == 10
    assert Corpus.open(corpus.path).split_names()[0] == "s-0"
