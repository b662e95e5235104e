"""FLAC: how many samples its header promises, and where its last block ends."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import BinaryIO, Final, NamedTuple

from malsori.signals.containers.base import WHOLE, Container, Oddity
from malsori.signals.containers.trailing import is_tag

_INFO: Final = 8  # where the header's own content begins
_TOTAL: Final = _INFO + 13  # where 4 bits and 4 bytes of the number of samples lie
_BEGINS: Final = (b"fLaC\0\0\0\x22", b"fLaC\x80\0\0\x22")
_SYNCS: Final = (b"\xff\xf8", b"\xff\xf9")
_MAY_LACK: Final = 0.05  # s
_LONGEST: Final = 17  # bytes of a block's header
_SHORTEST: Final = 8  # bytes of a block


class _Block(NamedTuple):
    place: int
    first: int  # its first sample
    samples: int


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the promised number of samples with the last block."""
    stream.seek(0)
    content = stream.read(size)
    if len(content) < _INFO + 34 or not content.startswith(_BEGINS):
        return WHOLE
    rate = int.from_bytes(content[_INFO + 10 : _INFO + 13], "big") >> 4
    promised = int.from_bytes(content[_TOTAL : _TOTAL + 5], "big") & 0xFFFFFFFFF
    second = min((p for p in (content.find(b, _INFO) for b in _BEGINS) if p > 0), default=None)
    told: list[Oddity] = []
    if second is not None:
        says = f"another recording begins after {second:,} of {size:,} bytes"
        told.append(Oddity("joined", says))
        content = content[:second]
    block = _last(content)
    if block is None:
        return Container(tuple(told), _cut(0, promised, rate) if promised else None, (), second)
    there = block.first + block.samples
    if promised and there < promised - _MAY_LACK * rate:
        return Container((), _cut(block.first, promised, rate))
    end = _end(content, block)
    left = b"" if end is None or second is not None else content[end:]
    if left and not is_tag(left):
        told.append(Oddity("trailing", f"{len(left):,} bytes"))
    if promised and there == promised:
        return Container(tuple(told), None, (), second)
    if end is None:
        there = block.first
    return _other_length(content, promised, there, told, second)


def is_whole(content: bytes) -> bool:
    """Whether the last block of a file is there to its end, by its checksum."""
    block = _last(content)
    end = None if block is None else _end(content, block)
    return end is not None and (end == len(content) or is_tag(content[end:]))


def _end(content: bytes, block: _Block) -> int | None:
    """Where a block ends: where its checksum fits, at the end of the file if it fits there."""
    table, sum_, found = _table(16), 0, None
    for place in range(block.place, len(content)):
        sum_ = (sum_ << 8 & 0xFFFF) ^ table[sum_ >> 8 ^ content[place]]
        if not sum_ and found is None and place - block.place > _SHORTEST:
            found = place + 1
    return found if sum_ else len(content)


def _other_length(
    content: bytes, promised: int, there: int, told: list[Oddity], second: int | None
) -> Container:
    if not promised:
        told.append(Oddity("unfinished", f"{there:,} samples without a length"))
    else:
        kind = "longer" if there > promised else "shorter"
        says = f"{there:,} samples, its header says {promised:,}"
        told.append(Oddity(kind, says))  # type: ignore[arg-type]
    kept = content[_TOTAL] & 0xF0
    new = bytes([kept | (there >> 32)]) + struct.pack(">I", there & 0xFFFFFFFF)
    return Container(tuple(told), None, ((_TOTAL, new),), second)


def _cut(there: int, promised: int, rate: int) -> str:
    rate = rate or 1
    return f"its header says {promised / rate:.3f} s, the file has {there / rate:.3f} s"


def _last(content: bytes) -> _Block | None:
    """The last block whose header is whole."""
    place = len(content)
    while (place := max(content.rfind(sync, 0, place + 1) for sync in _SYNCS)) > 0:
        block = _block(content, place)
        if block is not None:
            return block
    return None


def _block(content: bytes, place: int) -> _Block | None:
    """A block's header, if there is one here."""
    head = content[place : place + _LONGEST]
    if len(head) < 6 or head[3] & 1 or head[2] >> 4 == 0 or head[2] & 15 == 15:
        return None
    number, at = _number(head, 4)
    if number is None:
        return None
    size, rate = head[2] >> 4, head[2] & 15
    count, at = _samples(head, size, at)
    at += {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if at >= len(head) or _crc(head[: at + 1], 8):
        return None
    fixed = int.from_bytes(content[_INFO : _INFO + 2], "big")
    return _Block(place, number if head[1] & 1 else number * fixed, count)


def _samples(head: bytes, code: int, at: int) -> tuple[int, int]:
    if code == 1:
        return 192, at
    if code in (6, 7):
        width = code - 5
        return int.from_bytes(head[at : at + width], "big") + 1, at + width
    return (576 << (code - 2) if code < 6 else 256 << (code - 8)), at


def _number(head: bytes, at: int) -> tuple[int | None, int]:
    """A number written as UTF-8 writes letters, with up to 36 bits."""
    first = head[at]
    if first < 0x80:
        return first, at + 1
    more = 7 - (first ^ 0xFF).bit_length()
    if not 1 <= more <= 6 or len(head) <= at + more:
        return None, at
    number = first & (0x3F >> more)
    for byte in head[at + 1 : at + 1 + more]:
        if byte >> 6 != 2:
            return None, at
        number = number << 6 | byte & 0x3F
    return number, at + 1 + more


def _crc(content: bytes, bits: int) -> int:
    table, top, mask = _table(bits), bits - 8, (1 << bits) - 1
    sum_ = 0
    for byte in content:
        sum_ = (sum_ << 8 ^ table[sum_ >> top ^ byte]) & mask
    return sum_


@lru_cache(maxsize=2)
def _table(bits: int) -> tuple[int, ...]:
    polynomial, mask, top = {8: 0x07, 16: 0x8005}[bits], (1 << bits) - 1, 1 << (bits - 1)
    found = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            value = (value << 1 ^ (polynomial if value & top else 0)) & mask
        found.append(value)
    return tuple(found)
