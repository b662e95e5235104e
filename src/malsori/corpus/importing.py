"""Import: a source becomes a corpus, and what is broken goes to its quarantine with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from malsori.console import Column, Table
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.audio_files import hear, place_audio
from malsori.corpus.columns import FEATURES, LABEL, QUARANTINE
from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.counting import counted
from malsori.corpus.screening import (
    Faults,
    check_features,
    check_ids,
    check_labels,
    check_numbers,
    check_signals,
)
from malsori.corpus.writing import check_destination, staged, write_tables
from malsori.errors import MalsoriError

_SHOWN = 5
_MOST = 0.5

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class ImportReport:
    """What became of every row: ``read`` = ``kept`` + the sum of ``quarantined``.

    Attributes:
        corpus: the imported corpus.
        read: rows that the source has.
        kept: rows of the corpus.
        quarantined: reason → rows that are not in the corpus.
        unknown_labels: task → label that is no class → rows that are not in the corpus for it,
            most first.
        text_only: reason → rows that are in the corpus without their broken audio
            (``keep_text``); the quarantine tells of them too.
        missing_labels: task → kept rows that it has no label for.
        absent: modality → kept rows that lack it; vectors called like a signal are
            ``features.NAME`` here.
        notes: what was inferred or repaired.
    """

    corpus: Corpus
    read: int
    kept: int
    quarantined: dict[str, int]
    unknown_labels: dict[str, dict[str, int]]
    text_only: dict[str, int]
    missing_labels: dict[str, int]
    absent: dict[str, int]
    notes: list[str]

    def data(self) -> dict[str, Any]:
        """All of it for JSON."""
        fields = {k: v for k, v in vars(self).items() if k != "corpus"}
        return {"corpus": self.corpus.name, "path": str(self.corpus.path), **fields}

    def tables(self) -> list[Table]:
        """The counts as a table, with the notes below it."""
        rows: list[list[object]] = [["read", "", self.read], ["kept", "", self.kept]]
        groups = {
            "quarantined": {self._named(r): n for r, n in self.quarantined.items()},
            "kept as text only": self.text_only,
            "label missing": self.missing_labels,
            "modality absent": self.absent,
        }
        rows += [[what, key, n] for what, counts in groups.items() for key, n in counts.items()]
        columns = [Column("rows"), Column(""), Column("count", "right")]
        note = "\n".join(f"- {note}" for note in self.notes) or None
        title = f"Imported {self.corpus.name} to {self.corpus.path}"
        return [Table(title, columns, rows, note)]

    def _named(self, reason: str) -> str:
        """A reason; that of unknown labels with the most frequent ones."""
        if reason != "unknown-label":
            return reason
        tasks = []
        for task, labels in self.unknown_labels.items():
            shown = [f"{label} {n:,}" for label, n in labels.items()]
            more = ", …" if len(shown) > _SHOWN else ""
            tasks.append(f"{task}: {', '.join(shown[:_SHOWN])}{more}")
        return f"{reason} ({'; '.join(tasks)})"


def import_corpus(
    adapter: Adapter,
    destination: str | Path,
    *,
    name: str | None = None,
    min_seconds: float = 0.1,
    copy_audio: bool = False,
    keep_text: bool = False,
    workers: int | None = None,
    overwrite: bool = False,
) -> ImportReport:
    r"""Import a source as a corpus.

    Every audio file is decoded once, in parallel. A broken row goes to ``quarantine.parquet``
    and is never replaced by zeros; an empty label is a missing label, empty text an absent
    modality. The corpus appears at ``destination`` when it is complete, or not at all.

    Args:
        adapter: the source.
        destination: folder of the new corpus.
        name: the corpus' name; None takes the folder's.
        min_seconds: shorter audio is quarantined as ``too-short``.
        copy_audio: copy the audio of kept rows into the corpus.
        keep_text: keep a row with broken audio for its text or features; it is recorded in the
            quarantine all the same.
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
    destination = Path(destination)
    check_destination(destination, overwrite=overwrite)
    _check_apart(adapter.source, destination)
    source = adapter.read()
    if source.audio_root is not None:
        _check_apart(source.audio_root, destination)
    screened = _screen(source, min_seconds=min_seconds, keep_text=keep_text, workers=workers)
    if not screened.kept:
        raise _nothing_left(adapter.source, source, screened)
    rows = screened.rows[screened.kept]
    features = _kept_features(source, screened)
    quarantine = _quarantine(source, screened)
    counts = {
        "read": source.read,
        "quarantined": source.read - rows.height,
        "text_only": len(screened.text_only),
    }
    with staged(destination, overwrite=overwrite) as folder:
        rows, root = place_audio(rows, source.audio_root, folder, copy=copy_audio)
        spec = CorpusSpec(
            name=name or destination.resolve().name,
            adapter=adapter.kind,
            tasks=tuple(source.tasks),
            audio_root=root,
            provenance=source.provenance,
            counts=counts,
        )
        write_tables(folder, spec, rows.drop("row"), quarantine=quarantine, features=features)
    return _report(Corpus.open(destination), source, screened)


def _check_apart(source: Path, destination: Path) -> None:
    """A source inside the corpus that replaces it would be deleted with the old corpus."""
    if source.resolve().is_relative_to(destination.resolve()):
        raise MalsoriError(
            f"{source} lies in {destination}, which is to be written",
            hint="name another destination",
        )


# -- screening ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Screened:
    """All rows after the checks: which are kept, and what is wrong with which."""

    rows: pl.DataFrame
    kept: list[int]
    faults: Faults
    text_only: dict[int, tuple[str, str]]
    notes: list[str]


