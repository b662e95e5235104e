"""WAV in its forms: RIFF, RIFX (big-endian), RF64 and BW64 (lengths of 64 bits)."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from malsori.signals.containers.base import WHOLE, Container, never_finished
from malsori.signals.containers.settling import Settled, Stretch, settle
from malsori.signals.containers.trailing import Coding

_EXTENSIBLE: Final = 0xFFFE
_KINDS: Final = {1: "signed", 3: "float"}
_PLAIN: Final = frozenset({1, 3, 6, 7})
_UNKNOWN: Final = 0xFFFFFFFF
_SEARCHED: Final = 1 << 16  # bytes at the end of a file whose audio has no length
_RIFFS: Final = (b"RIFF", b"RIFX", b"RF64", b"BW64")

# Chunks that writers put behind the audio; known ones count even if their own length is wrong.
_KNOWN: Final = frozenset(
    b"LIST id3  ID3  fact cue  smpl bext iXML axml JUNK junk PAD  PEAK FLLR afsp DISP cart chna "
    b"umid inst plst acid levl _PMX SAUR minf elm1 regn ovwf LGWV".split(b" ")
) | {b"id3 ", b"ID3 ", b"cue ", b"PAD "}


@dataclass(slots=True)
class _Header:
    order: str
    tag: int = 1
    bits: int = 16
    block: int = 2
    lengths: int | None = None  # where the lengths of 64 bits lie
    length64: int | None = None  # that of the audio
    data: int | None = None  # where the audio begins
    length: int = 0  # of the audio, as its own chunk says


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the length in a WAV header with the file."""
    header = _header(stream)
    if header.data is None:
        return WHOLE  # no audio: a decoder will say so

    def walk(place: int) -> tuple[int, bool]:
        return _chunks(stream, place, size, header.order)

    promised = _promised(header, stream, size)
    if promised is None:
        size = _before_chunks(stream, header.data, size, header.order)
    stretch = Stretch(
        header.data,
        promised,
        max(1, header.block),
        _coding(header),
        plain=header.tag in _PLAIN,
    )
    settled = settle(stretch, stream, size, walk)
    changed = settled.length != stretch.promised and settled.cut is None
    patches = _patches(header, settled, size) if changed else ()
    return Container(settled.told, settled.cut, patches, settled.end)


def _header(stream: BinaryIO) -> _Header:
    """All chunks up to the audio."""
    stream.seek(0)
    head = stream.read(12)
    found = _Header(">" if head[:4] == b"RIFX" else "<")
    if head[8:] != b"WAVE":
        return found
    while len(chunk := stream.read(8)) == 8:
        name, (length,) = chunk[:4], struct.unpack(f"{found.order}I", chunk[4:])
        place = stream.tell()
        if name == b"data":
            found.data, found.length = place, length
            return found
        if name == b"fmt ":
            _take_format(found, stream.read(min(length, 40)))
        elif name == b"ds64" and len(sizes := stream.read(16)) == 16:
            found.lengths, (found.length64,) = place, struct.unpack("<8xQ", sizes)
        stream.seek(place + length + length % 2)  # chunks are padded to even lengths
    return found


def _take_format(header: _Header, content: bytes) -> None:
    if len(content) < 16:
        return
    tag, _, _, _, block, bits = struct.unpack_from(f"{header.order}HHIIHH", content)
    if tag == _EXTENSIBLE and len(content) >= 26:
        (tag,) = struct.unpack_from(f"{header.order}H", content, 24)
    header.tag, header.block, header.bits = tag, block, bits


def _promised(header: _Header, stream: BinaryIO, size: int) -> int | None:
    """Bytes of audio, or None where the writer never came back to say."""
    assert header.data is not None
    length = header.length
    if header.lengths is not None and length == _UNKNOWN and header.length64 is not None:
        length = header.length64
        unknown = length >= 1 << 62
    else:
        unknown = never_finished(length) and length > size - header.data
    if not length and header.data < size:
        end, _ = _chunks(stream, header.data, size, header.order)
        unknown = size - end > 1
    return None if unknown else length


def _coding(header: _Header) -> Coding:
    width = max(1, (header.bits + 7) // 8)
    kind = _KINDS.get(header.tag, "other")
    if kind == "signed" and width == 1:
        kind = "unsigned"
    if kind == "float" and width not in (4, 8):
        kind = "other"
    return Coding(width, kind, header.order == ">")  # type: ignore[arg-type]


def _chunks(stream: BinaryIO, place: int, size: int, order: str) -> tuple[int, bool]:
    """Goes over whole chunks: where they end, and whether another recording begins there."""
    end = place
    place = _padded(stream, place)
    while size - place >= 8:
        stream.seek(place)
        name, length = struct.unpack(f"{order}4sI", stream.read(8))
        if name in _RIFFS or name == b"data":
            return place, True
        after = place + 8 + length
        if not _is_chunk(name, after <= size):
            break
        end = min(after, size)
        place = _padded(stream, end)
    return end, False


def _padded(stream: BinaryIO, place: int) -> int:
    """Where the next chunk begins: at even bytes, unless a writer forgot it."""
    stream.seek(place)
    return place if stream.read(4) in _KNOWN else place + place % 2


def _before_chunks(stream: BinaryIO, begin: int, size: int, order: str) -> int:
    """Where audio of unknown length ends: at known chunks that reach to the end of the file."""
    first = max(begin, size - _SEARCHED)
    stream.seek(first)
    content = stream.read(size - first)
    places = {found.start() for name in _KNOWN for found in re.finditer(re.escape(name), content)}
    for place in sorted(places):
        if _reaches_end(content, place, order):
            return first + place
    return size


def _reaches_end(content: bytes, place: int, order: str) -> bool:
    while len(content) - place >= 8 and content[place : place + 4] in _KNOWN:
        place += 8 + struct.unpack_from(f"{order}I", content, place + 4)[0]
        place += place % 2 and content[place : place + 4] not in _KNOWN
    return 0 <= place - len(content) <= 1


def _is_chunk(name: bytes, fits: bool) -> bool:
    if name in _KNOWN:
        return True
    return fits and name[:1].isalnum() and all(0x20 <= letter < 0x7F for letter in name)


def _patches(header: _Header, settled: Settled, size: int) -> tuple[tuple[int, bytes], ...]:
    """The header with the length that is there."""
    assert header.data is not None
    end = settled.end or size
    if header.lengths is not None and header.length == _UNKNOWN:
        return ((header.lengths, struct.pack("<QQ", end - 8, settled.length)),)
    if settled.length >= _UNKNOWN:  # its 32 bits cannot say it: a decoder takes what there is
        return ()
    pack = struct.Struct(f"{header.order}I").pack
    return ((4, pack(min(end - 8, _UNKNOWN))), (header.data - 4, pack(settled.length)))
