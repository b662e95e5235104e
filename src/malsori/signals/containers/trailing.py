"""Bytes behind the audio that a header tells of: more of it, or something else?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

_TEXT: Final = 0.97  # of the bytes; audio has others among its loud samples and in its pauses
_NOISE: Final = 0.45  # of full scale; bytes of anything, read as samples, have 0.58
_LOUDER: Final = 2.0  # than what stands before them
_FEWEST: Final = 64  # bytes; of fewer nothing can be said
_RANDOM: Final = (7.7, 0.3)  # bits a byte, of 8, and more than before; needs some bytes to be known
_TO_COUNT: Final = 1024

# How another recording, or a tag that players skip, begins.
_RECORDINGS: Final = (b"RIFF", b"RIFX", b"RF64", b"BW64", b"riff", b"FORM", b".snd", b"caff",
                      b"fLaC", b"OggS", b"NIST_1A")  # fmt: skip
_TAGS: Final = (b"TAG", b"APETAGEX", b"LYRICSBEGIN", b"ID3", b"3DI")


@dataclass(frozen=True, slots=True)
class Coding:
    """How samples are written: bytes of each, what these are, which comes first."""

    width: int
    kind: Literal["signed", "unsigned", "float", "other"]
    big: bool = False


def is_recording(head: bytes) -> bool:
    """Whether another file with a header of its own begins here."""
    return head.startswith(_RECORDINGS)


def is_tag(head: bytes) -> bool:
    """Whether names of song and singer begin here, as players write them behind the audio."""
    return head.startswith(_TAGS)


def sounds_like_more(before: bytes, behind: bytes, coding: Coding) -> bool:
    """Whether bytes behind the audio go on with it.

    They do not where they are zeros, text, or, read as samples, noise much louder than before
    (of compressed samples: much more random).

    Args:
        before: the last of the audio that the header tells of.
        behind: what follows, from whole samples on.
        coding: how samples are written.

    Example:
        >>> sounds_like_more(b"", b"some notes of the one who spoke " * 9, Coding(2, "signed"))
        False
    """
    if not behind.strip(b"\0"):
        return False
    if len(behind) < _FEWEST:
        return True
    letters = np.frombuffer(behind, np.uint8)
    printable = ((letters >= 0x20) & (letters < 0x7F)) | ((letters >= 9) & (letters <= 13))
    if printable.mean() >= _TEXT or _is_utf8(behind):
        return False
    if coding.kind == "other":
        return not _more_random(before, behind)
    loud, usual = _loudness(behind, coding), _loudness(before, coding)
    return not loud > max(_NOISE, _LOUDER * usual)


def _is_utf8(content: bytes) -> bool:
    """Whether bytes are text of any script; zeros, which audio is full of, are none."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if error.start < len(content) - 3:  # else a letter was cut in two
            return False
        text = content[: error.start].decode()
    return "\0" not in text


def _more_random(before: bytes, behind: bytes) -> bool:
    length = min(len(before), len(behind))
    if length < _TO_COUNT:
        return False
    usual, found = (_entropy(part) for part in (before[-length:], behind[:length]))
    least, more = _RANDOM
    return found > least and found > usual + more


def _entropy(content: bytes) -> float:
    """Bits a byte."""
    counts = np.bincount(np.frombuffer(content, np.uint8), minlength=256)
    shares = counts[counts > 0] / len(content)
    return float(-(shares * np.log2(shares)).sum())


def _loudness(content: bytes, coding: Coding) -> float:
    """Root mean square of bytes read as samples, of full scale."""
    content = content[: len(content) // coding.width * coding.width]
    if not content:
        return 0.0
    if coding.kind == "float":
        values = np.frombuffer(content, f"{'>' if coding.big else '<'}f{coding.width}")
        with np.errstate(all="ignore"):
            level = float(np.sqrt(np.mean(np.square(values.astype(np.float64)))))
        return level if np.isfinite(level) else float("inf")
    top = np.frombuffer(content, np.uint8)[0 if coding.big else coding.width - 1 :: coding.width]
    values = top.astype(np.float64) - 128 if coding.kind == "unsigned" else top.view(np.int8)
    return float(np.sqrt(np.mean(np.square(values / 128.0))))
