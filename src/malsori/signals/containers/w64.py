"""Sony Wave64: chunks named by GUIDs, with lengths of 64 bits that count their own heads."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from malsori.signals.containers.base import WHOLE, Container
from malsori.signals.containers.settling import Stretch, settle
from malsori.signals.containers.trailing import Coding

RIFF: Final = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"
_TAIL: Final = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"  # of all other names
_HEAD: Final = 24
_UNKNOWN: Final = 1 << 62


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the length of a W64 file's data with the file."""
    block, bits, tag, place = 1, 8, 1, 40
    while size - place >= _HEAD:
        stream.seek(place)
        name, length = struct.unpack("<16sQ", stream.read(_HEAD))
        if name == b"data" + _TAIL:
            return _data(stream, size, (place, length), (tag, bits, block))
        if length < _HEAD:
            return WHOLE
        if name == b"fmt " + _TAIL and len(content := stream.read(16)) == 16:
            tag, block, bits = struct.unpack("<H10xHH", content)
        place = _aligned(place + length)
    return WHOLE


def _data(
    stream: BinaryIO, size: int, chunk: tuple[int, int], kind: tuple[int, int, int]
) -> Container:
    place, length = chunk
    tag, bits, block = kind
    begin, width = place + _HEAD, max(1, (bits + 7) // 8)

    def walk(behind: int) -> tuple[int, bool]:
        end, after = behind, _aligned(behind)
        while size - after >= _HEAD:
            stream.seek(after)
            name, length = struct.unpack("<16sQ", stream.read(_HEAD))
            if name == RIFF:
                return after, True
            if name[4:] != _TAIL or length < _HEAD or after + length > size:
                break
            end, after = after + length, _aligned(after + length)
        return min(size, _aligned(end)), False

    unknown = length >= _UNKNOWN or (length <= _HEAD and begin + 8 < size)
    coding = Coding(width, "signed" if tag != 3 and width > 1 else "other")
    promised = None if unknown else max(0, length - _HEAD)
    found = settle(
        Stretch(begin, promised, max(1, block), coding, tag not in {2, 17}), stream, size, walk
    )
    # Decoders read on to the end of the file, whatever the header says.
    end = begin + found.length
    return Container(found.told, found.cut, (), end if end < size else None)


def _aligned(place: int) -> int:
    return -(-place // 8) * 8
