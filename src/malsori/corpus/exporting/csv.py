"""Export as one CSV file that refers to the audio where it lies."""

from __future__ import annotations

import codecs

from malsori.corpus.exporting._cells import csv_text, flat
from malsori.corpus.exporting._selection import Selection
from malsori.corpus.exporting._table import TableExporter


class Csv(TableExporter):
    """UTF-8, comma, every text in quotes, no text changed: a cell may begin with ``=``.

    Several classes are joined with ``;``; soft labels and raters are JSON.

    Args:
        bom: begin with a byte order mark, without which Excel reads Korean as something else.
    """

    suffix = ".csv"

    def __init__(self, *, bom: bool = False) -> None:
        self.bom = bom

    def content(self, selection: Selection) -> bytes:
        """The table."""
        return (codecs.BOM_UTF8 if self.bom else b"") + csv_text(flat(selection)).encode()
