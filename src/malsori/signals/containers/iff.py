"""AIFF and AIFC, and Amiga's 8SVX: big-endian chunks in a FORM."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from malsori.signals.containers.base import WHOLE, Container, never_finished
from malsori.signals.containers.settling import Settled, Stretch, settle
from malsori.signals.containers.trailing import Coding

_PLAIN: Final = {
    b"NONE": "signed", b"twos": "signed", b"in24": "signed", b"in32": "signed",
    b"sowt": "signed", b"raw ": "unsigned", b"fl32": "float", b"FL32": "float",
    b"fl64": "float", b"FL64": "float", b"ulaw": "other", b"alaw": "other", b"ULAW": "other",
    b"ALAW": "other",
}  # fmt: skip
_ADPCM_BLOCK: Final = 34
_SOUNDS: Final = (b"SSND", b"BODY")


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the length of the sound in a FORM with the file."""
    sound, offset, common, count = 0, 0, b"", 0
    place = 12
    while size - place >= 8:
        stream.seek(place)
        name, length = struct.unpack(">4sI", stream.read(8))
        if name in _SOUNDS:
            sound, count = place + 8, length
            offset = 8 if name == b"SSND" else 0
            if offset and len(skipped := stream.read(4)) == 4:
                offset += struct.unpack(">I", skipped)[0]
            if common:
                break
        elif name == b"COMM":
            common = stream.read(min(length, 22))
        place += 8 + length + length % 2
    if not sound or sound + offset > size:
        return WHOLE
    block, coding, plain = _format(common)
    stretch = Stretch(sound + offset, _promised(count, offset, size - sound), block, coding, plain)
    found = settle(stretch, stream, size, lambda behind: _walk(stream, behind, size))
    changed = found.length != stretch.promised and found.cut is None
    patches = _patches(sound, offset, found, size) if changed else ()
    return Container(found.told, found.cut, patches, found.end)


def _promised(count: int, offset: int, there: int) -> int | None:
    empty = count <= offset and there > offset + 1
    return None if empty or (never_finished(count) and count > there) else max(0, count - offset)


def _format(common: bytes) -> tuple[int, Coding, bool]:
    """Bytes of a frame or block, how samples are written, and whether frames are plain."""
    if len(common) < 18:
        return 1, Coding(1, "other"), True
    channels, bits = struct.unpack_from(">H4xH", common)
    width = max(1, (bits + 7) // 8)
    code = common[18:22] or b"NONE"
    if code in (b"ulaw", b"alaw", b"ULAW", b"ALAW"):
        width = 1
    kind = _PLAIN.get(code, "other")
    block = max(1, channels) * (width if code in _PLAIN else _ADPCM_BLOCK)
    return block, Coding(width, kind, code != b"sowt"), code in _PLAIN  # type: ignore[arg-type]


def _walk(stream: BinaryIO, behind: int, size: int) -> tuple[int, bool]:
    """Where whole chunks behind the sound end, and whether another file begins there."""
    end, place = behind, behind + behind % 2
    while size - place >= 8:
        stream.seek(place)
        name, length = struct.unpack(">4sI", stream.read(8))
        if name == b"FORM":
            return place, True
        known = name[:1].isalpha() and all(0x20 <= letter < 0x7F for letter in name)
        if not known or place + 8 + length > size:
            break
        end = place + 8 + length
        place = end + end % 2
    return min(end, size), False


def _patches(sound: int, offset: int, found: Settled, size: int) -> tuple[tuple[int, bytes], ...]:
    pack = struct.Struct(">I").pack
    most = 0xFFFFFFFF
    form, chunk = (found.end or size) - 8, found.length + offset
    return ((4, pack(min(form, most))), (sound - 4, pack(min(chunk, most))))
