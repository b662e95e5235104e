"""Formats of earlier times with a length in their header: NIST, VOC, AVR, HTK, WVE."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO, Final

from malsori.signals.containers.base import WHOLE, Container, Oddity

HTK: Final = b"\0\2\0\0"
"""What bytes 8 to 12 say of samples of 16 bits in a file of HTK, which has no name."""

_HEAD: Final = 4096
_VOC_BLOCKS: Final = range(1, 10)
_VOC_REST: Final = 16
_TOLERANCE: Final = 256  # bytes: a header that counts itself


def inspect_nist(stream: BinaryIO, size: int) -> Container:
    """NIST SPHERE, in which much speech was published."""
    stream.seek(0)
    head = stream.read(_HEAD)
    found = {key: re.search(rb"\n%b -i (\d+)" % key, head) for key in
             (b"sample_count", b"sample_n_bytes", b"channel_count")}  # fmt: skip
    count, width = found[b"sample_count"], found[b"sample_n_bytes"]
    begin = re.match(rb"NIST_1A\n\s*(\d+)\n", head)
    if count is None or width is None or begin is None or b"shorten" in head:
        return WHOLE
    channels = found[b"channel_count"]
    frame = int(width[1]) * (int(channels[1]) if channels else 1)
    return _compared(int(begin[1]) + int(count[1]) * frame, size)


def inspect_voc(stream: BinaryIO, size: int) -> Container:
    """Creative Voice: blocks with lengths of 24 bits, up to one of kind 0."""
    stream.seek(0)
    head = stream.read(26)
    place = struct.unpack_from("<H", head, 20)[0] if len(head) == 26 else size
    while place < size:
        stream.seek(place)
        block = stream.read(4)
        # sox's own length is 8 bytes short: the last samples are no block that lacks something.
        if size - place <= _VOC_REST or block[0] not in _VOC_BLOCKS:
            return WHOLE
        place += 4 + int.from_bytes(block[1:], "little")
    return _compared(place, size) if place > size else WHOLE


def inspect_fixed(stream: BinaryIO, size: int) -> Container:
    """Formats whose length always stands at the same place."""
    stream.seek(0)
    head = stream.read(128)
    if head.startswith(b"2BIT") and len(head) == 128:
        stereo, bits, count = struct.unpack_from(">hH10xI", head, 12)
        return _compared(128 + count * (2 if stereo else 1) * max(1, bits // 8), size, exact=True)
    if head.startswith(b"ALawSoundFile**") and len(head) >= 32:
        return _compared(32 + struct.unpack_from(">I", head, 18)[0], size)
    if head[8:12] == HTK:
        return _compared(12 + 2 * struct.unpack_from(">I", head)[0], size, exact=True)
    return WHOLE


def _compared(promised: int, size: int, *, exact: bool = False) -> Container:
    """What a promise in bytes means; `exact`: a decoder takes all there is for audio."""
    if exact and 0 < promised < size:
        return Container((Oddity("trailing", f"{size - promised:,} bytes"),), end=promised)
    if promised - size <= _TOLERANCE:
        return WHOLE
    return Container(cut=f"its header says {promised:,} bytes, the file has {size:,}")
