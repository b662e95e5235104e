import unicodedata

import polars as pl
import pytest

from malsori.corpus.grouping import find_column, group_rows, values_of
from malsori.errors import MalsoriError

COLUMNS = ["id", "call", "speaker", "text", "duration", "label.mood", "features.face", "meta.film"]


def test_short_names_find_meta_columns_and_full_names_themselves() -> None:
    assert find_column("film", COLUMNS) == "meta.film"
    assert find_column("meta.film", COLUMNS) == "meta.film"
    assert find_column("text", COLUMNS) == "text"


@pytest.mark.parametrize("name", ["label.mood", "id", "duration", "features.face"])
def test_columns_that_cannot_group_are_refused_with_those_that_can(name: str) -> None:
    with pytest.raises(MalsoriError, match=r"grouped by call, speaker, text, meta\.film"):
        find_column(name, COLUMNS)


def test_a_task_is_told_from_a_group_and_a_typo_is_corrected() -> None:
    with pytest.raises(MalsoriError, match="stratify"):
        find_column("mood", COLUMNS)
    with pytest.raises(MalsoriError, match="did you mean 'speaker'"):
        find_column("speeker", COLUMNS)


def test_text_groups_by_its_normalised_form() -> None:
    frame = pl.DataFrame({"id": list("abcd"), "text": ["네, 맞아요.", "네 맞아요", None, "!?"]})
    groups = group_rows(frame, "text")
    assert values_of(frame, "text").to_list() == ["네맞아요", "네맞아요", None, None]
    assert groups.codes.tolist() == [0, 0, 1, 2]
    assert (groups.nulls, groups.count) == (2, 3)


@pytest.mark.parametrize("column", ["speaker", "call", "dialogue", "role", "meta.room"])
def test_a_group_is_one_however_it_is_written(column: str) -> None:
    written = ["3", " 3", "3.0", "3\u00a0", "\u200b3", "03", "\ufeff"]
    groups = group_rows(pl.DataFrame({"id": list("abcdefg"), column: written}), column)
    assert groups.codes.tolist() == [1, 1, 1, 1, 1, 0, 2]
    assert groups.nulls == 1


def test_a_column_is_found_in_decomposed_letters() -> None:
    assert find_column(unicodedata.normalize("NFD", "방"), ["meta.방"]) == "meta.방"


def test_groups_do_not_depend_on_the_order_of_rows() -> None:
    frame = pl.DataFrame({"id": list("abcde"), "speaker": ["y", None, "x", "y", None]})
    codes = dict(zip(frame["id"], group_rows(frame, "speaker").codes, strict=True))
    turned = frame.reverse()
    assert dict(zip(turned["id"], group_rows(turned, "speaker").codes, strict=True)) == codes


def test_a_column_of_nulls_makes_every_row_a_group() -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "call": pl.Series([None, None], dtype=pl.String)})
    assert group_rows(frame, "call").codes.tolist() == [0, 1]
