"""Saved splits of one name: those of a later request take the place of all of an earlier one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import counted, few
from malsori.corpus.splits.folds import natural
from malsori.corpus.splits.info import SplitInfo, asked_of, save_split
from malsori.corpus.splits.refusals import check_name
from malsori.errors import MalsoriError
from malsori.notes import Note

_NUMBER: Final = re.compile(r"(?:-\d+)?(?:\.\d+)?$")


def taken_names(
    corpus: Corpus, name: str, names: Sequence[str] = (), *, overwrite: bool
) -> list[str]:
    """The saved splits that a request would replace, in natural order.

    They are all that an earlier request has saved under the name, so that no fold of it is left
    beside the new ones, and those called like a new one.

    Args:
        corpus: The corpus.
        name: That was asked for.
        names: Of the splits that come of it, as far as they are known.
        overwrite: Whether splits may be replaced.

    Raises:
        MalsoriError: The name is no file's name, is one of several folds, or is taken.
    """
    check_name(name)
    there = corpus.split_names()
    _check_whole(corpus, name, there)
    found = {n for n in there if n in names} | set(_of_request(corpus, name, there))
    taken = sorted(found, key=natural)
    if taken and not overwrite:
        several = f"{counted(len(taken), 'split')} of the name {name!r}: {few(taken)}"
        raise MalsoriError(
            f"corpus {corpus.name!r} already has "
            + (several if len(taken) > 1 else f"a split {taken[0]!r}"),
            hint="choose another name, or pass --overwrite, which replaces "
            f"{'all of them' if len(taken) > 1 else 'it'}: runs on the old one keep its hash",
        )
    return taken


def _of_request(corpus: Corpus, name: str, there: Sequence[str]) -> list[str]:
    """What one request has saved under a name: NAME or NAME-0 …, and inner folds of these."""
    like = re.compile(rf"{re.escape(name)}{_NUMBER.pattern}")
    return [n for n in there if n == name or (like.fullmatch(n) and _one_of_several(corpus, n))]


def _check_whole(corpus: Corpus, name: str, there: Sequence[str]) -> None:
    """Refuses to replace one fold of several alone: the others would not fit it."""
    base = _NUMBER.sub("", name)
    others = [n for n in _of_request(corpus, base, there) if n != name]
    if base != name and others and name in there and _one_of_several(corpus, name):
        raise MalsoriError(
            f"split {name!r} is one of {counted(len(others) + 1, 'split')} of {base!r}",
            hint=f"choose another name, or make {base!r} anew as a whole",
        )


def _one_of_several(corpus: Corpus, name: str) -> bool:
    """Whether a split was saved as a fold, by its record."""
    how = asked_of(corpus, name)
    several = len(how.get("ranges") or ()) > 1 or "inside" in (how.get("fold") or {})
    return several or bool(how.get("folds") or how.get("leave_one_out"))


def save_splits(
    corpus: Corpus, name: str, infos: Sequence[SplitInfo], replaced: Sequence[str]
) -> list[SplitInfo]:
    """Saves all splits of a request, and removes those that they replace.

    All is written first; a process that is killed in between leaves only old splits or only new
    ones.

    Returns:
        The splits as they were saved, with a note on what they replace.
    """
    if replaced:
        note = Note("split.replaced", {"n": len(replaced), "names": few(replaced)})
        infos = [replace(info, notes=(note, *info.notes)) for info in infos]
    folder = corpus.path / "splits"
    beside = folder / f".{name}.new"
    shutil.rmtree(beside, ignore_errors=True)
    try:
        written = [file for info in infos for file in save_split(info, corpus, beside)]
        for old in replaced:
            for suffix in (".parquet", ".yaml"):  # without its table a split is none
                (folder / f"{old}{suffix}").unlink(missing_ok=True)
        for file in written:
            file.replace(folder / file.name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return list(infos)
