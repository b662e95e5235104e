"""What containers promise and what they hold: a stated length is a hint.

A recorder that was stopped hard, a copy that was interrupted or two files written one behind the
other leave a header that says something else than the file has. `inspect` compares the two for
each container that libsndfile reads, without decoding: libsndfile reads what a header says, or
what is left, without a word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final

from malsori.signals.containers import au, caf, flac, iff, mp3, ogg, rare, riff, w64
from malsori.signals.containers.base import WHOLE, Container, Oddity, OddityKind
from malsori.signals.containers.overlay import Overlay

__all__ = ["WHOLE", "Container", "Oddity", "OddityKind", "Overlay", "cut_inside", "inspect"]

_READERS: Final[dict[bytes, Callable[[BinaryIO, int], Container]]] = {
    b"RIFF": riff.inspect,
    b"RIFX": riff.inspect,
    b"RF64": riff.inspect,
    b"BW64": riff.inspect,
    b"riff": w64.inspect,
    b"FORM": iff.inspect,
    b".snd": au.inspect,
    b"dns.": au.inspect,
    b"caff": caf.inspect,
    b"fLaC": flac.inspect,
    b"OggS": ogg.inspect,
    b"NIST": rare.inspect_nist,
    b"Crea": rare.inspect_voc,
    b"2BIT": rare.inspect_fixed,
    b"ALaw": rare.inspect_fixed,
}
"""How a file begins, and who reads it."""


def inspect(stream: BinaryIO, size: int) -> Container:
    """Compares what a recording's header says with what its file holds.

    Args:
        stream: the file; it is left at its beginning.
        size: its bytes.

    Returns:
        `WHOLE` where nothing differs, or nothing can be said.

    Example:
        >>> import io
        >>> inspect(io.BytesIO(b"not audio at all"), 16) == WHOLE
        True
    """
    stream.seek(0)
    head = stream.read(12)
    reader = _READERS.get(head[:4])
    if reader is None and head[8:] == rare.HTK:
        reader = rare.inspect_fixed
    if reader is None and (head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")):
        reader = mp3.inspect
    found = WHOLE if reader is None else reader(stream, size)
    stream.seek(0)
    return found


def cut_inside(stream: BinaryIO, size: int) -> str | None:
    """Why a decoder gave up, if a file ends inside a block; None if it does not, or nobody knows.

    Of FLAC alone: to look for this takes as long as to decode it.
    """
    stream.seek(0)
    content = stream.read(size)
    if not content.startswith(b"fLaC") or flac.is_whole(content):
        return None
    return f"it ends inside its last block, after {size:,} bytes"
