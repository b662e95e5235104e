"""Text files in the encodings that Korean corpora come in."""

from __future__ import annotations

import codecs
from collections import Counter
from pathlib import Path
from typing import Final

from malsori.archives import read_bytes
from malsori.errors import MalsoriError

_MARKS: Final = (  # that of UTF-32 begins like that of UTF-16
    ("utf-32", codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
    ("utf-16", codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
)
_ODD_LEAST: Final = 3
_ODD_LINES: Final = 0.1
"""Of lines that a file's encoding cannot read; more of them mean that it is another."""
_OTHERWISE: Final = "name the encoding, as in --option encoding=cp1252"


def decode(path: Path, encoding: str | None = None) -> tuple[str, list[str]]:
    """Decode a text file, or a member of an archive, and say which encoding was guessed.

    Returns:
        The text, and a note if it is not UTF-8.

    Raises:
        MalsoriError: with the line that no encoding fits, or that the named one does not.
    """
    return decoded(path, read_bytes(path), encoding)


def decoded(path: Path, data: bytes, encoding: str | None = None) -> tuple[str, list[str]]:
    """The same of a file's content."""
    if encoding is not None:
        return _decode_as(path, data, encoding), []
    marked = next((name for name, *marks in _MARKS if data.startswith(tuple(marks))), None)
    if marked is not None:
        return _decode_as(path, data, marked), [f"{path.name} is {marked.upper()}"]
    wide = _unmarked_utf16(data)
    if wide is not None:
        return _decode_as(path, data, wide), [f"{path.name} is UTF-16 without a mark"]
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
            hint=f"{_OTHERWISE}, or save the file as UTF-8",
        ) from error
    if not _plausible_cp949(text):
        raise MalsoriError(
            f"{path}:{line}: not UTF-8 (byte 0x{bad:02x}), and read as CP949 it holds "
            "syllables that Korean hardly uses",
            hint=f"{_OTHERWISE}, or encoding=cp949",
        )
    return text, [f"{path.name} is not UTF-8; read as CP949"]


def decoded_lines(path: Path, data: bytes, encoding: str | None = None) -> tuple[str, list[str]]:
    """The same, where a few lines may be in another encoding than the rest.

    What cannot be read of these stands as lone surrogates in the text: the rows that have them
    are broken, the others are whole.
    """
    try:
        return decoded(path, data, encoding)
    except MalsoriError:
        for name in (encoding,) if encoding is not None else ("utf-8", "cp949"):
            odd = odd_lines(data, name)
            if odd is None:
                continue
            text = data.decode(name, errors="surrogateescape").removeprefix("\ufeff")
            if encoding is None and name == "cp949" and not _plausible_cp949(text):
                continue
            said = f"{odd:,} line{' is' if odd == 1 else 's are'} not {name.upper()}"
            return text, [f"{path.name}: {said}, the rest is; {_OTHERWISE}, if it is another"]
        raise


def odd_lines(data: bytes, encoding: str) -> int | None:
    """How many lines an encoding cannot read, if it is the file's all the same; else None.

    Where most of a few lines that are not ASCII are odd, any encoding may be meant: only a person
    knows. The header has to be read.
    """
    if not _by_line(encoding):
        return None
    lines = data.split(b"\n")
    written = [line for line in lines if not line.isascii()]
    odd = sum(not _fits(line, encoding) for line in written)
    few = odd <= max(_ODD_LEAST, _ODD_LINES * len(lines)) and 2 * odd <= len(written)
    return odd if few and _fits(lines[0], encoding) else None


def _by_line(encoding: str) -> bool:
    """Whether lines can be read one by one: each starts anew, and ends in the one byte LF."""
    try:
        return "a\n".encode(encoding) == b"a\n"
    except (LookupError, ValueError):
        return False


def _fits(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeError:
        return False
    return True


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 whose mark was lost: of every two bytes of a header one is zero."""
    head = data[:200][: 2 * (min(len(data), 200) // 2)]
    zeros = [head[i::2].count(0) / max(1, len(head) / 2) for i in (0, 1)]
    if max(zeros) < 0.5 or min(zeros) > 0.1:
        return None
    return "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"


def _decode_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise MalsoriError(
            f"{path}:{_line(data, error.start)}: not {encoding} (byte 0x{data[error.start]:02x})",
            hint="name another encoding, or none to have it guessed",
        ) from error
    except (LookupError, ValueError) as error:
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
    letters = Counter(c for c in text if not c.isascii() and not "\ud800" <= c <= "\udfff")
    common = sum(n for c, n in letters.items() if min(c.encode("cp949")) >= 0xA1)
    return 2 * common >= letters.total()
