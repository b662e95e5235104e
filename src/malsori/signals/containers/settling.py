"""How much audio an uncompressed file holds, beside what its header says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from malsori.signals.containers.base import Oddity
from malsori.signals.containers.trailing import Coding, is_recording, is_tag, sounds_like_more

_LOOKED_AT: Final = 1 << 16  # bytes of what is before and behind
_HEADER: Final = 256  # bytes; a recorder that counts its own header is off by so many
_FEW: Final = (64, 4)  # bytes, and frames: what a writer's last block may lack


@dataclass(frozen=True, slots=True)
class Stretch:
    """The audio of a file as its header tells it.

    Attributes:
        begin: byte where it begins.
        promised: bytes of it; None where the header was never finished.
        block: bytes of a frame, or of a block of compressed ones.
        coding: how its samples are written.
        plain: whether each frame stands for itself.
        open_ended: whether what follows can be more of it; not where a table lists its packets.
    """

    begin: int
    promised: int | None
    block: int
    coding: Coding
    plain: bool = True
    open_ended: bool = True

    @property
    def tolerance(self) -> int:
        """Bytes that may lack without anything being lost."""
        few, frames = _FEW
        blocks = frames if self.plain else 1
        return max(few, min(self.begin, _HEADER), blocks * self.block)


@dataclass(frozen=True, slots=True)
class Settled:
    """What is there: bytes of audio, oddities, and where the file ends for a decoder."""

    length: int
    told: tuple[Oddity, ...] = ()
    cut: str | None = None
    end: int | None = None


# From a position behind the audio: where what belongs to the container ends, and whether another
# recording begins there.
Walk = Callable[[int], tuple[int, bool]]


def settle(stretch: Stretch, stream: BinaryIO, size: int, walk: Walk) -> Settled:
    """Compares what a header promises with the file.

    Args:
        stretch: what it promises.
        stream: the file.
        size: its bytes.
        walk: goes over what may follow the audio.
    """
    begin, there = stretch.begin, max(0, size - stretch.begin)
    if stretch.promised is None:
        detail = f"{there:,} bytes of audio without a length"
        return Settled(there, (Oddity("unfinished", detail),))
    if stretch.promised > there:
        says = f"its header says {stretch.promised:,} bytes of audio, the file has {there:,}"
        if stretch.promised - there > stretch.tolerance:
            return Settled(there, cut=says)
        return Settled(there, (Oddity("shorter", says),))
    return _behind(stretch, stream, size, *walk(begin + stretch.promised))


def _behind(stretch: Stretch, stream: BinaryIO, size: int, end: int, joined: bool) -> Settled:
    """What the bytes are that follow the audio and all that belongs to it."""
    assert stretch.promised is not None
    length, left = stretch.promised, size - end
    stream.seek(end)
    behind = stream.read(min(left, _LOOKED_AT))
    if joined or any(is_recording(behind[i:]) for i in (0, 1)):  # one byte may be padding
        detail = f"another recording begins after {end:,} of {size:,} bytes"
        return Settled(length, (Oddity("joined", detail),), end=end)
    if left <= 1:
        return Settled(length)
    if is_tag(behind) or is_tag(behind[1:]):
        return Settled(length, end=end)
    close = end - (stretch.begin + length) <= 1  # at once behind it, but for a byte of padding
    more = stretch.begin + length // stretch.block * stretch.block
    close &= stretch.open_ended and size - more >= stretch.block
    if close and _goes_on(stretch, stream, more, size):
        says = f"{size - stretch.begin:,} bytes of audio, its header says {length:,}"
        return Settled(size - stretch.begin, (Oddity("longer", says),))
    return Settled(length, (Oddity("trailing", f"{left:,} bytes"),), end=end)


def _goes_on(stretch: Stretch, stream: BinaryIO, place: int, size: int) -> bool:
    first = max(stretch.begin, place - _LOOKED_AT // stretch.block * stretch.block)
    stream.seek(first)
    before = stream.read(place - first)
    last = stream.read(_LOOKED_AT)
    while not last.strip(b"\0") and stream.tell() < size:  # silence, and then?
        last = stream.read(_LOOKED_AT)
    return sounds_like_more(before, last, stretch.coding)
