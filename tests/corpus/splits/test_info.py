import polars as pl

from malsori.corpus.splits.info import SplitInfo, count_parts, hash_split, split_table


def test_the_hash_sees_every_row_and_no_order() -> None:
    frame = pl.DataFrame({"id": ["a", "b", "c"], "split": ["train", "test", "train"]})
    moved = frame.with_columns(split=pl.Series(["train", "train", "test"]))
    assert hash_split(frame) == hash_split(frame.sort("id", descending=True))
    assert hash_split(frame) != hash_split(moved)
    assert hash_split(frame) != hash_split(frame.head(2))


def test_parts_without_rows_are_counted_as_none() -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "split": ["train", "train"]})
    assert count_parts(frame) == {"train": 2, "validation": 0, "test": 0, "dropped": 0}


def _fold(number: int, *notes: str) -> SplitInfo:
    frame = pl.DataFrame({"id": ["a"], "split": ["train"]})
    counts = count_parts(frame)
    return SplitInfo(f"each-{number}", frame, "", {}, counts, {}, {}, notes=notes)


def test_what_hundreds_of_folds_lack_is_said_in_one_line() -> None:
    folds = [
        _fold(i, f"test has no symptom = {i}", "test has fewer than 20 rows") for i in range(300)
    ]
    note = split_table(folds).note
    assert note == "test has no symptom = this or that class\ntest has fewer than 20 rows"


def test_few_different_lists_of_absent_classes_are_told_one_by_one() -> None:
    folds = [_fold(i, f"test has no gender = {'FM'[i % 2]}") for i in range(30)]
    first, second = (split_table(folds).note or "").split("\n")
    assert first.startswith("each-0, each-2, ")
    assert first.endswith(" and 8 more: test has no gender = F")
    assert second.endswith("test has no gender = M")
