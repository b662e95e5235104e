"""What is said of a table in which no column is known."""

import polars as pl
import pytest

from malsori.corpus.tables.unclear import unclear


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"id~text~mood": ["1~네~a", "2~응~b"]}, "looks like several separated by '~'"),
        ({"id:text": ["1:네"]}, "looks like several separated by ':'"),
        ({"id": ["1"]}, "its columns are id"),
        ({"1": ["2"], "네": ["응"]}, "its first line (1, 네) looks like a row"),
        ({"w/a.wav": ["w/b.wav"], "good": ["bad"]}, "looks like a row"),
        ({"u1": ["u2", "u3"], "good": ["bad", "good"]}, "looks like a row"),
        ({"key": ["1"], "words": ["네"]}, "its columns are key, words"),
        ({}, "it has none"),
    ],
)
def test_what_it_may_be(columns, said):
    assert said in unclear(pl.DataFrame(columns))[0]
