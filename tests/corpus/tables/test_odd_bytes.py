"""Whatever the bytes of a table are, its import ends with an account or with one message."""

import io
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError

ROWS = [
    {"id": f"u{i}", "text": f"문이, 안 열려요 {i}", "start": i / 2, "mood": "ab"[i % 2]}
    for i in range(12)
]
FRAME = pl.DataFrame(ROWS)


def parquet():
    out = io.BytesIO()
    FRAME.write_parquet(out)
    return out.getvalue()


GOOD = {
    "csv": FRAME.write_csv().encode(),
    "tsv": FRAME.write_csv(separator="\t").encode(),
    "txt": FRAME.write_csv(separator=";").encode("cp949"),
    "jsonl": FRAME.write_ndjson().encode(),
    "json": json.dumps(ROWS, indent=1).encode(),
    "parquet": parquet(),
}
ODD = [b'"', b"'", b"\x00", b"\r", b"\n", b"\t", b",", b";", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe"]
ODD += [
    b"{",
    b"]",
    b"\\ud800",
    b"\\",
    b"nan",
    b"1e999",
    b"-",
    b"\xe2\x80\x8b",
    b"\x1a",
    b":",
    b"sep=;\n",
]
MUTATIONS = st.lists(
    st.tuples(
        st.sampled_from(["put", "cut", "twice", "bit"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 60),
        st.sampled_from(ODD),
    ),
    min_size=1,
    max_size=6,
)


def mutated(data, mutations):
    for how, where, size, odd in mutations:
        at = int(where * len(data))
        piece = data[at : at + size]
        flipped = bytes([piece[0] ^ 1 << size % 8]) if piece else b""
        new = {"put": odd + piece, "cut": b"", "twice": piece * 2, "bit": flipped + piece[1:]}
        data = data[:at] + new[how] + data[at + size :]
    return data


@pytest.mark.parametrize("kind", GOOD)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mutations=MUTATIONS)
def test_no_bytes_end_an_import_otherwise(tmp_path, kind, mutations):
    file = tmp_path / f"a.{kind}"
    file.write_bytes(mutated(GOOD[kind], mutations))
    try:
        report = import_corpus(Table(file), tmp_path / "c", overwrite=True)
    except MalsoriError:
        return
    assert report.read == report.kept + sum(report.quarantined.values())
