"""Text files in the encodings that Korean corpora come in."""

from __future__ import annotations

import codecs
from collections import Counter
from pathlib import Path

from malsori.archives import read_bytes
from malsori.errors import MalsoriError


def decode(path: Path, encoding: str | None = None) -> tuple[str, list[str]]:
    """Decode a text file, or a member of an archive, and say which encoding was guessed.

    Returns:
        The text, and a note if it is not UTF-8.

    Raises:
        MalsoriError: with the line that no encoding fits, or that the named one does not.
    """
    data = read_bytes(path)
    if encoding is not None:
        return _decode_as(path, data, encoding), []
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(path, data, "utf-16"), [f"{path.name} is UTF-16"]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = _line(data, error.start)
        bad = data[error.start]
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError as error:
        raise MalsoriError(
            f"{path}:{line}: not UTF-8 (byte 0x{bad:02x}), and line {_line(data, error.start)} "
            "is not CP949",
            hint="name the encoding, as in --option encoding=cp1252, or save the file as UTF-8",
        ) from error
    if not _plausible_cp949(text):
        raise MalsoriError(
            f"{path}:{line}: not UTF-8 (byte 0x{bad:02x}), and read as CP949 it holds "
            "syllables that Korean hardly uses",
            hint="name the encoding, as in --option encoding=cp1252, or encoding=cp949",
        )
    return text, [f"{path.name} is not UTF-8; read as CP949"]


def _decode_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalsoriError(
            f"{path}:{_line(data, error.start)}: not {encoding} (byte 0x{data[error.start]:02x})",
            hint="name another encoding, or none to have it guessed",
        ) from error
    except LookupError as error:
        raise MalsoriError(
            f"there is no encoding {encoding!r}", hint="usual ones: utf-8, cp949, cp1252, utf-16"
        ) from error


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _plausible_cp949(text: str) -> bool:
    """Whether most of what is not ASCII lies in KS X 1001 (2,350 syllables in use).

    Western text in cp1252 decodes as CP949 now and then, into syllables outside that set:
    `It’s` becomes `It뭩`.
    """
    letters = Counter(c for c in text if not c.isascii())
    common = sum(n for c, n in letters.items() if min(c.encode("cp949")) >= 0xA1)
    return 2 * common >= letters.total()
