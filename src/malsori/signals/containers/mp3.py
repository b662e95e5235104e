"""MP3: frames one behind the other, the first of which may say how many there are."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import BinaryIO, Final, NamedTuple

from malsori.signals.containers.base import WHOLE, Container, Oddity
from malsori.signals.containers.trailing import is_tag

_RATES: Final = ((11025, 12000, 8000), (), (22050, 24000, 16000), (44100, 48000, 32000))
_BITS: Final = {  # kbit/s by (version 1?, layer)
    (True, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SEARCHED: Final = 1 << 16
_MAY_LACK: Final = 2  # frames: what a writer's count may be off by


class _Kind(NamedTuple):
    """What does not change from frame to frame."""

    version: int  # 3: MPEG 1
    layer: int
    rate: int


@dataclass(slots=True)
class _Walk:
    """What was met on the way through the frames."""

    count: int = 0
    infos: list[int] = field(default_factory=list)  # where frames lie that tell of others
    end: int = 0
    gaps: int = 0
    lengths: set[int] = field(default_factory=set)  # without padding
    partial: bool = False


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the number of frames that a Xing header promises with those that are there."""
    stream.seek(0)
    content = stream.read(size)
    begin = _first(content)
    kind = None if begin is None else _frame(content, begin)
    if begin is None or kind is None:
        return WHOLE
    walk = _through(content, begin, kind[0])
    place = _info(content, begin, kind[0])
    told: list[Oddity] = []
    if len(walk.infos) > (place is not None):
        second = walk.infos[place is not None]
        says = f"another recording begins after {second:,} of {size:,} bytes"
        return Container((Oddity("joined", says),), end=second)
    if walk.gaps:
        told.append(Oddity("gap", f"{walk.gaps:,} bytes that are no frames"))
    left = content[walk.end :]
    if left.strip(b"\0") and not is_tag(left) and not walk.partial:
        told.append(Oddity("trailing", f"{len(left):,} bytes"))
    if place is None:
        if walk.partial:
            told.append(Oddity("no-end", f"{walk.count:,} frames and a part of one"))
        # Of frames that differ in length, decoders guess the number by that of the first ones.
        before = _counting(content, begin, walk) if len(walk.lengths) > 1 else b""
        # The count has to stand at once before them: behind names of the song, if there are any.
        return Container(tuple(told), before=before, begin=begin if before else 0)
    return _compared(content, walk, place, kind[0], told)


def _compared(
    content: bytes, walk: _Walk, place: int, kind: _Kind, told: list[Oddity]
) -> Container:
    """What differs from the count in the first frame, which does not count itself."""
    at = place + (14 if content[place : place + 4] == b"VBRI" else 8)
    if at + 4 > len(content) or (at == place + 8 and not content[place + 7] & 1):
        return Container(tuple(told))
    (promised,) = struct.unpack_from(">I", content, at)
    there = walk.count - 1
    samples = 1152 if kind.version == 3 or kind.layer == 2 else 576
    if there < promised - _MAY_LACK:
        seconds = [n * samples / kind.rate for n in (promised, there)]
        return Container(cut=f"its header says {seconds[0]:.3f} s, the file has {seconds[1]:.3f} s")
    if there > promised + _MAY_LACK:
        says = f"{there:,} frames, its header says {promised:,}"
        told.append(Oddity("longer", says))
        patches = [(at, struct.pack(">I", there))]
        if at == place + 8 and content[place + 7] & 2:  # decoders warn of the old sum
            patches.append((place + 12, struct.pack(">I", walk.end - walk.infos[0])))
        return Container(tuple(told), None, tuple(patches))
    return Container(tuple(told))


def _first(content: bytes) -> int | None:
    """Where the first frame begins: behind names of the song, and what else may stand there."""
    place = 0
    while content[place : place + 3] == b"ID3" and len(content) >= place + 10:
        place = _behind_tag(content, place)
    stop = min(len(content) - 4, place + _SEARCHED)
    while 0 <= (place := content.find(b"\xff", place)) < stop:
        found = _frame(content, place)
        if found is not None:
            after = place + found[1]
            following = _frame(content, after)
            if after >= len(content) or (following is not None and following[0] == found[0]):
                return place
        place += 1
    return None


def _behind_tag(content: bytes, place: int) -> int:
    a, b, c, d = content[place + 6 : place + 10]
    footer = 10 if content[place + 5] & 0x10 else 0
    return place + 10 + (a << 21 | b << 14 | c << 7 | d) + footer


def _frame(content: bytes, place: int) -> tuple[_Kind, int] | None:
    """What kind of frame begins here, and its bytes."""
    head = content[place : place + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] < 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 4 or not 1 <= bits <= 14 or rate == 3:
        return None
    hertz = _RATES[version][rate]
    speed = _BITS[version == 3, layer][bits - 1] * 1000
    padding = head[2] >> 1 & 1
    if layer == 1:
        return _Kind(version, layer, hertz), (12 * speed // hertz + padding) * 4
    words = 72 if layer == 3 and version != 3 else 144
    return _Kind(version, layer, hertz), words * speed // hertz + padding


def _side(kind: _Kind, mode: int) -> int:
    """Bytes of a frame between its header and its sound."""
    mono = mode >> 6 == 3
    return (17 if mono else 32) if kind.version == 3 else (9 if mono else 17)


def _info(content: bytes, place: int, kind: _Kind) -> int | None:
    """Where a frame tells how many follow, if it does."""
    at = place + 4 + _side(kind, content[place + 3])
    if content[at : at + 4] in (b"Xing", b"Info"):
        return at
    return place + 36 if content[place + 36 : place + 40] == b"VBRI" else None


def _counting(content: bytes, place: int, walk: _Walk) -> bytes:
    """A frame that tells how many follow, like the one at `place` in all else."""
    head = bytearray(content[place : place + 4])
    head[1] |= 1  # without a checksum
    head[2] = head[2] & 0x0C | 9 << 4  # long enough in every version
    found = _frame(bytes(head), 0)
    if found is None or found[0].layer != 3:
        return b""
    kind, length = found
    frame = bytes(head) + bytes(_side(kind, head[3])) + b"Xing" + struct.pack(">II", 1, walk.count)
    return frame.ljust(length, b"\0")


def _through(content: bytes, place: int, kind: _Kind) -> _Walk:
    """Goes from frame to frame."""
    walk = _Walk()
    while place < len(content):
        found = _frame(content, place)
        if found is None or found[0] != kind:
            after = _resumed(content, place, kind)
            if after is None:
                break
            walk.gaps += after - place
            place = after
            continue
        if place + found[1] > len(content):
            walk.partial = True
            break
        if _info(content, place, kind) is not None:
            walk.infos.append(place)
        walk.count += 1
        walk.lengths.add(content[place + 2] >> 4)
        place += found[1]
        walk.end = place
    return walk


def _resumed(content: bytes, place: int, kind: _Kind) -> int | None:
    """Where frames go on behind something else."""
    while (place := content.find(b"\xff", place + 1)) >= 0:
        found = _frame(content, place)
        if found is not None and found[0] == kind:
            after = _frame(content, place + found[1])
            if after is not None and after[0] == kind:
                return place
    return None
