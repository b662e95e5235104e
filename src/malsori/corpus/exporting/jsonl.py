"""Export as JSON lines that refer to the audio where it lies."""

from __future__ import annotations

from malsori.corpus.exporting._cells import json_lines, plain
from malsori.corpus.exporting._selection import Selection
from malsori.corpus.exporting._table import TableExporter


class Jsonl(TableExporter):
    """UTF-8, one object a row with every key; lists stay lists, soft labels and raters records."""

    suffix = ".jsonl"

    def content(self, selection: Selection) -> bytes:
        """The lines."""
        return json_lines(plain(selection)).encode()
