"""What an audit looks at: a corpus, its sounds in numbers, a split, a tokenizer."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.audit.targets import Codes, Target, targets_of
from malsori.corpus.columns import FEATURES
from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import group_rows
from malsori.notes import Note
from malsori.schema import SPLITS
from malsori.vectors import VectorSummary

Floats = np.ndarray[Any, np.dtype[np.float64]]

MEASURES: Final = ("peak", "level", "clipped", "silence", "bandwidth")
"""Columns that measured sounds have, as in `malsori.signals.quality.Quality`."""

OF_CHANNELS: Final = ("channels", "mixed", "dead", "alike")
"""Columns of what is known of the channels of a file, as in `malsori.signals.channels.Channels`."""

TELEPHONE: Final = 4200.0
"""Hz where the spectrum of telephone audio ends at the latest: half of 8 kHz, and the slope of a
filter."""

_CHARACTERS: Final = Note("audit.unit.characters")
NO_AUDIO: Final = Note("audit.skip.no_audio")

_PEOPLE: Final = ("speaker", "call", "dialogue")
_ENOUGH_PEOPLE: Final = 8

_HANGUL: Final = re.compile("[가-힣]")
_VOWELS: Final = re.compile(r"[aeiouyáàâäéèêëíìîïóòôöúùûüаеёиоуыэюя]+", re.IGNORECASE)
_IDEOGRAPHS: Final = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_DIGITS: Final = re.compile(r"\d")


@dataclass(frozen=True)
class Tokens:
    """How long a transcript is for the encoder that will read it.

    Attributes:
        length: from a text to its number of tokens.
        limit: what is beyond is cut off; None if nothing is.
        unit: what is counted, in the plural.
    """

    length: Callable[[str], int] = len
    limit: int | None = None
    unit: Note = _CHARACTERS


@dataclass(frozen=True)
class Case:
    """A corpus under audit; what several checks need is computed once.

    Attributes:
        corpus: the corpus.
        split: name of a saved split, or None.
        tokens: how transcripts are counted.
        sounds: columns ``id`` and ``MEASURES``, or None where nothing was measured.
        rate: Hz, what the model was made for that will hear the recordings; None if not known.
    """

    corpus: Corpus
    split: str | None = None
    tokens: Tokens = field(default_factory=Tokens)
    sounds: pl.DataFrame | None = None
    rate: int | None = None

    @cached_property
    def rows(self) -> pl.DataFrame:
        """The utterances with the measures of their sounds (null where there are none)."""
        rows = self.corpus.utterances
        none = [pl.lit(None, pl.Float64).alias(m) for m in (*MEASURES, *OF_CHANNELS)]
        if self.sounds is None or not self.sounds.height:
            return rows.with_columns(none)
        known = [m for m in OF_CHANNELS if m in self.sounds.columns]
        measures = self.sounds.select("id", *MEASURES, *known).unique("id", keep="first")
        joined = rows.join(measures, on="id", how="left", maintain_order="left")
        return joined.with_columns(e for e in none if e.meta.output_name() not in joined.columns)

    @property
    def count(self) -> int:
        """How many utterances there are."""
        return self.corpus.utterances.height

    @cached_property
    def measured(self) -> int:
        """How many utterances have measured sounds."""
        return self.count - self.rows["level"].null_count()

    @property
    def no_sounds(self) -> Note | None:
        """Why no measures of sounds are known, or None if any are."""
        if self.measured:
            return None
        silent = self.rows["audio"].null_count() == self.count
        return NO_AUDIO if silent else Note("audit.skip.no_sounds")

    @property
    def no_labels(self) -> Note | None:
        """Why there is nothing to learn, or None if a task has labels of two classes."""
        return None if self.targets else Note("audit.skip.no_labels")

    @property
    def no_texts(self) -> Note | None:
        """Why there is nothing to read, or None if any row has a transcript."""
        told = self.rows["text"].null_count() < self.count
        return None if told else Note("audit.skip.no_texts")

    @cached_property
    def vectors(self) -> dict[str, VectorSummary]:
        """Modality → what the vectors are like that the corpus brings along."""
        rows, summaries = self.corpus.utterances, {}
        for column in sorted(c for c in rows.columns if c.startswith(FEATURES)):
            name = column.removeprefix(FEATURES)
            summary = VectorSummary(name, network=False, given=True)
            for row in rows.select("id", column).drop_nulls().iter_rows(named=True):
                array: Any = self.corpus.signal(row, "features", name)
                summary.add(row["id"], array)
            if len(summary):
                summaries[name] = summary
        return summaries

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What is to be learned, as classes."""
        return targets_of(self.corpus)

    @cached_property
    def people(self) -> str | None:
        """What is held out where rows must be independent: the coarsest known kind of group."""
        for column in _PEOPLE:
            groups = group_rows(self.corpus.utterances, column)
            if groups.nulls < self.count / 2 and _ENOUGH_PEOPLE <= groups.count < self.count:
                return column
        return None

    @property
    def held_out(self) -> Note:
        """What ``groups`` are, in the plural."""
        return Note(f"audit.held.{self.people or 'row'}")

    @cached_property
    def groups(self) -> Codes:
        """The group of each row ``[N]``: of ``people``, or each row for itself."""
        if self.people is None:
            return np.arange(self.count)
        return group_rows(self.corpus.utterances, self.people).codes

    @cached_property
    def parts(self) -> pl.Series | None:
        """The part of the split of each row, ``dropped`` where it is in none; None without."""
        if self.split is None:
            return None
        table = self.corpus.split(self.split).select("id", part="split")
        ids = self.corpus.utterances.select("id")
        joined = ids.join(table, on="id", how="left", maintain_order="left")
        return joined["part"].fill_null("dropped")

    def keeps_apart(self, values: pl.Series) -> bool | None:
        """Whether no value ``[N]`` is in two parts of the split; None without one."""
        if self.parts is None:
            return None
        table = pl.DataFrame({"value": values, "part": self.parts})
        table = table.filter(pl.col("value").is_not_null() & pl.col("part").is_in(SPLITS))
        return table.unique().height == table["value"].n_unique()

    @cached_property
    def asked(self) -> dict[tuple[str, ...], Any]:
        """The splits that were tried for advice, by what was asked of them."""
        return {}

    @cached_property
    def lengths(self) -> Floats:
        """Tokens of each transcript ``[N]``, NaN without one."""
        return self._of_texts(self.tokens.length)

    @cached_property
    def syllables(self) -> Floats:
        """Syllables of each transcript ``[N]``, NaN without one."""
        return self._of_texts(syllables)

    @cached_property
    def speech(self) -> Floats:
        """Seconds of speech of each row ``[N]``: without silences where sounds are measured."""
        seconds = self.numbers("duration")
        silence = np.nan_to_num(self.numbers("silence"), nan=0.0)
        return np.asarray(seconds * (1.0 - silence))

    @property
    def rates(self) -> Floats:
        """Syllables a second of each row ``[N]``, without its silences; NaN where not known."""
        return np.asarray(self.syllables / np.where(self.speech > 0, self.speech, np.nan))

    def numbers(self, column: str) -> Floats:
        """A column of numbers ``[N]``, NaN where it is null."""
        return self.rows[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()

    def ids(self, mask: Any, most: int = 3) -> tuple[str, ...]:
        """Ids of the first rows of a mask ``[N]`` or of row numbers."""
        chosen = np.asarray(mask)
        at = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return tuple(self.rows["id"].gather(at[:most].tolist()).to_list())

    def _of_texts(self, measure: Callable[[str], int]) -> Floats:
        texts = self.rows["text"]
        known = {text: float(measure(text)) for text in texts.unique().drop_nulls()}
        found = [float("nan") if text is None else known[text] for text in texts.to_list()]
        return np.array(found, np.float64)


def syllables(text: str) -> int:
    """Counts Hangul syllables, kana and ideographs, groups of vowels, and digits.

    Example:
        >>> syllables("불이 났어요, 119!"), syllables("please come"), syllables("…")
        (8, 4, 0)
    """
    kinds = (_HANGUL, _VOWELS, _IDEOGRAPHS, _DIGITS)
    return sum(len(kind.findall(text)) for kind in kinds)
