"""A split's record is that of the rows that are there."""

import polars as pl

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.dropping import drop_rows, restore_rows
from malsori.corpus.splits import make_split
from malsori.corpus.splits.info import hash_split
from malsori.corpus.splits.recounting import recorded_split
from malsori.io import read_yaml
from malsori.schema import Task


def test_rows_that_were_dropped_are_not_counted(tmp_path):
    speakers = [f"s{i // 2}" if i < 12 else None for i in range(14)]
    rows = pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(14)],
            "speaker": speakers,
            "label.mood": ["a", "b"] * 7,
        }
    )
    task = Task(name="mood", kind="nominal", classes=("a", "b"))
    spec = CorpusSpec(name="t", adapter="table", tasks=(task,))
    corpus = write_corpus(tmp_path / "c", spec, rows)
    infos = make_split(corpus, "each", leave_one_out="speaker", validation=0.3)
    record = read_yaml(corpus.path / "splits" / "each-0.yaml")
    assert recorded_split(corpus, "each-0") == record
    assert {"n": 12, "rows": 14}.items() <= _told(record).items()

    gone = [info.frame.filter(pl.col("split") == "test")["id"][0] for info in infos[:2]]
    gone += infos[1].frame.filter(pl.col("split") == "test")["id"].to_list()[1:]
    fewer = drop_rows(corpus, gone)
    now = recorded_split(fewer, "each-0")
    assert (now["counts"]["test"], now["tested"]) == (1, 9)
    assert sum(now["counts"].values()) == 11
    assert {"n": 9, "rows": 11}.items() <= _told(now).items()
    assert sum(now["classes"]["mood"]["test"].values()) == 1
    assert sum(now["groups"]["speaker"].values()) < sum(record["groups"]["speaker"].values())
    assert now["hash"] == hash_split(infos[0].frame), "it is still that split"
    assert recorded_split(restore_rows(fewer), "each-0") == record


def _told(record):
    return next(note["fields"] for note in record["notes"] if note["key"] == "split.tested")
