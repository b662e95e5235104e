"""The same sound or words twice."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.asking import no_split, why_not
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.corpus.grouping import TEXT, values_of
from malsori.corpus.leaks import MIN_TEXT
from malsori.findings import MANY, Finding, found
from malsori.notes import Note


class Duplicate(Check[Case]):
    """Copies count twice, and on both sides of a split they are a leak."""

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares hashes of sounds, then texts in the form of their letters."""
        sounds = case.rows["audio_hash"]
        if again := _again(sounds):
            yield _repeated(case, sounds, again)
        texts = values_of(case.rows, TEXT)
        texts = texts.set(texts.str.len_chars() < MIN_TEXT, None)
        if again := _again(texts):
            apart = case.keeps_apart(texts)
            why = None if apart else why_not(case, [TEXT])
            yield found(
                "audit.duplicate.texts",
                "note",
                "text",
                numbers={"rows": again, "of": texts.count()},
                transcripts=of_all(again, texts.count(), "transcript"),
                otherwise=True,
                do=_kept(case) if apart else None if why is None else no_split(why),
                examples=case.ids((texts.is_duplicated() & texts.is_not_null()).to_numpy()),
            )


def _kept(case: Case) -> Note:
    return Note("audit.duplicate.texts.do_apart", {"split": case.split})


def _again(values: pl.Series) -> int:
    """How many rows share their value with another."""
    return int(values.drop_nulls().is_duplicated().sum())


def _repeated(case: Case, sounds: pl.Series, again: int) -> Finding:
    total = sounds.count()
    copies = again - sounds.filter(sounds.is_duplicated()).drop_nulls().n_unique()
    return found(
        "audit.duplicate.sounds",
        "warning" if copies >= MANY * total else "note",
        "speech",
        numbers={"rows": again, "copies": copies, "of": total},
        recordings=of_all(again, total, "recording"),
        otherwise=True,
        examples=case.ids((sounds.is_duplicated() & sounds.is_not_null()).to_numpy()),
    )
