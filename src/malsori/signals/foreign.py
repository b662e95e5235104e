"""What a file is that is no recording that libsndfile reads, by how it begins."""

from __future__ import annotations

import struct
from typing import Final

_CONVERT: Final = "; `ffmpeg -i FILE FILE.wav` makes WAV of it"

_BEGINNINGS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (4, b"ftyp", f"it is MP4 or M4A (AAC, ALAC){_CONVERT}"),
    (0, b"\x1aE\xdf\xa3", f"it is WebM or Matroska{_CONVERT}"),
    (0, b"0&\xb2u\x8ef\xcf\x11", f"it is WMA or WMV{_CONVERT}"),
    (8, b"AVI ", f"it is a video (AVI){_CONVERT}"),
    (0, b"FLV", f"it is a video (FLV){_CONVERT}"),
    (0, b"\0\0\1\xba", f"it is a video (MPEG){_CONVERT}"),
    (0, b"#!AMR", f"it is AMR{_CONVERT}"),
    (0, b"\x0bw", f"it is AC-3{_CONVERT}"),
    (0, b"ADIF", f"it is AAC{_CONVERT}"),
    (0, b"\xff\xf1", f"it is AAC{_CONVERT}"),
    (0, b"\xff\xf9", f"it is AAC{_CONVERT}"),
    (0, b"MAC ", f"it is Monkey's Audio{_CONVERT}"),
    (0, b"wvpk", f"it is WavPack{_CONVERT}"),
    (0, b"\x1f\x8b", "it is compressed by gzip: unpack it"),
    (0, b"PK\3\4", "it is a zip archive: name the member, as in a.zip::b.wav"),
    (0, b"version https://git-lfs", "it is a pointer of Git LFS: `git lfs pull` brings the file"),
)
_PAGE: Final = (b"<!doctype", b"<html", b"<?xml", b'{"')
_CODECS: Final = {0x45: "G.726", 0xFF: "AAC", 0x28F: "G.722", 0x160: "WMA", 0x161: "WMA",
                  0x22: "TrueSpeech", 0x42: "G.723.1", 0x83: "G.729", 0x2000: "AC-3"}  # fmt: skip
_NAMELESS: Final = ("Format not recognised", "samplerate must be specified")
_RAW: Final = "`ffmpeg -f s16le -ar RATE -ac 1 -i FILE FILE.wav` gives raw PCM a header"
HEAD: Final = 512
"""Bytes that are enough to know."""


def foreign(head: bytes, said: str = "") -> str | None:
    """What a file is and what to do with it; None if that is not known.

    Args:
        head: how it begins, `HEAD` bytes.
        said: what libsndfile says of it.

    Example:
        >>> foreign(b"#!AMR.....")
        'it is AMR; `ffmpeg -i FILE FILE.wav` makes WAV of it'
    """
    for place, begins, what in _BEGINNINGS:
        if head[place : place + len(begins)] == begins:
            return what
    if head.lstrip().lower().startswith(_PAGE):
        return "it is a page of the web or of text, not audio: download it again"
    if head and not head.strip(b"\0"):
        return "it begins with zeros instead of a header: copy or download it again"
    if head[8:12] == b"WAVE" and (place := head.find(b"fmt ")) > 0 and len(head) >= place + 10:
        codec = struct.unpack_from("<H", head, place + 8)[0]
        if codec in _CODECS:
            return f"it is WAV with {_CODECS[codec]} in it{_CONVERT}"
    return f"it begins like no format that is known; {_RAW}" if said.startswith(_NAMELESS) else None
