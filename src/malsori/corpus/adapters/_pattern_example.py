"""A pattern that fits recordings which are there, for whom nobody has told of patterns yet."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Final

from malsori.archives import Tree
from malsori.corpus.adapters._file_pattern import FORM, Pattern
from malsori.errors import MalsoriError

AUDIO: Final = (
    *(".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff", ".aifc", ".au", ".snd"),
    *(".caf", ".w64", ".rf64", ".sph", ".m4a", ".aac", ".wma"),
)
"""Suffixes of recordings."""

_BETWEEN: Final = re.compile(r"([-_ ./]+)")


def pattern_hint(source: Path) -> str:
    """How a pattern is written: one for a recording that is there, if one is."""
    return _example(source) or FORM


def recordings_hint(folder: Path) -> str:
    """What a folder without a table may be read by, as the end of a hint; or nothing."""
    said = _example(folder)
    return f"; or, if the names of its recordings say who speaks and how: {said}" if said else ""


def _example(source: Path) -> str:
    try:
        tree = Tree(source)
    except (MalsoriError, OSError):
        return ""
    skip = 0 if source.is_dir() else 1  # an archive that is the whole source is no folder
    paths = ["/".join(entry.parts[skip:]) for entry in tree.having(*AUDIO)]
    pattern = fitting(paths)
    if not pattern:
        return ""
    return (
        f"--pattern '{pattern}' fits {paths[0]} (`start` takes it, and `corpus import files`); "
        "call its fields what they are, such as {speaker} and {emotion}, and {_} those that are "
        "left out"
    )


def fitting(paths: list[str]) -> str:
    """A pattern for the first of some paths, with a field for each part that others have otherwise.

    Example:
        >>> fitting(["Actor_01/03-05.wav", "Actor_02/03-06.wav"])
        'Actor_{a}/03-{b}.wav'
        >>> fitting(["03a01Fa.wav"])
        '{a}.wav'
    """
    if not paths:
        return ""
    body, suffix = _halves(paths[0])
    first = _BETWEEN.split(body)
    alike = [p for p in (_BETWEEN.split(_halves(path)[0]) for path in paths) if _same(p, first)]
    varied = [len(set(column)) > 1 for column in zip(*alike, strict=True)]
    whole = not any(varied)
    names = iter(string.ascii_lowercase)
    pieces = [
        f"{{{next(names, '_')}}}" if piece and not k % 2 and (whole or varied[k]) else piece
        for k, piece in enumerate(first)
    ]
    pattern = "".join(pieces) + suffix
    try:
        fits = isinstance(Pattern(pattern).read(paths[0]), dict)
    except MalsoriError:
        return ""
    return pattern if fits else ""


def _halves(path: str) -> tuple[str, str]:
    body, dot, suffix = path.rpartition(".")
    return body, dot + suffix


def _same(parts: list[str], others: list[str]) -> bool:
    """Whether the same marks stand between the parts of two paths."""
    return parts[1::2] == others[1::2]
