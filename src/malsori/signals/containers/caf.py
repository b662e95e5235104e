"""Apple's Core Audio Format: chunks with lengths of 64 bits."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from malsori.signals.containers.base import WHOLE, Container
from malsori.signals.containers.settling import Stretch, settle
from malsori.signals.containers.trailing import Coding

_EDITS: Final = 4  # bytes of an edit count before the audio
_FLOATS, _LITTLE = 1, 2  # flags of plain samples


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the length of the data chunk with the file."""
    place, block, coding = 8, 1, Coding(1, "other")
    while size - place >= 12:
        stream.seek(place)
        name, length = struct.unpack(">4sq", stream.read(12))
        if name == b"data":
            return _data(stream, size, place + 12, length, block, coding)
        if length < 0:
            return WHOLE
        if name == b"desc" and len(content := stream.read(32)) == 32:
            block, coding = _format(content)
        place += 12 + length
    return WHOLE


def _format(content: bytes) -> tuple[int, Coding]:
    kind, flags, packet, _, channels, bits = struct.unpack(">8x4s5I", content)
    width = max(1, bits // 8)
    if kind != b"lpcm" or width > 8:
        return min(packet, 4096), Coding(1, "other")
    meaning = "float" if flags & _FLOATS else "signed"
    block = min(packet or channels * width, 4096)
    return block, Coding(width, meaning, not flags & _LITTLE)  # type: ignore[arg-type]


def _data(
    stream: BinaryIO, size: int, place: int, length: int, block: int, coding: Coding
) -> Container:
    begin, there = place + _EDITS, max(0, size - place - _EDITS)
    unknown = length == 0 and there > 1
    # A length of -1 is allowed of the last chunk: what it holds goes on to the end of the file.
    promised = there if length < 0 else None if unknown else max(0, length - _EDITS)
    stretch = Stretch(begin, promised, max(1, block), coding, open_ended=block > 0)
    found = settle(stretch, stream, size, lambda behind: _walk(stream, behind, size))
    changed = length < 0 or found.length != promised
    new = ((place - 8, struct.pack(">q", found.length + _EDITS)),) if changed else ()
    return Container(found.told, found.cut, () if found.cut else new, found.end)


def _walk(stream: BinaryIO, behind: int, size: int) -> tuple[int, bool]:
    """Where whole chunks behind the data end, and whether another file begins there."""
    place = behind
    while size - place >= 12:
        stream.seek(place)
        name, length = struct.unpack(">4sq", stream.read(12))
        if name == b"caff":
            return place, True
        known = name[:1].isalpha() and all(0x20 <= letter < 0x7F for letter in name)
        if not known or length < 0 or place + 12 + length > size:
            break
        place += 12 + length
    return place, False
