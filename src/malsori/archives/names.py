"""Names of files as archives and foreign systems write them."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import Path
from typing import Final

SEPARATOR: Final = "::"

_SIDE_NAMES: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
_UTF8_NAME: Final = 0x800
_MEMBER: Final = re.compile(rf"(?<=\.zip){SEPARATOR}", re.IGNORECASE)


def nfc(text: str) -> str:
    """Composed Hangul: how names are compared, since copies from macOS hold decomposed ones."""
    return unicodedata.normalize("NFC", text)


def side_file(name: str) -> bool:
    """Whether a path is one that macOS or Windows leaves beside the data.

    Example:
        >>> side_file("TS/._a.wav"), side_file("__MACOSX/a.wav"), side_file("a.wav")
        (True, True, False)
    """
    parts = name.split("/")
    return "__MACOSX" in parts or any(p.startswith("._") or p in _SIDE_NAMES for p in parts)


def divided(path: str | Path) -> tuple[Path, str | None]:
    """The file on disk and the member that a path means; None where it is no member.

    Example:
        >>> divided("data/TS.zip::a.wav")
        (PosixPath('data/TS.zip'), 'a.wav')
        >>> divided("a.wav")[1] is None
        True
    """
    file, *member = _MEMBER.split(str(path), maxsplit=1)
    return Path(file), member[0].replace("\\", "/") if member else None


def member_name(info: zipfile.ZipInfo) -> str:
    """A member's name as people read it, with ``/`` between folders.

    Without the UTF-8 flag Korean tools write CP949, or UTF-8 all the same. Python reads such a
    name as CP437, which loses nothing.

    Example:
        >>> member_name(zipfile.ZipInfo("불".encode("cp949").decode("cp437")))
        '불'
    """
    name = info.filename.replace("\\", "/")
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return name
    for encoding in ("utf-8", "cp949"):
        try:
            return name.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return name


def plain(name: str) -> str:
    """A member's name as a key: without a leading ``/``, ``./`` or doubled ``/``.

    Example:
        >>> plain("/a.wav"), plain("./wav//a.wav")
        ('a.wav', 'wav/a.wav')
    """
    return "/".join(part for part in name.split("/") if part not in ("", "."))


def leads_outside(name: str) -> str | None:
    """Why a member's name leads out of its archive, or None.

    ``/a.wav`` does not: archives of AI Hub are so.

    Example:
        >>> leads_outside("../a.wav"), leads_outside("/etc/passwd")
        ('leads out of the archive', 'has an absolute path')
        >>> leads_outside("/a.wav") is None
        True
    """
    if ".." in name.split("/"):
        return "leads out of the archive"
    key = plain(name)
    if name.startswith("//") or (name.startswith("/") and "/" in key):
        return "has an absolute path"
    if len(name) > 1 and name[1] == ":" and name[0].isascii() and name[0].isalpha():
        return "has the path of a drive"
    return None if key else "has no name"
