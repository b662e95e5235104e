"""A file with other bytes in its header, so that a decoder reads what is there."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO


class Overlay(io.RawIOBase):
    """Another file's bytes, some of them replaced, up to an end; nothing is copied.

    Args:
        stream: the file; it is closed with this one.
        patches: position → the bytes there.
        end: bytes that there are; None for all.
        before: bytes in front of all others, which positions do not count.
        begin: where the file begins; positions count from the old beginning.

    Example:
        >>> file = Overlay(io.BytesIO(b"RIFF0000WAVE..."), [(4, b"1234")], end=12)
        >>> file.seek(2), file.read(6), file.read()
        (2, b'FF1234', b'WAVE')
    """

    def __init__(
        self,
        stream: BinaryIO,
        patches: Sequence[tuple[int, bytes]] = (),
        end: int | None = None,
        before: bytes = b"",
        begin: int = 0,
    ) -> None:
        super().__init__()
        self._stream = stream
        self._before = before
        self._shift = len(before) - begin
        self._patches = [(0, before), *((place + self._shift, new) for place, new in patches)]
        self._end = self._shift + (stream.seek(0, io.SEEK_END) if end is None else end)
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Goes to a place, as files do."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._end}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def read(self, size: int | None = -1, /) -> bytes:
        """The next bytes, or all that follow."""
        left = max(0, self._end - self._at)
        count = left if size is None or size < 0 else min(size, left)
        ahead = max(0, min(count, len(self._before) - self._at))
        self._stream.seek(max(self._at, len(self._before)) - self._shift)
        content = bytes(ahead) + self._stream.read(count - ahead)
        for place, new in self._patches:
            first, last = max(place, self._at), min(place + len(new), self._at + len(content))
            if first < last:
                before, after = content[: first - self._at], content[last - self._at :]
                content = before + new[first - place : last - place] + after
        self._at += len(content)
        return content

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fills a buffer as far as there are bytes."""
        content = self.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)

    def close(self) -> None:
        """Closes both."""
        self._stream.close()
        super().close()
