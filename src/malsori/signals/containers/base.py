"""What a container's header says of its audio, and what the file really holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

OddityKind = Literal["unfinished", "longer", "shorter", "joined", "trailing", "no-end", "gap"]


class Oddity(NamedTuple):
    """One thing in which a file differs from its header, though it can be read.

    Attributes:
        kind: `unfinished` (the header gives no length), `longer` (more audio than it says),
            `shorter` (a few bytes or frames less), `joined` (several recordings in one file, the
            first of which is read), `trailing` (bytes behind the audio that are none), `no-end`
            (a stream without the mark of its end), `gap` (a part in the middle is missing).
        detail: the same in numbers.
    """

    kind: OddityKind
    detail: str


@dataclass(frozen=True, slots=True)
class Container:
    """A recording as its bytes are, whatever its header says.

    Attributes:
        told: in what it differs from its header.
        cut: why it ends early, or None if it is whole.
        patches: position → bytes of a header that says what is there; none if it does already.
        end: bytes of the file that belong to what is read; None for all.
        before: what a decoder is to read before the file.
        begin: bytes in front that a decoder is not to read.
    """

    told: tuple[Oddity, ...] = ()
    cut: str | None = None
    patches: tuple[tuple[int, bytes], ...] = ()
    end: int | None = None
    before: bytes = b""
    begin: int = 0

    @property
    def as_it_is(self) -> bool:
        """Whether a decoder may read the file itself."""
        return not (self.patches or self.before or self.begin) and self.end is None


WHOLE: Final = Container()

# What writers that cannot seek back leave as a length: the largest number of 31 or 32 bits, less
# the header, or rounded to a page; or, in AIFF of sox, to its first byte.
_LARGEST: Final = (0x7F000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
_NEAR: Final = 0x1000


def never_finished(length: int) -> bool:
    """Whether a length of 32 bits stands for 'not known'; nothing, 0, is left to the caller.

    Example:
        >>> never_finished(0xFFFFFFFF - 36), never_finished(0x7FFFF000), never_finished(64000)
        (True, True, False)
    """
    return any(abs(length - largest) <= _NEAR for largest in _LARGEST)
