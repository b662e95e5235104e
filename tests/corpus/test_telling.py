"""What ids tell of those who speak."""

import polars as pl
import pytest

from malsori.corpus.telling import told_by_ids

ROWS = pl.DataFrame(
    {
        "id": [f"r{i:03}" for i in range(40)],
        "speaker": [f"Actor_{i % 4:02}" for i in range(40)],
        "call": [f"c{i // 4}" for i in range(40)],
        "audio": [f"a/{i}.wav" for i in range(40)],
        "label.mood": ["angry", "sad"] * 20,
        "meta.city": ["서울", "부산", "인천", "광주"] * 10,
        "meta.number": [str(i) for i in range(40)],
    }
)


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        ("r{i:03}", []),
        ("{i}", []),
        ("T{i:05}_{i}", []),
        ("clips/{i}", ["path"]),
        ("clips\\{i}", ["path"]),
        ("Actor_{s:02}-{i}", ["speaker"]),
        ("ACTOR_{s:02}-{i}", ["speaker"]),
        ("x_{mood}_{i}", ["mood"]),
        ("{i}{mood}", ["mood"]),
        ("c{c}-{i}", ["call"]),
        ("{city}{i}", ["city"]),
    ],
)
def test_ids_that_tell_and_ids_that_do_not(ids, told):
    moods, cities = ROWS["label.mood"], ROWS["meta.city"]
    names = [ids.format(i=i, s=i % 4, c=i // 4, mood=moods[i], city=cities[i]) for i in range(40)]
    assert told_by_ids(ROWS.with_columns(pl.Series("id", names))) == told


def test_the_name_of_the_file_is_told():
    rows = ROWS.with_columns(
        pl.Series("id", [f"KIM{i}x" for i in range(40)]),
        pl.Series("audio", [f"kim{i}x.WAV" for i in range(40)]),
    )
    assert told_by_ids(rows) == ["file"]


def test_numbers_of_speakers_are_told_where_they_stand_alone():
    """As in 03-01-06-01-02-01-12; that row 3 is of speaker 3 now and then is chance."""
    rows = ROWS.with_columns(pl.Series("speaker", [str(i % 4) for i in range(40)]))
    assert told_by_ids(rows.with_columns(pl.Series("id", [f"{i}" for i in range(40)]))) == []
    named = rows.with_columns(pl.Series("id", [f"03-{i}-{i % 4}" for i in range(40)]))
    assert told_by_ids(named) == ["speaker"]


def test_calls_of_one_row_each_are_ids_themselves():
    rows = ROWS.with_columns(pl.Series("id", [f"C{i:04}" for i in range(40)]))
    assert told_by_ids(rows.with_columns(call=pl.col("id"))) == []
    assert told_by_ids(rows.with_columns(speaker=pl.col("id"))) == ["speaker"]