def _screen(
    source: Source, *, min_seconds: float, keep_text: bool, workers: int | None
) -> _Screened:
    notes: list[str] = []
    faults = Faults()
    rows = check_numbers(_blank_text(source.rows), faults)
    rows = check_ids(rows, faults)
    rows = check_labels(rows, source.tasks, faults, notes)
    with_features = check_features(source.features, faults, notes)
    check_signals(rows, with_features, faults)
    text_only: dict[int, tuple[str, str]] = {}
    if source.audio_root is not None and "audio" in rows.columns:
        rows, broken = hear(rows, source.audio_root, faults, min_seconds, workers)
        for position, fault in broken.items():
            has_text = "text" in rows.columns and rows["text"][position] is not None
            if keep_text and (has_text or position in with_features):
                text_only[position] = fault
            else:
                faults.add(position, *fault)
    kept = [i for i in range(rows.height) if i not in faults.found]
    return _Screened(rows, kept, faults, text_only, notes)


def _blank_text(rows: pl.DataFrame) -> pl.DataFrame:
    """Text of nothing but white space is an absent modality."""
    if "text" not in rows.columns:
        return rows
    return rows.with_columns(pl.when(pl.col("text").str.strip_chars() != "").then("text"))


def _nothing_left(where: Path, source: Source, screened: _Screened) -> MalsoriError:
    quarantine = _quarantine(source, screened)
    reasons = ", ".join(f"{n} {r}" for r, n in Counter(quarantine["reason"]).most_common())
    row, _, _, _, detail = quarantine.row(0)
    rows = "the only row" if source.read == 1 else f"none of the {source.read:,} rows"
    can = "cannot" if source.read == 1 else "can"
    return MalsoriError(
        f"{rows} of {where} {can} be kept: {reasons}; row {row}: {detail}",
        hint="; ".join([*_on_missing_files(source, screened), "nothing was written"]),
    )


# -- writing ------------------------------------------------------------------------------------


def _kept_features(source: Source, screened: _Screened) -> dict[str, Sequence[FloatArray | None]]:
    """Vectors of the kept rows; a modality that none of them has is left out, with a note."""
    chosen: dict[str, Sequence[FloatArray | None]] = {}
    for modality, arrays in source.features.items():
        if any(arrays[i] is not None for i in screened.kept):
            chosen[modality] = _Chosen(arrays, screened.kept)
        else:
            screened.notes.append(f"{modality}: no kept utterance has it, so it is left out")
    return chosen


class _Chosen(Sequence[FloatArray | None]):
    """Some items of a sequence, read only when asked for."""

    def __init__(self, arrays: Sequence[FloatArray | None], positions: Sequence[int]) -> None:
        self._arrays, self._positions = arrays, positions

    def __len__(self) -> int:
        return len(self._positions)

    def __getitem__(self, index: Any) -> Any:
        return self._arrays[self._positions[index]]


def _quarantine(source: Source, screened: _Screened) -> pl.DataFrame:
    """Every row that is not in the corpus or not as its source has it, by row number."""
    written = next((c for c in ("written", "audio") if c in screened.rows.columns), None)
    files = screened.rows[written] if written else [None] * screened.rows.height
    records = [(b.row, b.id, b.file, b.reason, b.detail) for b in source.broken]
    kept_as_text = {
        i: (reason, f"{detail}; the row is kept without its audio")
        for i, (reason, detail) in screened.text_only.items()
    }
    for i, fault in (screened.faults.found | kept_as_text).items():
        records.append((screened.rows["row"][i], screened.rows["id"][i], files[i], *fault))
    return pl.DataFrame(records, schema=QUARANTINE, orient="row").sort("row", maintain_order=True)


def _report(corpus: Corpus, source: Source, screened: _Screened) -> ImportReport:
    rows = corpus.utterances
    reasons = Counter([b.reason for b in source.broken])
    reasons.update(reason for reason, _ in screened.faults.found.values())
    columns = {m: c for m, c in (("speech", "audio"), ("text", "text")) if _any(rows, c)}
    for modality in corpus.spec.features:
        column = FEATURES + modality
        columns[column if modality in columns else modality] = column
    absent = {m: rows[c].null_count() for m, c in columns.items()}
    return ImportReport(
        corpus,
        read=source.read,
        kept=rows.height,
        quarantined=dict(sorted(reasons.items())),
        unknown_labels=_unknown_labels(screened.faults),
        text_only=dict(sorted(Counter(r for r, _ in screened.text_only.values()).items())),
        missing_labels={t: rows[LABEL + t].null_count() for t in corpus.tasks},
        absent={m: n for m, n in absent.items() if n},
        notes=[*source.notes, *screened.notes, *_on_missing_files(source, screened)],
    )


def _unknown_labels(faults: Faults) -> dict[str, dict[str, int]]:
    """Task → label that is no class → rows, most first."""
    found: dict[str, dict[str, int]] = {}
    for (task, label), rows in faults.labels.most_common():
        if rows:
            found.setdefault(task, {})[label] = rows
    return found


def _on_missing_files(source: Source, screened: _Screened) -> list[str]:
    """What to do if most of the audio files are not there: nearly always another folder."""
    written = "written" if "written" in screened.rows.columns else "audio"
    if source.audio_root is None or written not in screened.rows.columns:
        return []
    audible = screened.rows.height - screened.rows[written].null_count()
    faults = [*screened.faults.found.values(), *screened.text_only.values()]
    missing = sum(reason == "missing" for reason, _ in faults)
    if missing <= _MOST * audible:
        return []
    files = counted(audible, "audio file is", "audio files are")
    note = f"{missing:,} of {files} not below {source.audio_root}"
    return [f"{note}; if they are elsewhere, say --audio-root FOLDER"]


def _any(rows: pl.DataFrame, column: str) -> bool:
    return rows[column].null_count() < rows.height
