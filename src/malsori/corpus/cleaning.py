"""Cells as they are meant: without what nobody sees, and empty where a data frame wrote a word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from malsori.corpus.columns import LABEL, META
from malsori.corpus.counting import counted, few
from malsori.corpus.members import WRITTEN
from malsori.schema import UNSEEN

_UNSEEN: Final = "[" + "".join(f"\\x{{{code:x}}}" for code in UNSEEN) + "]"
_SHOWN: Final = 6


def cleaned(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """A table in the corpus' columns, before any row is checked.

    The words are those that data frames write, spelled exactly so; a label's are left to the task,
    which may have a class of that name. Paths stay as written, since files may be called so.
    """
    found: dict[str, int] = {}
    for name in frame.columns:
        if name != "audio" and frame[name].dtype == pl.String:
            odd = frame[name].str.contains(_UNSEEN).fill_null(False)
            if odd.any():
                found[_shown(name)] = int(odd.sum())
                clean = pl.col(name).str.replace_all(_UNSEEN, "")
                frame = frame.with_columns(pl.when(clean.str.strip_chars() != "").then(clean))
    if found:
        notes.append(
            "characters that nobody sees (such as U+200B, U+FEFF or controls) are left out: "
            f"{_rows(found.items())}"
        )
    return _without_words(frame, notes)


def _without_words(frame: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    found: dict[str, int] = {}
    for name in frame.columns:
        if name.startswith(LABEL) or frame[name].dtype != pl.String:
            continue
        said = frame[name].str.strip_chars()
        hit = said.is_in(sorted(WRITTEN)).fill_null(False)
        if not hit.any():
            continue
        for word, rows in said.filter(hit).value_counts(sort=True).iter_rows():
            found[f"{_shown(name)} {word!r}"] = rows
        frame = frame.with_columns(pl.when(~hit).then(pl.col(name)))
    if found:
        notes.append(f"words that a data frame writes for 'missing' are so: {_rows(found.items())}")
    return frame


def _shown(name: str) -> str:
    return name.removeprefix(META)


def _rows(found: Iterable[tuple[str, int]]) -> str:
    return few([f"{what} ({counted(rows, 'row')})" for what, rows in found], _SHOWN)
