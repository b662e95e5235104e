"""The account of an import: each row of the source is kept, or left out with its reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from malsori.archives import divided
from malsori.corpus.adapters.base import Source
from malsori.corpus.audio_paths import THERE
from malsori.corpus.columns import LABEL, QUARANTINE
from malsori.corpus.counting import counted, few
from malsori.corpus.imported import Imported
from malsori.corpus.measuring import Measurements
from malsori.corpus.screening import Faults
from malsori.errors import MalsoriError

_SHOWN = 5
_MOST = 0.5
_ARCHIVE = "unreadable-archive"


@dataclass(frozen=True)
class Screened:
    """All rows after the checks: which are kept, and what is wrong with which."""

    rows: pl.DataFrame  # of the source, with what was measured of them
    kept: list[int]  # positions of those that make the corpus
    faults: Faults  # what is wrong with the others
    # Position of a row that is kept without its audio → (reason, detail)
    text_only: dict[int, tuple[str, str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what was met
    measured: Measurements | None = None  # what became of the audio; None if the source has none


def quarantined_rows(source: Source, screened: Screened) -> pl.DataFrame:
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


def account(source: Source, screened: Screened, rows: pl.DataFrame) -> Imported:
    """The account of all rows."""
    reasons = Counter([b.reason for b in source.broken])
    reasons.update(reason for reason, _ in screened.faults.found.values())
    repaired = Counter(source.repaired)
    repaired.update(screened.measured.repaired if screened.measured else {})
    labels = {t.name: LABEL + t.name for t in source.tasks}
    return Imported(
        read=source.read,
        kept=rows.height,
        quarantined=dict(sorted(reasons.items())),
        unknown_labels=_unknown_labels(screened.faults),
        text_only=dict(sorted(Counter(r for r, _ in screened.text_only.values()).items())),
        repaired={what: n for what, n in repaired.items() if n},
        missing_labels={
            t: rows[c].null_count() if c in rows.columns else rows.height for t, c in labels.items()
        },
        notes=[*source.notes, *screened.notes, *_hints(source, screened)],
    )


def nothing_left(where: Path, source: Source, screened: Screened) -> MalsoriError:
    """What to say when no row of a source can be kept."""
    if not source.read:
        return MalsoriError(f"{where} has no rows", hint="nothing was written")
    quarantine = quarantined_rows(source, screened)
    counts = Counter(quarantine["reason"]).most_common()
    reasons = ", ".join(f"{n} {r}" for r, n in counts)
    row, _, _, _, detail = quarantine.filter(pl.col("reason") == counts[0][0]).row(0)
    rows = "the only row" if source.read == 1 else f"none of the {source.read:,} rows"
    can = "cannot" if source.read == 1 else "can"
    return MalsoriError(
        f"{rows} of {where} {can} be kept: {reasons}; row {row}: {detail}",
        hint="; ".join([*_hints(source, screened, last=True), "nothing was written"]),
    )


def _hints(source: Source, screened: Screened, *, last: bool = False) -> list[str]:
    """What to do about what stands in the way of many rows; ``last``: no note is shown."""
    missing = _on_missing_files(source, screened)
    if missing and source.if_missing:
        missing = [source.if_missing] if last else []
    return [*_on_archives(source, screened), *missing]


def _unknown_labels(faults: Faults) -> dict[str, dict[str, int]]:
    """Task → label that is no class → rows, most first."""
    found: dict[str, dict[str, int]] = {}
    for (task, label), rows in faults.labels.most_common():
        if rows:
            found.setdefault(task, {})[label] = rows
    return found


def _on_archives(source: Source, screened: Screened) -> list[str]:
    """What to do about archives that could not be opened."""
    files = [b.file for b in source.broken if b.reason == _ARCHIVE and b.file]
    if screened.measured is not None:
        written = screened.measured.rows["written"]
        faults = [*screened.faults.found.items(), *screened.text_only.items()]
        files += [written[i] for i, (reason, _) in faults if reason == _ARCHIVE]
    names = sorted({divided(file)[0].name for file in files})
    if not names:
        return []
    archives = counted(len(names), "archive could not be opened", "archives could not be opened")
    again = "download again what is cut off, then import with --overwrite"
    return [f"{archives} ({few(names, _SHOWN)}): {again}"]


def _on_missing_files(source: Source, screened: Screened) -> list[str]:
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
    details = [detail for reason, detail in faults if reason == "missing" and THERE in detail]
    if details:
        return [f"{note} as the table has {'it' if missing == 1 else 'them'}: {details[0]}"]
    return [f"{note}; if they are elsewhere, say --audio-root FOLDER"]
