"""Ogg (Vorbis, Opus, FLAC): pages, the last of which has the mark of the end."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from malsori.signals.containers.base import WHOLE, Container, Oddity
from malsori.signals.containers.trailing import is_tag

_HEAD: Final = struct.Struct("<5x B q I I 4x B")
_BEGINS, _ENDS = 2, 4  # flags of a page
_OPUS_RATE: Final = 48000


class _Page(NamedTuple):
    place: int
    end: int
    flags: int
    granule: int  # samples up to its end; -1 where no packet ends in it
    serial: int
    number: int


def inspect(stream: BinaryIO, size: int) -> Container:
    """Looks whether every page is whole, and the last one marked."""
    stream.seek(0)
    content = stream.read(size)
    pages = list(_pages(content))
    if not pages:
        return Container(cut=f"its first page is incomplete, of {size:,} bytes")
    second = _second(pages)
    if second is not None:
        says = f"another recording begins after {second.place:,} of {size:,} bytes"
        end = second.place
        own = [page for page in pages if page.place < end]
        return Container((Oddity("joined", says), *_told(own)), None, (), end)
    left = content[pages[-1].end :]
    if left[:4] == b"OggS"[: len(left[:4])] and left:
        return Container(cut=f"its last page is incomplete, after {_heard(content, pages)}")
    told = _told(pages)
    if left and not is_tag(left):
        return Container((*told, Oddity("trailing", f"{len(left):,} bytes")), end=pages[-1].end)
    return Container(told) if told else WHOLE


def _pages(content: bytes) -> Iterator[_Page]:
    """The whole pages, one behind the other."""
    place = 0
    while content[place : place + 4] == b"OggS" and len(content) - place >= _HEAD.size:
        flags, granule, serial, number, count = _HEAD.unpack_from(content, place)
        packets = place + _HEAD.size + count
        table = content[packets - count : packets]
        end = packets + sum(table)
        if len(table) < count or end > len(content):
            return
        yield _Page(place, end, flags, granule, serial, number)
        place = end


def _second(pages: list[_Page]) -> _Page | None:
    """The first page of a second recording; streams that run side by side all begin at once."""
    sound = False
    for page in pages:
        if not page.flags & _BEGINS:
            sound = True
        elif sound:
            return page
    return None


def _told(pages: list[_Page]) -> tuple[Oddity, ...]:
    told: list[Oddity] = []
    before: dict[int, int] = {}
    lost = 0
    for page in pages:
        lost += max(0, page.number - before.get(page.serial, page.number - 1) - 1)
        before[page.serial] = page.number
    if lost:
        told.append(Oddity("gap", f"{lost:,} of {len(pages) + lost:,} pages are missing"))
    if not any(page.flags & _ENDS for page in pages):
        told.append(Oddity("no-end", f"{len(pages):,} pages"))
    return tuple(told)


def _heard(content: bytes, pages: list[_Page]) -> str:
    """How long the whole pages last."""
    granule = max(page.granule for page in pages)
    first = content[pages[0].place : pages[0].end]
    at = first.find(b"\x01vorbis")
    if b"OpusHead" in first:
        rate = _OPUS_RATE
    elif at > 0 and len(first) >= at + 16:
        rate = int.from_bytes(first[at + 12 : at + 16], "little")
    else:
        rate = 0
    return f"{granule / rate:.3f} s" if rate and granule >= 0 else f"{pages[-1].end:,} bytes"
