"""Encodings are guessed only where the guess is safe, and errors name the line."""

import pytest

from malsori.corpus.decoding import decode
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
