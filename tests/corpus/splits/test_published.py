import polars as pl
import pytest

from malsori.corpus.splits.published import published_parts
from malsori.errors import MalsoriError


@pytest.mark.parametrize(
    ("name", "part"),
    [("Train", "train"), (" training", "train"), ("valid", "validation"), ("DEV", "validation"),
     ("val", "validation"), ("eval", "test"), ("Test", "test")],
)  # fmt: skip
def test_usual_names(name: str, part: str) -> None:
    assert published_parts(pl.Series("split", ["train", "test", name]))[2] == part


def test_rows_without_a_part_are_dropped() -> None:
    assert published_parts(pl.Series(["train", None, "test"])).to_list()[1] == "dropped"


def test_other_names_and_missing_parts_are_refused() -> None:
    with pytest.raises(MalsoriError, match="'holdout'"):
        published_parts(pl.Series("split", ["train", "holdout"]))
    with pytest.raises(MalsoriError, match="no row for test"):
        published_parts(pl.Series("split", ["train", "dev"]))
