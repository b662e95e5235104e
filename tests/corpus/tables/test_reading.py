"""Tables as people have them; row numbers are those of an editor."""

import csv
import datetime
import io
import json
import zipfile

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malsori.corpus.tables import read_table
from malsori.errors import MalsoriError


@pytest.fixture
def table(tmp_path):
    def read(content, name="calls.csv", **options):
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_table(file, **options)

    return read


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(table, delimiter, end):
    lines = [["id", "a;b\tc,d"], ["1", "x"], ["2", "y"]]
    text = end.join(delimiter.join(f'"{c}"' for c in line) for line in lines)
    read = table(text + end)
    assert read.frame.rows() == [("1", "x"), ("2", "y")]
    assert read.frame.columns == ["id", "a;b\tc,d"]
    assert read.rows == [2, 3]


def test_rows_are_counted_as_an_editor_does(table):
    read = table('id,text\na,"one\ntwo\nthree"\n\nb,four\nc\nd,five\n')
    assert read.rows == [2, 6, 8]
    assert [(b.row, b.reason) for b in read.broken] == [(7, "bad-row")]
    assert read.broken[0].detail == "1 fields where the header has 2"
    assert read.frame["text"].to_list() == ["one\ntwo\nthree", "four", "five"]


@pytest.mark.parametrize("rows", [3, 30_000])
def test_a_quote_that_is_never_closed_takes_no_other_row_with_it(table, rows):
    read = table("id,text\na,x\n" + 'b,"open\n' + "c,y\n" * rows)
    assert read.rows == [2, *range(4, rows + 4)]
    assert [(b.row, b.reason) for b in read.broken] == [(3, "bad-row")]
    assert "a quote opens and is not closed" in read.broken[0].detail


def test_a_quote_that_ends_in_another_row_takes_no_row_between_with_it(table):
    read = table('id,text\na,"one\nb,two\nc,"three"\nd,four\n')
    assert read.frame.rows() == [("b", "two"), ("c", "three"), ("d", "four")]
    assert [b.row for b in read.broken] == [2]


def test_a_long_row_says_which_lines_it_spans(table):
    read = table('id,text\na,"one\ntwo",three\nb,four\n')
    assert read.broken[0].detail.endswith("it spans lines 2 to 3 inside a quote")
    assert read.frame.rows() == [("b", "four")]


def test_quotes_within_a_cell_are_letters(table):
    read = table('id\ttext\na\t5" disk\nb\t"Yes" she said\n', "calls.tsv")
    assert read.frame["text"].to_list() == ['5" disk', '"Yes" she said']
    assert read.notes == ["quotes that enclose no whole cell are read as letters (row 3)"]


def test_blank_cells_are_null_and_others_are_kept_as_they_are(table):
    read = table("id,text,label\na,  ,\nb, x ,y\n")
    assert read.frame.rows() == [("a", None, None), ("b", " x ", "y")]


def test_columns_without_a_name_are_left_out(table):
    read = table(",id,text,\n0,a,x,\n1,b,y,\n")
    assert read.frame.columns == ["id", "text"]
    assert read.frame.rows() == [("a", "x"), ("b", "y")]


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("id,text,id\na,b,c\n", "a.csv", r"a.csv:1: the header names column 'id' more than once"),
        (",,\n1,2,3\n", "a.csv", r"a.csv:1: the header names no column"),
        ("id,text\n", "a.csv", r"a.csv holds no rows"),
        ("\n\n", "a.csv", r"a.csv is empty"),
        ("sep=;\n", "a.csv", r"a.csv:1: the header names no column"),
        ("", "a.jsonl", r"a.jsonl holds no rows"),
        ("x", "a.xlsx", r"a.xlsx: a table ends in .csv, .*export it as CSV"),
        ("x", "a.parquet", r"a.parquet is not a Parquet file"),
    ],
)
def test_errors_say_where(table, content, name, message):
    with pytest.raises(MalsoriError, match=message):
        table(content, name)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(MalsoriError, match="no such file"):
        read_table(tmp_path / "calls.csv")


def test_json_lines(table):
    lines = [
        {"id": "a", "turn": 1, "score": 2.0, "ok": True},
        {"id": "b", "text": "네\n네", "score": 0.5, "tags": ["x"], "turn": None},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    read = table(text + '\n\n{"id": \n[1]\n', "calls.jsonl")
    assert read.rows == [1, 2]
    assert read.frame.to_dict(as_series=False) == {
        "id": ["a", "b"],
        "turn": ["1", None],
        "score": ["2", "0.5"],
        "ok": ["true", None],
        "text": [None, "네\n네"],
        "tags": [None, '["x"]'],
    }
    assert [(b.row, b.detail) for b in read.broken] == [
        (4, "not JSON: Expecting value"),
        (5, "a JSON list, not an object"),
    ]


def test_parquet(tmp_path):
    frame = pl.DataFrame(
        {
            "id": ["a", "b"],
            "label": [1.0, None],
            "ok": [True, False],
            "kind": pl.Series(["x", "y"], dtype=pl.Categorical),
            "day": [datetime.date(2024, 1, 2), None],
            "audio": [{"bytes": b"x", "path": "a.wav"}] * 2,
            "symptom": pl.Series([["두통", "b"], None], dtype=pl.List(pl.String)),
        }
    )
    frame.write_parquet(tmp_path / "calls.parquet")
    read = read_table(tmp_path / "calls.parquet")
    assert read.rows == [1, 2]
    assert read.frame.rows() == [
        ("a", "1", "true", "x", "2024-01-02", '["두통", "b"]'),
        ("b", None, "false", "y", None, None),
    ]
    assert "column 'audio'" in read.notes[0]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=8)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from(",\t;"))
def test_what_csv_writes_is_read_back(table, rows, delimiter):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([("one", "two"), *rows])
    read = table(out.getvalue(), encoding="utf-8")
    assert read.frame.rows() == [tuple(c if c.strip() else None for c in row) for row in rows]
    assert not read.broken
    # An editor shows each row where its first cell begins.
    lines = out.getvalue().split("\n")
    starts = [
        2 + sum(sum(c.count("\n") for c in r) + 1 for r in rows[:i]) for i in range(len(rows))
    ]
    assert read.rows == starts
    assert all(lines[line - 1].startswith('"') for line in read.rows)


def test_a_member_of_an_archive_is_read_like_a_file(tmp_path):
    with zipfile.ZipFile(tmp_path / "set.zip", "w") as archive:
        archive.writestr("in/calls.csv", "id,text\r\na,네\r\n".encode("cp949"))
    read = read_table(tmp_path / "set.zip::in/calls.csv")
    assert read.frame.rows() == [("a", "네")]
    assert read.notes == ["calls.csv is not UTF-8; read as CP949"]
    with pytest.raises(MalsoriError, match=r"set.zip has no member in/other.csv"):
        read_table(tmp_path / "set.zip::in/other.csv")
    with pytest.raises(MalsoriError, match=r"none.zip::calls.csv: no such file"):
        read_table(tmp_path / "none.zip::calls.csv")
