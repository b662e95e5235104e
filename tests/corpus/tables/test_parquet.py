"""Parquet columns of every type are read, or told and left out."""

import datetime
import math
from contextlib import suppress
from decimal import Decimal

import polars as pl
import pytest

from malsori.corpus.tables import read_table
from malsori.errors import MalsoriError

SECOND = datetime.timedelta(seconds=1.5)


def series(values, dtype=None, **options):
    return pl.Series(values, dtype=dtype, **options)


READ = {
    "us": (series([SECOND, None], pl.Duration("us")), ["1.5", None]),
    "ns": (series([SECOND, None], pl.Duration("ns")), ["1.5", None]),
    "ms": (series([SECOND * 2, None], pl.Duration("ms")), ["3", None]),
    "time": (series([datetime.time(1, 2, 3), None]), ["01:02:03", None]),
    "zone": (
        series([datetime.datetime(2024, 1, 2), None]).dt.replace_time_zone("Asia/Seoul"),
        ["2024-01-02 00:00:00.000000+09:00", None],
    ),
    "decimal": (series([Decimal("1.50"), Decimal("2.00")]), ["1.5", "2"]),
    "enum": (series(["a", None], pl.Enum(["a", "b"])), ["a", None]),
    "null": (series([None, None]), [None, None]),
    "unsigned": (series([2**64 - 1, 0], pl.UInt64), [str(2**64 - 1), "0"]),
    "float": (series([math.inf, math.nan]), ["inf", None]),
    "small": (series([1.0, 0.5], pl.Float32), ["1", "0.5"]),
}
LEFT = {
    "list": (series([[1, 2], [3]]), "[1, 2]"),
    "array": (series([[1.0, 2.0], [3.0, 4.0]], pl.Array(pl.Float32, 2)), "[1.0, 2.0]"),
    "struct": (series([{"a": 1}, {"a": 2}]), '{"a": 1}'),
    "binary": (series([b"x", b"\xff"]), "x"),
    "times": (series([[SECOND], []], pl.List(pl.Duration("us"))), '["0:00:01.500000"]'),
}


@pytest.fixture
def table(tmp_path):
    def read(columns, **options):
        frame = pl.DataFrame([column.alias(name) for name, column in columns.items()])
        frame.write_parquet(tmp_path / "a.parquet")
        return read_table(tmp_path / "a.parquet", **options)

    return read


def test_types_that_can_be_text(table):
    read = table({name: column for name, (column, _) in READ.items()})
    assert read.frame.to_dict(as_series=False) == {n: cells for n, (_, cells) in READ.items()}
    assert read.notes == []


@pytest.mark.parametrize("name", LEFT)
def test_others_are_told_and_left_out_unless_wanted(table, name):
    column, first = LEFT[name]
    columns = {"id": series(["a", "b"]), name: column}
    read = table(columns)
    assert read.frame.columns == ["id"]
    (note,) = read.notes
    assert note.startswith(f"column {name!r} of a.parquet holds ")
    read = table(columns, wanted=[name])
    assert read.frame[name][0] == first
    assert read.notes == []


def test_names_are_one_after_cleaning(table):
    with pytest.raises(MalsoriError, match="names column 'id' more than once"):
        table({"id": series(["a"]), " id": series(["b"])})


def test_a_damaged_file_is_told(table, tmp_path):
    table({"id": series(["a"] * 1000)})
    data = (tmp_path / "a.parquet").read_bytes()
    for part in (data[:40], data[:-20], data[:8] + bytes(len(data) - 16) + data[-8:]):
        (tmp_path / "b.parquet").write_bytes(part)
        with pytest.raises(MalsoriError, match="is not a Parquet file"):
            read_table(tmp_path / "b.parquet")


def test_a_reader_that_panics_says_nothing_itself(table, tmp_path, capfd):
    table({"id": series(["a", None, "b"] * 20), "n": series([1.5, None] * 30)})
    data = (tmp_path / "a.parquet").read_bytes()
    for at in range(4, len(data), 3):
        damaged = data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :]
        (tmp_path / "b.parquet").write_bytes(damaged)
        with suppress(MalsoriError):
            read_table(tmp_path / "b.parquet")
    assert capfd.readouterr() == ("", "")
