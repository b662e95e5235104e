"""Files that are no tables are told by what they are."""

import gzip
import io
import zipfile

import pytest

from malsori.corpus.tables import read_table
from malsori.errors import MalsoriError


def archive():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (archive(), r"Excel workbook \(.xlsx\).*export it as CSV"),
        (gzip.compress(b"id,text\n"), "compressed with gzip.*gunzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel workbook"),
        (b"PAR1\x15\x04", "a Parquet file.*suffix .parquet"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "git lfs pull"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html><body>Log in", "page of HTML"),
        (b"RIFF\x00\x00\x00\x00WAVE", "a sound"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl", "a.parquet"])
def test_what_a_file_is(tmp_path, data, what, name):
    if name == "a.parquet" and data.startswith(b"PAR1"):
        what = "is not a Parquet file"
    (tmp_path / name).write_bytes(data)
    with pytest.raises(MalsoriError, match=what):
        read_table(tmp_path / name)
