"""Sun's AU (`.snd`): a header with one length, and the audio up to the end of the file."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

from malsori.signals.containers.base import WHOLE, Container, never_finished
from malsori.signals.containers.settling import Stretch, settle
from malsori.signals.containers.trailing import Coding

_KINDS: Final = {1: (1, "other"), 2: (1, "signed"), 3: (2, "signed"), 4: (3, "signed"),
                 5: (4, "signed"), 6: (4, "float"), 7: (8, "float"), 27: (1, "other")}  # fmt: skip


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares the length in an AU header with the file."""
    stream.seek(0)
    head = stream.read(24)
    if len(head) < 24:
        return WHOLE
    order = ">" if head[:4] == b".snd" else "<"
    begin, length, code, _, channels = struct.unpack(f"{order}5I", head[4:])
    if begin > size:
        return WHOLE
    width, kind = _KINDS.get(code, (1, "other"))
    there = size - begin
    unknown = (never_finished(length) and length > there) or (not length and there > 1)
    # No length is allowed here, so a file without one is healthy.
    stretch = Stretch(
        begin,
        there if length == 0xFFFFFFFF else None if unknown else length,
        min(max(1, channels) * width, 4096),
        Coding(width, kind, order == ">"),  # type: ignore[arg-type]
        code in _KINDS,
    )
    found = settle(stretch, stream, size, lambda behind: (behind, False))
    changed = length not in {found.length, 0xFFFFFFFF} and found.cut is None
    patches = ((8, struct.pack(f"{order}I", found.length)),) if changed else ()
    return Container(found.told, found.cut, patches, found.end)
