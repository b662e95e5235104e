"""What in a corpus is nearly the same, found once and kept as long as the corpus is open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import TEXT, values_of
from malsori.corpus.near.pairs import Pairs, components_of
from malsori.corpus.near.sounds import near_sounds
from malsori.corpus.near.texts import near_texts
from malsori.errors import MalsoriError

NEAR_TEXT: Final = "near_text"
NEAR_AUDIO: Final = "near_audio"
NEAR: Final = (NEAR_TEXT, NEAR_AUDIO)
"""Columns that are not in the table: a split can be grouped by them, as by one that is."""

# A corpus is only read, so what was found in it stays true.
_FOUND: WeakKeyDictionary[Corpus, dict[str, Near]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Near:
    """The different things of one kind in a corpus, and which of them are nearly the same."""

    column: str  # ``near_text`` or ``near_audio``
    # Normalised text or hash of the audio of each row ``[N]``, null where there is none; what
    # is identical is one thing
    values: pl.Series
    things: list[str]  # the different values, sorted
    pairs: Pairs  # those that are nearly the same, by their places in ``things``

    def groups(self) -> pl.Series:
        """The first of the things that a row's hangs together with ``[N]``, null where none."""
        codes = components_of(self.pairs, len(self.things))
        first = dict(zip(codes[::-1].tolist(), self.things[::-1], strict=True))
        name = {t: first[c] for t, c in zip(self.things, codes.tolist(), strict=True)}
        groups = self.values.replace_strict(name, default=None, return_dtype=pl.String)
        return groups.alias(self.column)


def find_near(corpus: Corpus, column: str) -> Near:
    """Finds what is nearly the same; asked again, it does not look again.

    Args:
        corpus: The corpus.
        column: ``near_text``, by character 3-grams of the normalised texts (see ``near_texts``),
            or ``near_audio``, by the fingerprints that were taken at import.
    """
    known = _FOUND.setdefault(corpus, {})
    if column not in known:
        known[column] = _by_text(corpus) if column == NEAR_TEXT else _by_audio(corpus)
    return known[column]


def with_near(corpus: Corpus, names: Collection[str]) -> pl.DataFrame:
    """The table of utterances, with the columns of ``NEAR`` among ``names`` in it."""
    rows = corpus.utterances
    if NEAR_AUDIO in names and not corpus.sounds.height:
        raise MalsoriError(
            f"corpus {corpus.name!r} has no fingerprints of its audio to group by",
            hint="they are taken at import: import it again, with audio",
        )
    return rows.with_columns(find_near(corpus, name).groups() for name in NEAR if name in names)


def _by_text(corpus: Corpus) -> Near:
    values = values_of(corpus.utterances, TEXT)
    things = values.unique().drop_nulls().sort().to_list()
    return Near(NEAR_TEXT, values, things, near_texts(things))


def _by_audio(corpus: Corpus) -> Near:
    rows = corpus.utterances.select("id", thing=pl.coalesce("audio_hash", "id"))
    heard = rows.join(corpus.sounds.select("id", "words", "at"), on="id", how="inner")
    heard = heard.sort("thing", "id").unique("thing", keep="first", maintain_order=True)
    audible = corpus.utterances["audio_hash"].is_not_null() | rows["id"].is_in(
        corpus.sounds["id"].implode()
    )
    values = rows["thing"].zip_with(audible, pl.Series([None], dtype=pl.String))
    things = values.unique().drop_nulls().sort().to_list()
    pairs = near_sounds(heard)
    # What has no fingerprint has its place among the others. Both lists are sorted.
    place = {thing: number for number, thing in enumerate(things)}
    places = np.array([place[thing] for thing in heard["thing"]], np.int64)
    pairs = Pairs(places[pairs.first], places[pairs.second], pairs.score)
    return Near(NEAR_AUDIO, values, things, pairs)
