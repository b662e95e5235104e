"""One form of the names of groups, and what people are told of how these are written."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import polars as pl

from malsori.corpus.columns import META
from malsori.corpus.counting import counted
from malsori.schema import group_name

GROUPS: Final = ("speaker", "call", "dialogue", "role", "split")
"""Columns of every corpus that say which rows belong together: they hold names in one form."""

# Names like these are in that form already; only the others are looked at one by one.
_PLAIN: Final = r"^[!-~가-힣](?:[ -~가-힣]*[!-~가-힣])?$"
_DECIMAL: Final = r"^-?[0-9]+\.0+$"

_INNER: Final = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_ZEROS: Final = re.compile(r"(?<!\d)(?<!\d[.,])0+(?=\d)")
_REPEATED: Final = 0.5


@dataclass(frozen=True)
class Respelled:
    """What became of the names in a column."""

    written: int  # different spellings that are names
    names: int  # how many names they are
    blank: int  # rows with nothing that can be seen
    example: tuple[str, str] | None  # two spellings of one name, else a spelling and its name

    @property
    def merged(self) -> bool:
        """Whether several spellings are one name."""
        return self.names < self.written

    def pair(self) -> list[str]:
        """The example as a person can see it, though the two may look the same."""
        if self.example is None:
            return []
        one, other = self.example
        letters = " (NFD)" if unicodedata.normalize("NFC", one) == other else ""
        return [repr(one) + letters, repr(other)]

    def shown(self) -> str:
        """The same in one piece."""
        return (" and " if self.merged else " as ").join(self.pair())


def one_form(column: pl.Series) -> pl.Series:
    r"""A column of texts with each name in the one form; what cannot be seen is null.

    Example:
        >>> one_form(pl.Series(["s3", " s3", "3.0", "\u200b"])).to_list()
        ['s3', 's3', '3', None]
    """
    return _replaced(column, _forms(column))


def respell(
    rows: pl.DataFrame, columns: Iterable[str] = GROUPS
) -> tuple[pl.DataFrame, dict[str, Respelled]]:
    """Brings the names in some columns to the one form.

    Returns:
        The rows, the very same where nothing had to be done; and column → what was done, of
        columns where anything was.
    """
    done: dict[str, Respelled] = {}
    changed = []
    for name in columns:
        if name in rows.columns and (forms := _forms(rows[name])):
            done[name] = _respelled(rows[name], forms)
            changed.append(_replaced(rows[name], forms))
    return (rows.with_columns(changed) if changed else rows), done


def respelled(column: pl.Series) -> Respelled | None:
    """What ``one_form`` does to a column; None where that is nothing."""
    forms = _forms(column)
    return _respelled(column, forms) if forms else None


def alike(column: pl.Series) -> list[tuple[str, ...]]:
    """Names that differ only in case, width, inner blanks or leading zeros, those of one set.

    They count as different, since only a person can know that they are not.

    Example:
        >>> alike(pl.Series(["S01", "s1", "Kim Min", "KimMin", "s10", "1.5", "1.05"]))
        [('Kim Min', 'KimMin'), ('S01', 's1')]
    """
    if column.dtype != pl.String:
        return []
    sets: dict[str, list[str]] = defaultdict(list)
    for name in one_form(column).unique().drop_nulls().sort().to_list():
        sets[_folded(name)].append(name)
    return sorted(tuple(names) for names in sets.values() if len(names) > 1)


def can_group(rows: pl.DataFrame) -> list[str]:
    """The columns whose names are looked at: those that may say which rows belong together.

    ``meta.*`` are among them where most values come again.
    """
    own = [c for c in GROUPS if c != "split" and c in rows.columns]
    meta = [c for c in rows.columns if c.startswith(META) and rows[c].dtype == pl.String]
    return own + [c for c in meta if rows[c].n_unique() <= _REPEATED * rows.height]


def unify(rows: pl.DataFrame, notes: list[str]) -> pl.DataFrame:
    """What a source calls its groups, in one form; what was done, and what may be meant, is noted.

    ``meta.*`` stay as they are written, unless several spellings in a column are one name.
    """
    meta = [c for c in rows.columns if c.startswith(META)]
    found = {c: r for c in meta if (r := respelled(rows[c])) is not None and r.merged}
    rows, done = respell(rows, [*GROUPS, *found])
    for column, what in done.items():
        notes += _said(column, what)
    for column in can_group(rows):
        if sets := alike(rows[column]):
            notes.append(f"{column}: {_told(sets)}")
    return rows


def _told(sets: list[tuple[str, ...]]) -> str:
    first = " and ".join(map(repr, sets[0][:2]))
    what = counted(len(sets), "name is", "names are")
    return (
        f"{what} written in ways that differ only in case, width, blanks or leading zeros (such as "
        f"{first}); they count as different: if they are one, write them alike and import again"
    )


def _said(column: str, what: Respelled) -> list[str]:
    notes = []
    if what.blank:
        rows = counted(what.blank, "row holds", "rows hold")
        notes.append(f"{column}: {rows} nothing that can be seen: no {column}")
    if what.merged:
        names = counted(what.names, "name")
        notes.append(f"{column}: {what.written:,} spellings are {names} (such as {what.shown()})")
    elif what.example is not None:
        notes.append(
            f"{column}: some names are written in one form, without outer blanks, unseen "
            f"characters and '.0' (such as {what.shown()})"
        )
    return notes


def _forms(column: pl.Series) -> dict[str, str]:
    """Spelling → name, where they differ."""
    if column.dtype != pl.String:
        return {}
    every = column.unique().drop_nulls()
    odd = every.filter(~every.str.contains(_PLAIN) | every.str.contains(_DECIMAL))
    named = {text: group_name(text) for text in odd.sort().to_list()}
    return {text: name for text, name in named.items() if name != text or not name}


def _replaced(column: pl.Series, forms: dict[str, str]) -> pl.Series:
    if not forms:
        return column
    names = pl.Series([name or None for name in forms.values()], dtype=pl.String)
    return column.replace(pl.Series(list(forms)), names)


def _respelled(column: pl.Series, forms: dict[str, str]) -> Respelled:
    every = set(column.unique().drop_nulls())
    spellings: dict[str, list[str]] = {}
    for text, name in forms.items():
        there = name in every and name not in forms
        spellings.setdefault(name, [name] if there else []).append(text)
    unseen = spellings.pop("", [])
    names = (every - set(forms)) | set(spellings)
    several = next((s for s in spellings.values() if len(s) > 1), None)
    one = next(((texts[0], name) for name, texts in spellings.items()), None)
    return Respelled(
        written=len(every) - len(unseen),
        names=len(names),
        blank=int(column.is_in(unseen).sum()) if unseen else 0,
        example=(several[1], several[0]) if several else one,
    )


def _folded(name: str) -> str:
    """A name without case, width, blanks and leading zeros."""
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
    name = group_name(name.casefold())
    if " " in name or "\t" in name or "\n" in name:
        name = re.sub(r"\s+", " ", _INNER.sub("", name))
    return _ZEROS.sub("", name) if "0" in name else name
