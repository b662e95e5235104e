"""Import: a source becomes a corpus, and what is broken goes to its quarantine with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from pydantic import ConfigDict

from malsori.archives import close_archives
from malsori.console import Table
from malsori.corpus import spellings
from malsori.corpus.accounting import Screened, account, nothing_left, quarantined_rows
from malsori.corpus.adapters.base import Adapter, Chosen, Source
from malsori.corpus.audio_files import place_audio
from malsori.corpus.columns import CHANNEL, FEATURES
from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.imported import Imported
from malsori.corpus.journal import Journal
from malsori.corpus.measuring import measure_audio
from malsori.corpus.screening import (
    Faults,
    check_features,
    check_ids,
    check_labels,
    check_numbers,
    check_signals,
)
from malsori.corpus.sides import choose_channels, which_channel
from malsori.corpus.spans import ends_from_lengths, read_clocks, span_notes
from malsori.corpus.writing import check_destination, staged, write_tables
from malsori.errors import MalsoriError
from malsori.schema import once

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


class ImportReport(Imported):
    """What became of every row, and the corpus.

    Attributes:
        corpus: the imported corpus.
        absent: modality → kept rows that lack it; vectors called like a signal are
            ``features.NAME`` here.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    corpus: Corpus
    absent: dict[str, int]

    def data(self) -> dict[str, Any]:
        """All of it for JSON."""
        fields = self.model_dump(exclude={"corpus"})
        return {"corpus": self.corpus.name, "path": str(self.corpus.path), **fields}

    def tables(self) -> list[Table]:
        """The counts as a table, with the notes below it."""
        return [self.table(f"Imported {self.corpus.name} to {self.corpus.path}", self.absent)]


def import_corpus(
    adapter: Adapter,
    destination: str | Path,
    *,
    name: str | None = None,
    min_seconds: float = 0.1,
    copy_audio: bool = False,
    keep_text: bool = False,
    channel: str | int | None = None,
    workers: int | None = None,
    overwrite: bool = False,
) -> ImportReport:
    r"""Import a source as a corpus.

    Every audio file is decoded once, in parallel. A broken row goes to ``quarantine.parquet``
    and is never replaced by zeros; an empty label is a missing label, empty text an absent
    modality. The corpus appears at ``destination`` when it is complete, or not at all; what was
    heard until an interrupt is noted beside it, and the next import of the source continues.

    Args:
        adapter: the source.
        destination: folder of the new corpus.
        name: the corpus' name; None takes the folder's.
        min_seconds: shorter audio is quarantined as ``too-short``.
        copy_audio: copy the audio of kept rows into the corpus.
        keep_text: keep a row with broken audio for its text or features; it is recorded in the
            quarantine all the same.
        channel: which channel of a recording is heard: its number, from 0; ``each`` makes a row of
            each, ``ID#0``, ``ID#1`` …, of one call; None averages them. A row of the source that
            names one keeps it.
        workers: processes that decode; None takes every core.
        overwrite: replace a corpus at ``destination``, with its saved splits.

    Raises:
        MalsoriError: the source cannot be read, the destination is taken, or no row is whole.

    Example:
        >>> import tempfile
        >>> from malsori.corpus.adapters.table import Table
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "calls.csv"
        ...     _ = file.write_text("id,text,mood\na,네,good\nb,아니,bda\n", encoding="utf-8")
        ...     table = Table(file, tasks=["mood=nominal:bad,good"])
        ...     report = import_corpus(table, Path(folder) / "corpus")
        >>> report.kept, report.quarantined
        (1, {'unknown-label': 1})
    """
    destination, which = Path(destination), which_channel(channel)
    check_destination(destination, overwrite=overwrite)
    _check_apart(adapter.source, destination)
    inside = destination.resolve().is_relative_to(adapter.source.resolve())
    if inside and adapter.source.is_dir() and not adapter.corpus_inside:
        raise MalsoriError(
            f"{destination} lies in {adapter.source}, which is read: another import of it would "
            "read what this one writes",
            hint="name a destination outside of the source",
        )
    source = choose_channels(adapter.read(), which, workers)
    if source.audio_root is not None:
        _check_apart(source.audio_root, destination)
    close_archives()  # what the adapter had open would weigh on every process that hears
    _check_tasks(source)
    spec = CorpusSpec(
        name=name or destination.resolve().name,
        adapter=adapter.kind,
        tasks=tuple(source.tasks),
        provenance=source.provenance | ({} if which is None else {CHANNEL: which}),
    )
    # What was measured survives an interrupt: the same command continues with it.
    settings = {"min_seconds": min_seconds, "clip_ends": source.clip_ends}
    with Journal(_journal(destination), settings) as journal:
        screened = _screen(source, journal, min_seconds, keep_text=keep_text, workers=workers)
        if not screened.kept:
            journal.remove()
            raise nothing_left(adapter.source, source, screened)
        with staged(destination, overwrite=overwrite) as folder:
            imported = _write(folder, spec, source, screened, copy_audio=copy_audio)
        journal.remove()
    del source, screened  # the corpus is as large again
    corpus = Corpus.open(destination)
    return ImportReport(corpus=corpus, absent=_absent(corpus), **imported.model_dump())


