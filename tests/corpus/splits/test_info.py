import polars as pl

from malsori.corpus.splits.info import count_parts, hash_split


def test_the_hash_sees_every_row_and_no_order() -> None:
    frame = pl.DataFrame({"id": ["a", "b", "c"], "split": ["train", "test", "train"]})
    moved = frame.with_columns(split=pl.Series(["train", "train", "test"]))
    assert hash_split(frame) == hash_split(frame.sort("id", descending=True))
    assert hash_split(frame) != hash_split(moved)
    assert hash_split(frame) != hash_split(frame.head(2))


def test_parts_without_rows_are_counted_as_none() -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "split": ["train", "train"]})
    assert count_parts(frame) == {"train": 2, "validation": 0, "test": 0, "dropped": 0}
