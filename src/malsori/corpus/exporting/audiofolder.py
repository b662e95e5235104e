"""Export as a Hugging Face audiofolder: the audio itself, with a table beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

import polars as pl

from malsori.corpus.columns import CHANNEL
from malsori.corpus.exporting._cells import csv_text, flat
from malsori.corpus.exporting._files import Job, Part, carry, file_names
from malsori.corpus.exporting._selection import Selection
from malsori.corpus.exporting.base import Exporter, Written
from malsori.corpus.task_file import task_file
from malsori.corpus.writing import staged
from malsori.errors import MalsoriError
from malsori.io import atomic_write
from malsori.parallel import parallel_map
from malsori.reporting import progress
from malsori.schema import SPLITS

_FILE = "file_name"
_CUT = ".flac"
# Where the corpus has a sound; here it is a file of its own.
_PLACE = ("audio", "start", "end", CHANNEL)


class Audiofolder(Exporter):
    """A folder with ``metadata.csv`` and the audio, one of each for every part of a named split.

    A whole recording is copied byte by byte, out of an archive too. An utterance that is part of a
    recording, or one channel of it, is cut out of it, as FLAC, 16 bit mono: what it sounds like
    here. Rows without audio, or in no part of the named split, are left out.
    """

    def write(self, selection: Selection, destination: Path, *, workers: int | None) -> Written:
        """Write the folder."""
        left_out = {"no audio": selection.rows["audio"].null_count()}
        rows = selection.rows.drop_nulls("audio")
        if selection.split:
            left_out["in no part"] = rows["split"].null_count()
            rows = rows.drop_nulls("split")
        left_out = {why: n for why, n in left_out.items() if n}
        if rows.is_empty():
            why = ", ".join(f"{n:,} {reason}" for reason, n in left_out.items()) or "it has no rows"
            raise MalsoriError(
                f"no row of {selection.corpus.name!r} can be in an audiofolder: {why}",
                hint="csv and jsonl export text alone",
            )
        names = _table_names(selection)
        files = 0
        with staged(destination) as folder:
            for part, chosen in _parts(rows, selection.split):
                table = replace(selection, rows=chosen, names=names)
                files += _write_part(table, folder / part, workers)
            replace(selection, names=names).write_tasks(task_file(folder))
        return Written(rows.height, files, left_out, columns=[_FILE, *names.values()])


def _write_part(selection: Selection, folder: Path, workers: int | None) -> int:
    """One folder with its table and its audio; the files that were written."""
    rows = selection.rows
    if CHANNEL not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.Int64()).alias(CHANNEL))
        selection = replace(selection, rows=rows)
    cut = rows.select(pl.any_horizontal(pl.col(_PLACE[1:]).is_not_null())).to_series()
    sources = map(PurePosixPath, rows["audio"])
    suffixes = [_CUT if c else f.suffix.lower() for c, f in zip(cut, sources, strict=True)]
    below = "" if selection.split else "audio/"
    names = [below + name for name in file_names(rows["id"].to_list(), suffixes)]
    for parent in {(folder / name).parent for name in names}:
        parent.mkdir(parents=True, exist_ok=True)
    files = _carry(list(_jobs(selection, names, folder)), workers)
    frame = flat(selection).insert_column(0, pl.Series(_FILE, names, dtype=pl.String))
    atomic_write(folder / "metadata.csv", csv_text(frame))
    return files


def _table_names(selection: Selection) -> dict[str, str]:
    """Columns of the table beside the audio; a part's name is that of its folder."""
    split = ("split",) if selection.split else ()
    return {c: name for c, name in selection.names.items() if c not in (*_PLACE, *split)}


def _parts(rows: pl.DataFrame, split: str | None) -> Iterator[tuple[str, pl.DataFrame]]:
    """Name of a sub-folder and its rows; without a split all rows at the top."""
    if split is None:
        yield "", rows
        return
    for part in SPLITS:
        chosen = rows.filter(pl.col("split") == part)
        if chosen.height:
            yield part, chosen


def _jobs(selection: Selection, names: list[str], folder: Path) -> Iterator[Job]:
    """What to write, by recording, so that each is opened once."""
    wholes: dict[str, list[str]] = {}
    parts: dict[str, list[Part]] = {}
    places = selection.rows.select(*_PLACE).iter_rows()
    for (audio, *place), name in zip(places, names, strict=True):
        target = str(folder / name)
        whole, part = wholes.setdefault(audio, []), parts.setdefault(audio, [])
        if all(limit is None for limit in place):
            whole.append(target)
        else:
            part.append((*place, target))
    for audio, whole in wholes.items():
        yield Job(selection.source(audio), tuple(whole), tuple(parts[audio]))


def _carry(jobs: list[Job], workers: int | None) -> int:
    files = 0
    outcomes = parallel_map(carry, jobs, workers=workers)
    for outcome in progress(outcomes, label="copying", total=len(jobs), unit="file"):
        if outcome.value is None:
            raise MalsoriError(
                f"{jobs[outcome.index].source} cannot be exported: {outcome.error}",
                hint="nothing was written; import the corpus again to set such rows apart",
            )
        if isinstance(outcome.value, OSError):
            raise outcome.value
        files += outcome.value
    return files