def _check_tasks(source: Source) -> None:
    """Whatever the adapter, two tasks of one name would be one of them."""
    try:
        once(tuple(source.tasks))
    except ValueError as error:
        raise MalsoriError(str(error), hint="declare it once") from error


def _journal(destination: Path) -> Path:
    """The folder of the journal, beside the destination."""
    place = destination.resolve()
    return place.with_name(f".{place.name}.heard")


def _check_apart(source: Path, destination: Path) -> None:
    """A source inside the corpus that replaces it would be deleted with the old corpus."""
    if source.resolve().is_relative_to(destination.resolve()):
        raise MalsoriError(
            f"{source} lies in {destination}, which is to be written",
            hint="name another destination",
        )


# -- screening ----------------------------------------------------------------------------------


def _screen(
    source: Source,
    journal: Journal,
    min_seconds: float,
    *,
    keep_text: bool,
    workers: int | None,
) -> Screened:
    notes: list[str] = []
    faults = Faults()
    rows = check_numbers(read_clocks(_blank_text(source.rows)), faults)
    rows = ends_from_lengths(rows, faults)
    rows = check_ids(rows, faults, notes)
    rows = check_labels(rows, source.tasks, faults, notes)
    with_features = check_features(source.features, faults, notes)
    check_signals(rows, with_features, faults)
    rows = spellings.unify(rows, notes)
    text_only: dict[int, tuple[str, str]] = {}
    measured = None
    if source.audio_root is not None and "audio" in rows.columns:
        measured = measure_audio(
            rows,
            source.audio_root,
            faults,
            journal,
            min_seconds=min_seconds,
            clip_ends=source.clip_ends,
            workers=workers,
        )
        rows = measured.rows
        notes += measured.notes
        for position, fault in measured.broken.items():
            has_text = "text" in rows.columns and rows["text"][position] is not None
            if keep_text and (has_text or position in with_features):
                text_only[position] = fault
            else:
                faults.add(position, *fault)
    kept = [i for i in range(rows.height) if i not in faults.found]
    notes += span_notes(rows, kept)
    return Screened(rows, kept, faults, text_only, notes, measured)


def _blank_text(rows: pl.DataFrame) -> pl.DataFrame:
    """Text of nothing but white space is an absent modality."""
    if "text" not in rows.columns:
        return rows
    said = pl.col("text").str.contains(r"\S")  # stripping would copy all text
    return rows.with_columns(pl.when(said).then("text"))


# -- writing ------------------------------------------------------------------------------------


def _write(
    folder: Path, spec: CorpusSpec, source: Source, screened: Screened, *, copy_audio: bool
) -> Imported:
    """Write the corpus, and say what became of all rows."""
    rows = screened.rows[screened.kept]
    features = _kept_features(source, screened)
    imported = account(source, screened, rows)
    counts = {
        "read": source.read,
        "quarantined": source.read - rows.height,
        "text_only": len(screened.text_only),
    }
    rows, root = place_audio(rows, source.audio_root, folder, copy=copy_audio)
    more = {"audio_root": root, "counts": counts, "imported": imported}
    write_tables(
        folder,
        spec.model_copy(update=more),
        rows.drop("row"),
        quarantine=quarantined_rows(source, screened),
        features=features,
        sounds=None if screened.measured is None else screened.measured.sounds(screened.kept),
    )
    return imported


def _kept_features(source: Source, screened: Screened) -> dict[str, Sequence[FloatArray | None]]:
    """Vectors of the kept rows; a modality that none of them has is left out, with a note."""
    chosen: dict[str, Sequence[FloatArray | None]] = {}
    for modality, arrays in source.features.items():
        if any(arrays[i] is not None for i in screened.kept):
            chosen[modality] = Chosen(arrays, screened.kept)
        else:
            screened.notes.append(f"{modality}: no kept utterance has it, so it is left out")
    return chosen


def _absent(corpus: Corpus) -> dict[str, int]:
    """Modality → rows that lack it."""
    rows = corpus.utterances
    columns = {"speech": "audio", "text": "text"}
    columns = {m: c for m, c in columns.items() if rows[c].null_count() < rows.height}
    for modality in corpus.spec.features:
        column = FEATURES + modality
        columns[column if modality in columns else modality] = column
    absent = {m: rows[c].null_count() for m, c in columns.items()}
    return {m: n for m, n in absent.items() if n}
