"""Votes as a column."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.columns import RATING, complete
from malsori.corpus.labels import Vote, rater_column, votes_of

votes = st.builds(
    Vote,
    st.text(min_size=1, max_size=3),
    st.none() | st.text(max_size=3),
    st.none() | st.floats(0, 2),
)


@given(st.lists(st.lists(votes, max_size=4) | st.none(), max_size=5))
def test_what_is_written_is_read_again(rows):
    column = rater_column(rows, "raters.mood")
    assert column.dtype == pl.List(RATING)
    assert column.name == "raters.mood"
    assert votes_of(column) == [row or [] for row in rows]
    assert column.is_null().to_list() == [not row for row in rows]


def test_whole_numbers_are_intensities():
    assert votes_of(rater_column([[Vote("1", "a", 2), Vote("2", "a", 0.5)]]))[0][0].intensity == 2.0


def test_it_fits_the_corpus_columns():
    rows = pl.DataFrame({"id": ["a"]}).with_columns(rater_column([[Vote("1", "x", 1)]], "raters.m"))
    assert complete(rows)["raters.m"].to_list() == rows["raters.m"].to_list()
