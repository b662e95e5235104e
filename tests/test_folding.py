from hypothesis import given
from hypothesis import strategies as st

from malsori.console import Column, Table, fitted
from malsori.folding import fold, width, widths


@given(text=st.text("ab가/_: ", max_size=60), most=st.integers(3, 20))
def test_no_line_is_too_long_and_what_is_short_is_whole(text, most):
    folded = fold(text, most)
    assert all(width(line) <= most for line in folded.split("\n"))
    if "…" not in folded:
        assert "".join(folded.split()) == "".join(text.split())


def test_words_are_not_torn():
    assert fold("emotion: 'surpised' is no class", 12) == "emotion:\n'surpised'\nis no class"
    assert fold("Sess02_script01_M001", 10) == "Sess02_\nscript01_\nM001"
    assert fold("64d96e86000000000000000006_20230207", 12) == "64d96e…00006_\n20230207".replace(
        "64d96e…00006_", fold("64d96e86000000000000000006_", 12)
    )


def test_numbers_keep_their_width():
    lines = [["row", "id", "detail"], ["12345", "a_b", "there is no file of that name"]]
    assert widths(lines, [True, False, False], 20) == [5, 3, 12]


def test_a_narrow_terminal_gets_whole_words_and_a_wide_one_the_table():
    key, file = "Sess02_script01_M001", "KEMDy19.zip::wav/Session02/Sess02_script01_M001.wav"
    columns = [Column("row", "right"), "id", "file", "reason", "detail"]
    detail = f"/data/of/somebody/{file} does not exist: the archive has no such member"
    table = Table("Quarantine", columns, [[6, key, file, "missing", detail]])
    assert fitted(table, 400) == table.cells()
    (row,) = fitted(table, 80)
    assert sum(max(map(width, cell.split("\n"))) for cell in row) <= 80 - 3 * 5 - 1
    assert "".join(row[1].split()) == key
    assert "".join(row[2].split()) == file
    assert row[3] == "missing"


def test_a_terminal_too_narrow_for_anything_gets_the_table_as_it_is():
    table = Table("t", [Column("n", "right"), "name"], [["1" * 30, "a_b_c"]])
    assert fitted(table, 20) == table.cells()
