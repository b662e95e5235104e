import time

from malsori.console import Column, ProgressLine, Table, duration, number, progress, width

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


def test_durations_carry_over():
    assert [duration(s) for s in (59.6, 60, 3599.9)] == ["1 min 0 s", "1 min 0 s", "1 h 0 min"]


def test_a_log_gets_lines_with_time_left(capsys):
    line = ProgressLine("train", 4, unit="step", every=0)
    line.resume_from(1)
    time.sleep(0.01)
    line.advance(note="skill 0.2")
    line.close()
    said = capsys.readouterr().err
    assert said.startswith("train 2/4 · ")
    assert " left · " in said
    assert said.rstrip().endswith("skill 0.2")


def test_progress_passes_everything_on_and_needs_no_length(capsys):
    assert list(progress(iter([1, 2, 3]), label="read", every=0)) == [1, 2, 3]
    assert "read 3 · " in capsys.readouterr().err


def test_the_lines_of_a_note_stay_apart():
    assert Table("T", ["a"], [], "- one\n- two").text() == "T\na\n- one\n- two"
