"""JSON in every form that is clear; the others are refused by name."""

import json

import pytest

from malsori.corpus.tables import read_table
from malsori.errors import MalsoriError

RECORDS = [{"id": str(i), "text": f"네 {i}", "n": {"a": [i]}} for i in range(3)]


@pytest.fixture
def table(tmp_path):
    def read(text, name="a.jsonl"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return read_table(tmp_path / name)

    return read


def written(**options):
    return [json.dumps(record, ensure_ascii=False, **options) for record in RECORDS]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "text",
    [
        lambda indent: json.dumps(RECORDS, indent=indent),
        lambda indent: "\n".join(written(indent=indent)),
        lambda indent: "[\n" + ",\n".join(written(indent=indent)) + ",\n]\n",
        lambda indent: "\ufeff" + "\r\n\r\n".join(written(indent=indent)),
    ],
    ids=["array", "objects", "trailing comma", "mark"],
)
def test_objects_in_every_form(table, text, name, indent):
    read = table(text(indent), name)
    assert read.broken == []
    assert read.frame.rows() == [(str(i), f"네 {i}", f'{{"a": [{i}]}}') for i in range(3)]


def test_an_array_is_told(table):
    read = table(json.dumps([RECORDS[0], 3, RECORDS[1]]))
    assert read.notes == ["the file is one JSON array: its rows are numbered from 1"]
    assert (read.rows, [b.row for b in read.broken]) == ([1, 3], [2])


@pytest.mark.parametrize("indent", [None, 1])
def test_a_key_twice_is_the_fault_of_one_row(table, indent):
    text = json.dumps([*RECORDS, {"id": "x", "more": {"y": 1}}], indent=indent)
    read = table(text.replace('"y"', '"y": 2, "y"'))
    assert (len(read.rows), [b.row for b in read.broken]) == (3, [4])


def test_objects_over_several_lines_are_told(table):
    lines = [*written(indent=2), '{"id": "9",', '{"id": "10"}']
    read = table("\n".join(lines))
    assert read.frame["id"].to_list() == ["0", "1", "2", "10"]
    assert read.notes == [
        "JSON objects over several lines are read as one row each (lines 1, 10, 19)"
    ]
    assert [b.row for b in read.broken] == [28]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"id": "x", "text": "a", "text": "b"}', "key 'text' stands twice in one object"),
        ('{"id": "x", " text": "a", "text": "b"}', "key 'text' stands twice in one object"),
        ('{"id": "\\ud83d"}', "it holds half of a character (\\ud83d)"),
        ('{"id": ' + "[" * 100_000, "not JSON"),
        ('{"id": ' + "9" * 5000 + "}", "not JSON: Exceeds the limit"),
        ('{"id": "x",}', "not JSON"),
        ("id,text", "not JSON"),
        ('"x"', "a JSON str, not an object"),
    ],
)
def test_an_odd_line_is_one_broken_row(table, line, fault):
    read = table("\n".join([*written(), line, *written()]))
    assert len(read.rows) == 6
    (broken,) = read.broken
    assert broken.row == 4
    assert broken.detail.startswith(fault)


def test_nan_is_nothing_and_types_may_differ(table):
    read = table('{"a": NaN, "": 1}\n{"a": 1.0, "a": 1}\n{"a": true}\n{"a": 1e300}\n')
    assert read.frame.to_dict(as_series=False) == {"a": [None, "1", "true", "1e+300"]}


@pytest.mark.parametrize(
    ("whole", "what"),
    [
        ({"id": ["a"], "text": ["네"]}, r"one JSON object of whole columns \(id, text\)"),
        ({"id": {"0": "a"}, "text": {"0": "네"}}, "one JSON object of whole columns"),
        ({"data": RECORDS}, r"one JSON object of all rows under one key \(data\)"),
    ],
)
def test_columns_are_no_rows(table, whole, what):
    with pytest.raises(MalsoriError, match=f"{what}.*orient="):
        table(json.dumps(whole, indent=1), "a.json")
