from pathlib import Path

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.columns import complete
from malsori.corpus.leaks import find_leaks

ROWS = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d", "e", "f"],
        "speaker": ["s1", "s1", "s2", "s3", None, None],
        "audio_hash": ["x", "y", "x", None, None, "z"],
        "text": ["불이 났어요!", "네.", "네", "불이  났어요", "다른 말입니다", None],
        "meta.film": ["1", "2", "3", "1", "5", "6"],
    }
)
TURNS = ["train", "test", "test", "validation", "train", "test"]


def corpus(rows: pl.DataFrame = ROWS) -> Corpus:
    spec = CorpusSpec(name="toy", adapter="table", tasks=())
    return Corpus(Path("nowhere"), spec, complete(rows), pl.DataFrame())


def split(parts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"id": ROWS["id"], "split": parts})


def test_speaker_audio_and_text_are_found_with_their_ids() -> None:
    group, audio, text = find_leaks(corpus(), split(TURNS))
    assert (group.kind, group.column, group.count, group.rows) == ("group", "speaker", 1, 2)
    assert (audio.kind, audio.examples[0].ids) == ("audio", {"train": "a", "test": "c"})
    assert (text.kind, text.examples[0].ids) == ("text", {"train": "a", "validation": "d"})
    assert text.examples[0].value == "불이났어요"


@pytest.mark.parametrize(("shortest", "count"), [(4, 1), (6, 0)])
def test_short_texts_are_said_by_everybody(shortest: int, count: int) -> None:
    parts = split(["train", "train", "test", "test", "train", "test"])
    found = [k for k in find_leaks(corpus(), parts, min_text=shortest) if k.kind == "text"]
    assert sum(leak.count for leak in found) == count
    # "네" of b and c is in two parts and counts only where the shortest text is one letter.
    found = [k for k in find_leaks(corpus(), parts, min_text=1) if k.kind == "text"]
    assert found[0].count == 2


def test_dropped_rows_leak_nothing() -> None:
    assert find_leaks(corpus(), split(["train", *["dropped"] * 4, "test"])) == []


def test_columns_of_the_split_are_looked_at_too() -> None:
    found = find_leaks(corpus(), split(TURNS), groups=["meta.film"])
    assert [leak.column for leak in found] == ["meta.film", "speaker", "audio_hash", "text"]


def test_rows_without_a_value_share_nothing() -> None:
    rows = pl.DataFrame({"id": ["a", "b"], "speaker": ["s", "t"]})
    parts = pl.DataFrame({"id": ["a", "b"], "split": ["train", "test"]})
    assert find_leaks(corpus(rows), parts) == []


def test_three_examples_those_with_most_rows_first() -> None:
    values = ["v1"] * 2 + ["v2"] * 4 + ["v3"] * 3 + ["v4"] * 2
    ids = [f"{k:02d}" for k in range(len(values))]
    rows = pl.DataFrame({"id": ids, "speaker": values})
    parts = pl.DataFrame({"id": ids, "split": ["train", "test"] * 5 + ["train"]})
    (leak,) = find_leaks(corpus(rows), parts)
    assert (leak.count, leak.rows) == (4, 11)
    assert [example.value for example in leak.examples] == ["v2", "v3", "v1"]
    assert leak.data()["examples"][0] == {"value": "v2", "ids": {"train": "02", "test": "03"}}
