"""Transcripts of KEMDy: their encodings, and the markers that annotators wrote into them."""

from __future__ import annotations

import csv
import re
from typing import Final, Literal

from malsori.signals.cleaning import markers

Transcripts = Literal["clean", "raw", "rsa_cfn"]

# Two bytes of UTF-8: Latin, Greek, Cyrillic …, which no Korean transcript holds. So CP949
# Hangul that happens to be valid UTF-8 (it can only be of two bytes) is told apart for certain.
_TWO_BYTES: Final = re.compile("[\u0080-\u07ff]")


def decode_transcript(data: bytes) -> str | None:
    """The text of a transcript in UTF-8 or CP949, whichever it is; None if it is neither.

    Example:
        >>> decode_transcript("카".encode("cp949")), decode_transcript("카".encode())
        ('카', '카')
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is not None and not _TWO_BYTES.search(text):
        return text
    try:
        return data.decode("cp949")
    except UnicodeDecodeError:
        return text


def transcript(text: str, how: Transcripts = "clean") -> str:
    """A transcript as it is to be trained on; empty where nothing is left of it.

    Args:
        text: as it is in the file; several lines are one utterance.
        how: ``clean`` takes out what was not said: ``c/`` run-on, ``n/`` and ``N/`` noise,
            ``u/`` unintelligible, ``l/`` a hum, ``b/`` breath, groups such as ``(웃음)``, and the
            signs ``*`` uncertain, ``+`` stutter, ``/`` filler, whose words stay. ``raw`` leaves
            all of it. ``rsa_cfn`` is what RSA-CFN trained on: the first line with its markers,
            cut at the first comma, since its code read the file as a table.

    Example:
        >>> transcript("c/ 네, b/ 그+ 그래서 *정말 (웃음) 좋았어요")
        '네, 그 그래서 정말 좋았어요'
        >>> transcript("c/ 네, b/ 그+ 그래서", "rsa_cfn")
        'c/ 네'
    """
    if how == "rsa_cfn":
        lines = [line for line in text.splitlines() if line.strip()]
        return next(csv.reader(lines[:1]), [""])[0].strip()
    if how == "clean":
        text = markers(text)
    return " ".join(text.split())
