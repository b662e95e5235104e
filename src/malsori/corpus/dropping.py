"""Single rows left out of a corpus without a new import, and brought back."""

from __future__ import annotations

import difflib
import getpass
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from malsori.corpus.corpus import DROPPED, DROPPED_FILE, UTTERANCES_FILE, Corpus
from malsori.corpus.counting import counted, few
from malsori.errors import MalsoriError
from malsori.io import write_parquet
from malsori.locks import locked
from malsori.schema import normal

_PLACE: Final = f"{DROPPED}place"
_SHOWN: Final = 3


def drop_rows(corpus: Corpus, ids: Sequence[str], *, reason: str | None = None) -> Corpus:
    """Leaves rows out of a corpus, until `restore_rows` brings them back.

    Whole rows move to ``dropped.parquet`` in the corpus' folder, with when, by whom and why. A
    saved split keeps its name; the rows are in none of its parts any more. Vectors and
    recordings stay where they are.

    Args:
        corpus: The corpus; its folder is changed.
        ids: Of the rows.
        reason: Why, for who reads it later.

    Returns:
        The corpus without them. Its digest is another one.

    Raises:
        MalsoriError: An id is no row's, or no row would be left; then nothing is changed.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a", "b", "c"], "text": ["가", "나", "다"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     corpus = write_corpus(folder, CorpusSpec(name="t", adapter="x", tasks=()), rows)
        ...     fewer = drop_rows(corpus, ["b"], reason="another person answers")
        ...     again = restore_rows(fewer)
        >>> fewer.utterances["id"].to_list(), again.digest == corpus.digest
        (['a', 'c'], True)
    """
    with _changing(corpus.path) as now:
        rows, gone = now.utterances, now.dropped
        wanted = _found(ids, rows, gone, "dropped already", corpus.path)
        leave = pl.col("id").is_in(wanted)
        if not rows.filter(~leave).height:
            raise MalsoriError(f"{corpus.path}: no row would be left", hint="name fewer ids")
        about = {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "who": _user(),
            "reason": reason,
        }
        said = [pl.lit(value, pl.String).alias(DROPPED + name) for name, value in about.items()]
        more = rows.with_columns(_places(rows, gone)).filter(leave).with_columns(said)
        # In this order: a row is in both tables for a moment, but never in none.
        write_parquet(pl.concat([gone, more], how="diagonal"), corpus.path / DROPPED_FILE)
        write_parquet(rows.filter(~leave), corpus.path / UTTERANCES_FILE)
    return Corpus.open(corpus.path)


def restore_rows(corpus: Corpus, ids: Sequence[str] | None = None) -> Corpus:
    """Brings dropped rows back to the places that they had.

    Args:
        corpus: The corpus; its folder is changed.
        ids: Of the rows; None brings all back.

    Returns:
        The corpus with them; with all of them it is as if none had ever been dropped.

    Raises:
        MalsoriError: An id is that of no dropped row; then nothing is changed.
    """
    with _changing(corpus.path) as now:
        rows, gone = now.utterances, now.dropped
        if not gone.width:
            raise MalsoriError(f"{corpus.path}: no row was dropped")
        named = gone["id"].to_list() if ids is None else ids
        wanted = _found(named, gone, rows, "not dropped", corpus.path)
        back = pl.col("id").is_in(wanted)
        placed = rows.with_columns(_places(rows, gone))
        returned = gone.filter(back).select(placed.columns)
        whole = pl.concat([placed, returned]).sort(_PLACE).select(rows.columns)
        write_parquet(whole, corpus.path / UTTERANCES_FILE)
        left = gone.filter(~back)
        if left.height:
            write_parquet(left, corpus.path / DROPPED_FILE)
        else:
            (corpus.path / DROPPED_FILE).unlink(missing_ok=True)
    return Corpus.open(corpus.path)


def in_no_part(corpus: Corpus, ids: Collection[str]) -> dict[str, int]:
    """Saved splits that lack rows of the corpus, with how many of these ids; others are left out.

    Such a split was made while the rows were dropped.
    """
    there = corpus.utterances.filter(pl.col("id").is_in(list(ids)))["id"]
    lack = {
        n: int((~there.is_in(corpus.split(n)["id"].to_list())).sum()) for n in corpus.split_names()
    }
    return {name: rows for name, rows in lack.items() if rows}


@contextmanager
def _changing(folder: Path) -> Iterator[Corpus]:
    """The corpus as it is now, which nobody else changes meanwhile."""
    with locked(folder / ".rows.lock", f"{folder}: another process changes its rows"):
        yield Corpus.open(folder)


def _places(rows: pl.DataFrame, gone: pl.DataFrame) -> pl.Series:
    """Where each row stands among all, those that were dropped included."""
    taken = set(gone[_PLACE]) if gone.width else set()
    places = [n for n in range(rows.height + len(taken)) if n not in taken]
    return pl.Series(_PLACE, places, dtype=pl.Int64)


def _found(
    ids: Sequence[str], rows: pl.DataFrame, others: pl.DataFrame, why: str, folder: Path
) -> list[str]:
    """The ids, each once, if each is one of the rows'; `why` is what those of the others are."""
    wanted = list(dict.fromkeys(normal(key) for key in ids))
    if not wanted:
        raise MalsoriError(f"{folder}: no id is named", hint="name the rows by their ids")
    known = rows["id"].to_list()
    there, elsewhere = set(known), set(others["id"] if others.width else ())
    strange = [key for key in wanted if key not in there]
    if not strange:
        return wanted
    shown = few([repr(key) for key in strange], _SHOWN + 1)
    if elsewhere.issuperset(strange):
        raise MalsoriError(
            f"{folder}: {shown}: {why}", hint="nothing was changed; --list shows what is dropped"
        )
    near = [m for key in strange[:_SHOWN] for m in difflib.get_close_matches(key, known, n=1)]
    meant = f"did you mean {', '.join(map(repr, near))}? " if near else ""
    of_none = counted(len(strange), "id is no row's", "ids are no rows'")
    raise MalsoriError(f"{folder}: {of_none}: {shown}", hint=f"{meant}nothing was changed")


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a container may know no names
        return None
