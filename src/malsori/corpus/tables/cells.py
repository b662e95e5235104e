"""Values as cells of a table: strings, or nothing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from malsori.corpus.counting import few
from malsori.schema import normal, seen

# Half of a pair of UTF-16, or a byte that the file's encoding does not know (``decoding``).
HALF: Final = re.compile("[\ud800-\udfff]")
_UNKNOWN_BYTES: Final = range(0xDC80, 0xDD00)
# Larger whole numbers are no longer exact as floats, and may have 300 digits.
_EXACT: Final = 2.0**53


def as_string(value: Any) -> str | None:
    """A value as a table cell: whole numbers without ``.0``, null and NaN as nothing.

    Example:
        >>> as_string(1.0), as_string(True), as_string(float("nan")), as_string(["a"])
        ('1', 'true', None, '["a"]')
    """
    if value is None or (isinstance(value, float | Decimal) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        return str(int(value))
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value.normalize():f}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def no_unicode(texts: Sequence[str | None]) -> str | None:
    r"""What of a row's texts is no character at all, in words, or None.

    Example:
        >>> no_unicode(["a", "b\udcff"]), no_unicode(["\ud83d"]), no_unicode(["네", None])
        ('byte 0xff is none of its encoding', 'it holds half of a character (\\ud83d)', None)
    """
    for text in texts:
        match = HALF.search(text) if text and not text.isascii() else None
        if match:
            code = ord(match[0])
            if code in _UNKNOWN_BYTES:
                return f"byte 0x{code - 0xDC00:02x} is none of its encoding"
            return f"it holds half of a character (\\u{code:04x})"
    return None


def odd_names(written: Iterable[str]) -> list[str]:
    """What to say of names of columns with characters that nobody sees.

    Example:
        >>> odd_names(["id", "te\u200bxt"])
        ["characters that nobody sees are left out of the names of columns: 'text'"]
    """
    odd = [repr(normal(name)) for name in written if seen(name) != name]
    what = "characters that nobody sees are left out of the names of columns"
    return [f"{what}: {few(odd, 5)}"] if odd else []


def lines_shown(lines: Sequence[int]) -> str:
    """Some line numbers in brackets, as a note has them.

    Example:
        >>> lines_shown([3]), lines_shown([3, 5])
        ('(line 3)', '(lines 3, 5)')
    """
    return f"(line{'s' if len(lines) > 1 else ''} {few([str(line) for line in lines], 5)})"


def text_frame(block: Sequence[Sequence[str | None]], width: int) -> pl.DataFrame:
    """Rows of cells as columns of strings."""
    schema = [(f"column_{i}", pl.String) for i in range(width)]
    return pl.DataFrame(block, schema=schema, orient="row")


def blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells of nothing but white space say nothing."""
    if not frame.width:
        return frame
    return frame.with_columns(pl.when(pl.all().str.strip_chars() != "").then(pl.all()).name.keep())
