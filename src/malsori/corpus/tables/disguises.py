"""Files that are something else than their name says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from malsori.errors import MalsoriError

_AS_CSV: Final = "export it as CSV, in UTF-8, and import that"
# How a file begins → what it is, and what to do
_BEGINNINGS: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx)", _AS_CSV),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", _AS_CSV),
    (b"\x1f\x8b", "compressed with gzip", "unpack it first, with gunzip"),
    (b"BZh", "compressed with bzip2", "unpack it first, with bunzip2"),
    (b"\xfd7zXZ\x00", "compressed with xz", "unpack it first, with unxz"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first, with unzstd"),
    (b"PAR1", "a Parquet file", "give it the suffix .parquet"),
    (b"ARROW1", "an Arrow or Feather file", "write it as Parquet"),
    (b"SQLite format 3\x00", "a SQLite database", _AS_CSV),
    (b"%PDF-", "a PDF document", _AS_CSV),
    (b"RIFF", "a sound (RIFF)", "name the table that lists the recordings"),
    (b"\x93NUMPY", "a NumPy array", "import it with the adapter embeddings"),
    (
        b"version https://git-lfs",
        "the pointer of Git LFS to a file that was not downloaded",
        "fetch the file itself with git lfs pull",
    ),
)
_PAGE: Final = re.compile(rb"\s*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def check_disguise(path: Path, data: bytes) -> None:
    """Refuse a file that begins like another kind of file.

    Raises:
        MalsoriError: it does; the message says as what.
    """
    parquet = path.suffix.lower() == ".parquet"
    start = data[:512].removeprefix(b"\xef\xbb\xbf")
    for beginning, what, mend in _BEGINNINGS:
        if start.startswith(beginning) and not (parquet and beginning == b"PAR1"):
            raise MalsoriError(f"{path} is no table but {what}", hint=mend)
    if _PAGE.match(start):
        raise MalsoriError(
            f"{path} is no table but a page of HTML",
            hint="often the page of an error or a login: download the file itself again",
        )
