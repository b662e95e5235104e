"""Encodings are guessed only where the guess is safe, and errors name the line."""

import pytest

from malsori.corpus.decoding import decode, decoded_lines
from malsori.errors import MalsoriError

TEXT = "id,발화문\n1,불이 났어요\n2,사람이 쓰러졌어요\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_common_encodings_are_recognised(tmp_path, encoding):
    file = tmp_path / "calls.csv"
    file.write_bytes(TEXT.encode(encoding))
    text, notes = decode(file)
    assert text == TEXT
    assert bool(notes) == (not encoding.startswith("utf-8"))


def test_a_named_encoding_is_taken(tmp_path):
    file = tmp_path / "calls.csv"
    file.write_bytes("It’s".encode("cp1252"))
    assert decode(file, "cp1252") == ("It’s", [])


def test_western_text_is_not_taken_for_korean(tmp_path):
    file = tmp_path / "meld.csv"
    file.write_bytes("id,text\n1,ok\n2,It’s\n3,You’re\n".encode("cp1252"))
    with pytest.raises(MalsoriError, match=r"meld.csv:3: .*hardly uses.*encoding=cp1252"):
        decode(file)


def test_what_no_encoding_fits_is_named_by_line(tmp_path):
    file = tmp_path / "calls.csv"
    file.write_bytes(TEXT.encode() + b"3,\xff\xfe\n")
    with pytest.raises(MalsoriError, match=r"calls.csv:4: not UTF-8 \(byte 0xff\), and line \d"):
        decode(file)


def test_a_wrong_named_encoding_is_named_by_line(tmp_path):
    file = tmp_path / "calls.csv"
    file.write_bytes(TEXT.encode("cp949"))
    with pytest.raises(MalsoriError, match=r"calls.csv:1: not utf-8 \(byte 0x"):
        decode(file, "utf-8")


def test_an_encoding_that_does_not_exist(tmp_path):
    file = tmp_path / "calls.csv"
    file.write_bytes(b"id")
    with pytest.raises(MalsoriError, match=r"no encoding 'utf-9' \(usual ones"):
        decode(file, "utf-9")


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_few_odd_lines_leave_the_others_whole(tmp_path, encoding):
    lines = [
        line.encode(encoding) for line in TEXT.splitlines()[:1] + [f"{i},불이야" for i in range(20)]
    ]
    odd = {3: b"3,\xff\xfe", 9: b"9,\xa0\xff"}
    data = b"\n".join(odd.get(i, line) for i, line in enumerate(lines))
    text, notes = decoded_lines(tmp_path / "calls.csv", data)
    assert sum(line == f"{i - 1},불이야" for i, line in enumerate(text.split("\n"))) == 18
    assert notes[0].startswith(f"calls.csv: 2 lines are not {encoding.upper()}, the rest is")


@pytest.mark.parametrize(
    "data",
    [
        b"id,text\n1,ok\n2,It\x92s\n3,You\x92re\n",  # cp1252, and nothing but a person knows it
        "id,말\n".encode("cp949") + b"1,\xff\n2,\xff\n",
        "id,발화문\n1,불\n".encode() + "2,물\n3,문\n4,말\n".encode("cp949"),
    ],
)
def test_where_any_encoding_may_be_meant_it_has_to_be_named(tmp_path, data):
    with pytest.raises(MalsoriError, match="name the encoding"):
        decoded_lines(tmp_path / "calls.csv", data)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_seen(tmp_path, encoding):
    file = tmp_path / "calls.csv"
    file.write_bytes(("id,text,speaker\n1,불,네\n" * 3).encode(encoding))
    text, notes = decode(file)
    assert text.startswith("id,text,speaker\n1,불,네\n")
    assert notes[0].startswith("calls.csv is UTF-")
