from pathlib import Path

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec
from malsori.corpus.columns import complete
from malsori.corpus.leaks import Leak, find_leaks

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


STEM = "불이 났어요 빨리 와 주세요 여기 삼층이에요"


def near(texts: list[str | None], parts: list[str], min_text: int = 4) -> Leak | None:
    ids = [f"{k:02d}" for k in range(len(texts))]
    made = corpus(pl.DataFrame({"id": ids, "text": texts}, schema_overrides={"text": pl.String}))
    split = pl.DataFrame({"id": ids, "split": parts})
    found = find_leaks(made, split, min_text=min_text)
    return next((leak for leak in found if leak.kind == "near-text"), None)


def test_nearly_the_same_text_is_found_with_both_texts() -> None:
    leak = near([STEM, f"{STEM} 네", "다른 말입니다", None], ["train", "test", "test", "test"])
    assert leak is not None
    assert (leak.column, leak.count, leak.rows) == ("near_text", 1, 2)
    assert str(leak) == "nearly the same text in several parts, 1 pair with 2 rows"
    (example,) = leak.examples
    assert example.ids == {"train": "00", "test": "01"}
    assert " ≈ " in str(example)
    assert set(example.data()) == {"value", "other", "ids"}


@pytest.mark.parametrize(
    "parts",
    [["train", "train"], ["train", "dropped"], ["dropped", "dropped"], ["test", "test"]],
)
def test_nearly_the_same_text_in_one_part_leaks_nothing(parts: list[str]) -> None:
    assert near([STEM, f"{STEM} 네"], parts) is None


def test_the_same_text_in_two_parts_is_no_pair_but_its_neighbour_is() -> None:
    assert near([STEM, STEM], ["train", "test"]) is None
    leak = near([STEM, STEM, f"{STEM} 네"], ["train", "test", "test"])
    assert leak is not None
    assert (leak.count, leak.rows) == (1, 3)


def test_short_texts_are_not_compared() -> None:
    texts: list[str | None] = ["가나다라마바사아자차카", "가나다라마바사아자차카타"]
    assert near(texts, ["train", "test"]) is not None
    assert near(texts, ["train", "test"], min_text=12) is None


def test_a_recording_that_was_cut_is_found_by_its_fingerprint() -> None:
    rows = pl.DataFrame({"id": list("abcd"), "audio_hash": ["x", "y", "z", "x"]})
    made = corpus(rows)
    words, at = list(range(100, 140)), [40 * k for k in range(40)]
    heard = {
        "id": list("abcd"),
        "words": [words, words[10:], list(range(40)), words],
        "at": [at, at[:30], at, at],
    }
    lists = {"words": pl.List(pl.UInt32), "at": pl.List(pl.UInt32)}
    made.__dict__["sounds"] = pl.DataFrame(heard, schema_overrides=lists)
    parts = pl.DataFrame({"id": list("abcd"), "split": ["train", "test", "test", "train"]})
    (leak,) = find_leaks(made, parts)
    assert (leak.kind, leak.column, leak.count, leak.rows) == ("near-audio", "near_audio", 1, 3)
    assert leak.examples[0].ids == {"train": "a", "test": "b"}
    assert find_leaks(made, parts.with_columns(split=pl.lit("train"))) == []


def test_a_group_is_shared_however_it_is_written() -> None:
    rows = ROWS.with_columns(speaker=pl.Series(["3", "3.0", " 3", "4", None, None]))
    split = pl.DataFrame({"id": ROWS["id"], "split": TURNS})
    leak = find_leaks(corpus(rows), split)[0]
    assert (leak.column, leak.count, leak.rows) == ("speaker", 1, 3)
