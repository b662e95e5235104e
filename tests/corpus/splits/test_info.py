import polars as pl

from malsori.corpus.splits.info import SplitInfo, count_parts, hash_split, split_table
from malsori.notes import Note
from malsori.words import Words


def test_the_hash_sees_every_row_and_no_order() -> None:
    frame = pl.DataFrame({"id": ["a", "b", "c"], "split": ["train", "test", "train"]})
    moved = frame.with_columns(split=pl.Series(["train", "train", "test"]))
    assert hash_split(frame) == hash_split(frame.sort("id", descending=True))
    assert hash_split(frame) != hash_split(moved)
    assert hash_split(frame) != hash_split(frame.head(2))


def test_parts_without_rows_are_counted_as_none() -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "split": ["train", "train"]})
    assert count_parts(frame) == {"train": 2, "validation": 0, "test": 0, "dropped": 0}


def _fold(number: int, *notes: Note) -> SplitInfo:
    frame = pl.DataFrame({"id": ["a"], "split": ["train"]})
    counts = count_parts(frame)
    return SplitInfo(f"each-{number}", frame, "", {}, counts, {}, {}, notes=notes)


def _lacks(task: str, classes: str) -> Note:
    return Note("split.part_lacks", {"part": "test", "task": task, "classes": classes})


def test_what_hundreds_of_folds_lack_is_said_in_one_line() -> None:
    few = Note("split.few_in_part", {"part": "test", "n": 20})
    folds = [_fold(i, _lacks("symptom", str(i)), few) for i in range(300)]
    assert split_table(folds).note == (
        "The test part has no symptom = this or that class.\nThe test part has fewer than 20 rows."
    )
    assert (split_table(folds, Words("ko")).note or "").startswith(
        "테스트 부분에 없는 symptom 클래스가 있습니다.\n"
    )


def test_few_different_lists_of_absent_classes_are_told_one_by_one() -> None:
    folds = [_fold(i, _lacks("gender", "FM"[i % 2])) for i in range(30)]
    first, second = (split_table(folds).note or "").split("\n")
    assert first.startswith("each-0, each-2, ")
    assert first.endswith(" and 8 more: The test part has no gender = F.")
    assert second.endswith("The test part has no gender = M.")
