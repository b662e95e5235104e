"""Read a table by its suffix."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from malsori.archives import divided, read_bytes
from malsori.corpus.decoding import decoded_lines
from malsori.corpus.tables.delimited import read_delimited
from malsori.corpus.tables.disguises import check_disguise
from malsori.corpus.tables.json_rows import read_json
from malsori.corpus.tables.parquet import read_parquet
from malsori.corpus.tables.raw import RawTable
from malsori.errors import MalsoriError

_JSON: Final = (".jsonl", ".ndjson", ".json")
SUFFIXES: Final = (".csv", ".tsv", ".txt", *_JSON, ".parquet")


def read_table(
    path: Path, *, encoding: str | None = None, wanted: Collection[str] = ()
) -> RawTable:
    """Read a table by its suffix.

    Args:
        path: ``.csv``, ``.tsv``, ``.txt`` (comma, tab, semicolon or ``|``, by the header),
            ``.jsonl``, ``.ndjson``, ``.json`` (objects, one a line or in one array) or
            ``.parquet``; any may be a member, ``a.zip::calls.csv``.
        encoding: of a text file; None tries UTF-8 with and without a mark, then CP949.
        wanted: columns that are asked for by name: of a Parquet file also lists and structures,
            as JSON, which are left out otherwise.

    Raises:
        MalsoriError: no such file, another suffix, something else than its suffix says, another
            encoding (with the line), a header that names a column twice, or not one row.
    """
    if not divided(path)[0].is_file():
        raise MalsoriError(f"{path}: no such file")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise MalsoriError(
            f"{path}: a table ends in {', '.join(SUFFIXES)}", hint="export it as CSV, in UTF-8"
        )
    if suffix == ".parquet":
        table = read_parquet(path, wanted)
    else:
        data = read_bytes(path)
        check_disguise(path, data)
        text, notes = decoded_lines(path, data, encoding)
        del data
        table = (read_json if suffix in _JSON else read_delimited)(path, text, notes)
    if not table.rows and not table.broken:
        raise MalsoriError(f"{path} holds no rows", hint="a header alone makes no corpus")
    return table
