"""Adapter for IEMOCAP: ten actors in five sessions, English (University of Southern California)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._iemocap import (
    CODES,
    DIMENSIONS,
    NOBODY,
    UNDECIDED,
    Transcription,
    utterance_of,
)
from malsori.corpus.adapters._iemocap_reading import Reading, text_of
from malsori.corpus.adapters._published import checksums, lacking
from malsori.corpus.adapters._recordings import Recordings
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.columns import LABEL, RATERS, SOFT
from malsori.corpus.declaring import parse_task
from malsori.corpus.labels import aggregate, rater_column
from malsori.errors import MalsoriError
from malsori.schema import Task, nearest

_SETS: Final = {"all": ",".join(CODES), "four": "neu,hap=exc,sad,ang"}
_LOW, _HIGH = 1.0, 5.0
_INSTEAD: Final = (
    "give the folder with Session1 …, in which are dialog/EmoEvaluation and sentences/wav"
)
_COLUMNS: Final = (
    *("id", "call", "speaker", "dialogue", "turn", "audio", "text"),
    *("meta.session", "meta.kind", "meta.gender"),
)


class Iemocap(Adapter):
    """IEMOCAP as it is published, or some of its sessions, from folders or zips.

    Each line of ``dialog/EmoEvaluation`` that sums up an utterance is a row, its recording is the
    one in ``sentences/wav``. The evaluators' words are ``raters.emotion`` (``E2``; ``self-F1`` is
    the actress on herself), their shares ``soft.emotion`` (without the actors' own). Valence,
    activation and dominance are means from 1 to 5; one that lies outside is left out
    and counted. Text is as transcribed, with signs such as ``[LAUGHTER]``.

    Args:
        source: folder of the corpus or of a session, or one with their archives, or an archive.
        classes: of emotion. ``all`` are the ten codes; ``four`` are neu, hap (with exc), sad and
            ang, 5,531 of the published rows; or a list such as ``neu,hap=exc,ang``, where
            ``hap=exc`` says that exc counts as hap. A row of another code, or of ``xxx`` (the
            evaluators did not agree), has no label and stays.

    Raises:
        MalsoriError: ``classes`` names what is no code, or one twice.
    """

    def __init__(self, source: Path, *, classes: str = "all") -> None:
        super().__init__(source)
        self.classes = classes
        self._class_of, self._emotion = _emotion(_SETS.get(classes, classes))

    def read(self) -> Source:
        """Read all evaluations, and find the recordings and transcripts of their utterances.

        Raises:
            MalsoriError: the source is not there, or holds no evaluation or no recording.
        """
        tree = Tree(self.source)
        sheets = Recordings.index((e.name, e) for e in _in_folder(tree, "emoevaluation"))
        scripts = Recordings.index((e.name, e) for e in _in_folder(tree, "transcriptions"))
        wavs = Recordings.index((e.stem, e) for e in tree.having(".wav") if _sentence(e.stem))
        if not (sheets.found and wavs.found):
            lacks = "no .wav of an utterance" if sheets.found else "no evaluation of IEMOCAP"
            raise lacking(tree, lacks, _INSTEAD)
        reading, said = Reading(), Transcription()
        for entry in sheets.found.values():
            reading.add(entry)
        for entry in scripts.found.values():
            said.read(text_of(entry))
        rows = self._rows(reading, wavs.found, said.texts)
        reading.leave(wavs.found, tree.broken)
        twice = sheets.twice + scripts.twice + wavs.twice
        return Source(
            rows,
            [self._emotion, *(Task(name=n, kind="regression", low=1, high=5) for n in DIMENSIONS)],
            reading.notes(said, self._emotion.classes, twice),
            reading.broken,
            audio_root=tree.root.resolve(),
            provenance={
                "source": str(self.source.resolve()),
                "sha256": checksums(sheets.found.values()),
                "classes": self.classes,
            },
        )

    def _rows(
        self, reading: Reading, wavs: Mapping[str, Entry], texts: Mapping[str, str]
    ) -> pl.DataFrame:
        """The rows in the order of the files."""
        columns: dict[str, list[str | None]] = {name: [] for name in _COLUMNS}
        for _, utterance, about, place in reading.rows:
            wav = wavs.get(utterance.id)
            values = (
                *(utterance.id, about.session, about.speaker, about.dialogue),
                *(str(reading.turns[utterance.id]), wav.reference if wav else place),
                texts.get(utterance.id) or None,
                *(about.session, about.kind, about.gender),
            )
            for column, value in zip(columns.values(), values, strict=True):
                column.append(value)
        reading.met["utterances without transcript"] += columns["text"].count(None)
        numbers = pl.Series("row", [row.number for row in reading.rows], dtype=pl.Int64)
        written = [pl.Series(name, values, dtype=pl.String) for name, values in columns.items()]
        return pl.DataFrame([numbers, *written, *self._labels(reading)])

    def _labels(self, reading: Reading) -> list[pl.Series]:
        """Labels, the evaluators' shares, and what each rater said."""
        all_of = [row.utterance for row in reading.rows]
        words = [
            [v._replace(label=self._class_of.get(v.label or "")) for v in u.words] for u in all_of
        ]
        votes = [[v for v in row if v.rater.startswith("E")] for row in words]
        soft = [aggregate(row, self._emotion.classes, "majority").soft for row in votes]
        labels = [self._label(u.code, reading.unlabelled) for u in all_of]
        means = [_in_range(u.means, reading.met) for u in all_of]
        return [
            pl.Series(LABEL + "emotion", labels, dtype=pl.String),
            *(
                pl.Series(LABEL + name, [m[i] for m in means], dtype=pl.String)
                for i, name in enumerate(DIMENSIONS)
            ),
            pl.Series(SOFT + "emotion", soft, dtype=pl.List(pl.Float64)),
            rater_column(words, RATERS + "emotion"),
            *(rater_column([u.numbers.get(n) for u in all_of], RATERS + n) for n in DIMENSIONS),
        ]

    def _label(self, code: str, unlabelled: Counter[str]) -> str | None:
        """The class of a code; a word that is no code is left to the import, which names it."""
        label = self._class_of.get(code)
        if label is None:
            unlabelled[code] += 1
        return label if label or code in {*CODES, UNDECIDED} else code


def _emotion(text: str) -> tuple[dict[str, str], Task]:
    """Code → class, and the task, from a list of classes."""
    class_of = {}
    for item in text.split(","):
        name, *others = (word.strip() for word in item.split("="))
        for code in [name, *others]:
            if code in CODES:
                class_of[code] = name
            elif code != name or not others:  # a name may be a new one
                raise _no_code(code)
    declared = parse_task(f"emotion=nominal:{text}")
    task = Task(name="emotion", kind="nominal", classes=declared.classes, aliases=declared.aliases)
    return class_of, task


def _no_code(word: str) -> MalsoriError:
    return MalsoriError(
        f"classes: {word!r} is no emotion of IEMOCAP", hint=nearest(word, [*_SETS, *CODES])
    )


def _in_folder(tree: Tree, name: str) -> list[Entry]:
    """Text files right in the folders of a name: in those below are single raters' files."""
    inside = [e for e in tree.having(".txt") if len(e.parts) > 1]
    return [e for e in inside if e.parts[-2].casefold() == name and e.stem.startswith("Ses")]


def _sentence(stem: str) -> bool:
    """Whether a recording is of one utterance; ``dialog/wav`` has those of whole dialogues."""
    return utterance_of(stem) is not None or (NOBODY in stem and stem.startswith("Ses"))


def _in_range(means: tuple[str | None, ...], met: Counter[str]) -> list[str | None]:
    """Means from 1 to 5; others are left out and counted."""
    kept: list[str | None] = []
    for name, value in zip(DIMENSIONS, means, strict=True):
        try:
            outside = value is not None and not _LOW <= float(value) <= _HIGH
        except ValueError:  # left to the import, which names it
            outside = False
        met[f"{name} outside of {_LOW:g} to {_HIGH:g}, left out"] += outside
        kept.append(None if outside else value)
    return kept
