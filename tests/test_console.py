from malsori.console import Column, Table, number, width

TABLE = Table(
    "Classes",
    ["class", Column("calls", "right")],
    [["불안/걱정", 322], ["중립", None]],
    note="n = 600",
)


def test_hangul_takes_two_columns_so_numbers_stay_aligned():
    lines = TABLE.text().splitlines()
    assert [width(line) for line in lines[1:4]] == [16, 16, 16]
    assert lines[-1] == "n = 600"


def test_records_keep_values_as_they_are():
    assert TABLE.records()[1] == {"class": "중립", "calls": None}


def test_a_missing_number_is_a_dash():
    assert number(None) == number(float("nan")) == "–"
    assert number(-0.5, 1) == "-0.5"


def test_the_lines_of_a_note_stay_apart():
    assert Table("T", ["a"], [], "- one\n- two").text() == "T\na\n- one\n- two"
