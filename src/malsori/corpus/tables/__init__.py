"""Tables as people have them: CSV, TSV, JSON, Parquet, in several encodings, as strings.

Every value becomes a string or null; what it means is decided in ``schema_inference``. Rows keep
the line number that an editor shows, so that a person finds them again. One odd row, cell or
column ends no import: it is told, or stands among the broken rows.
"""

from malsori.corpus.tables.cells import as_string
from malsori.corpus.tables.raw import Broken, RawTable
from malsori.corpus.tables.reading import SUFFIXES, read_table

__all__ = ["SUFFIXES", "Broken", "RawTable", "as_string", "read_table"]
