"""Adapter for a table of utterances, or a Hugging Face audiofolder."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from malsori.corpus.adapters._pattern_example import recordings_hint
from malsori.corpus.adapters._rows import audio_folder, name_rows, provenance
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.counting import few
from malsori.corpus.declaring import parse_columns, parse_tasks
from malsori.corpus.schema_inference import interpret
from malsori.corpus.tables import Broken, RawTable, read_table
from malsori.corpus.tables.unclear import unclear
from malsori.corpus.task_file import Tasks, read_tasks, task_file
from malsori.errors import MalsoriError
from malsori.schema import normal

_METADATA = ("metadata.csv", "metadata.jsonl", "metadata.parquet")
_TABLES = (".csv", ".tsv", ".jsonl", ".parquet")
_PART_FOLDERS = ("train", "validation", "valid", "val", "dev", "test")


class Table(Adapter):
    r"""One row an utterance; audio paths are absolute or relative to the table's folder.

    A folder is read as a Hugging Face audiofolder: its ``metadata.csv`` (or ``.jsonl``), or one in
    each of ``train``, ``validation`` and ``test``; ``file_name`` is the audio, and the name of
    the sub-folder is the published split.

    Args:
        source: the table, or the folder.
        columns: malsori's name of a column → the file's, as in ``{"text": "script"}``. Columns
            with malsori's names or usual other ones (``file_name``, ``transcript``, …) need none.
        tasks: such as ``urgency=ordinal:하,중,상`` or ``emotion=nominal``; with any, only these
            are tasks and every other column is ``meta.*``; without, they are those that malsori's
            export wrote beside the table, or inferred.
        encoding: of a text file; None tries UTF-8, then CP949.
        audio_root: folder that audio paths are relative to, if not the table's.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "calls.csv"
        ...     _ = file.write_text("id,script,urgency\n1,불이 났어요,상\n", encoding="utf-8")
        ...     table = Table(file, columns={"text": "script"}, tasks=["urgency=ordinal:하,중,상"])
        ...     table.read().rows.columns
        ['row', 'id', 'text', 'label.urgency']
    """

    def __init__(
        self,
        source: Path,
        *,
        columns: dict[str, str] | None = None,
        tasks: list[str] | None = None,
        encoding: str | None = None,
        audio_root: str | None = None,
    ) -> None:
        super().__init__(source)
        self.columns = parse_columns(columns)
        self.tasks = parse_tasks(tasks or [])
        self.encoding = encoding
        self.audio_root = audio_root

    def read(self) -> Source:
        """Read the table or tables, find the columns' meaning, and name the rows.

        Raises:
            MalsoriError: no such table, no column for audio or text, a mapped column or a
                declared task that is not there.
        """
        root, tables = self._tables()
        where = str(tables[0].path if len(tables) == 1 else self.source)
        raw = pl.concat([t.frame for t in tables], how="diagonal")
        beside = audio_folder(self.audio_root, root)
        exported = self._exported(raw)
        meaning = interpret(
            raw,
            where,
            columns={**exported.columns, **self.columns} if exported else self.columns,
            tasks=exported.tasks if exported else self.tasks,
            infer=exported is None,
        )
        if not {"audio", "text"} & set(meaning.columns):
            said, mend = unclear(raw)
            first = next((b for t in tables for b in t.broken), None)
            if first is not None and not raw.height:
                said += f", and no row below can be read (row {first.row}: {first.detail})"
            raise MalsoriError(
                f"{where} has no column for audio and none for text; {said}", hint=mend
            )
        frame = meaning.frame
        if self.source.is_dir():
            frame = _with_folders(frame, tables, root)
        notes = [note for t in tables for note in (*t.notes, *self._beside(t.path))]
        notes += (exported.notes if exported else []) + meaning.notes
        if self.audio_root is not None and "audio" not in frame.columns:
            notes.append("the audio root is not used: no column of the table is audio")
        files = [exported.file] if exported else []
        rows = pl.Series("row", [line for t in tables for line in t.rows], dtype=pl.Int64)
        frame = name_rows(frame.insert_column(0, rows), notes)
        return Source(
            frame,
            meaning.tasks,
            notes,
            _broken(tables, root),
            audio_root=beside if "audio" in frame.columns else None,
            provenance=provenance(self.source, [*(t.path for t in tables), *files], meaning),
        )

    def _exported(self, raw: pl.DataFrame) -> Tasks | None:
        """What malsori's own export wrote of the tasks; nothing where the user declares them."""
        file = task_file(self.source)
        return read_tasks(file, raw.columns) if not self.tasks and file.is_file() else None

    def _tables(self) -> tuple[Path, list[RawTable]]:
        """The folder that audio paths are relative to, and the tables."""
        if not self.source.is_dir():
            return self.source.parent, [self._table(self.source)]
        folders = [self.source, *(self.source / name for name in _PART_FOLDERS)]
        files = [next((f / m for m in _METADATA if (f / m).is_file()), None) for f in folders]
        found = [file for file in files if file is not None]
        if not found:
            raise MalsoriError(
                f"{self.source} is a folder without {' or '.join(_METADATA[:2])}, "
                "and so are its train, validation and test",
                hint=_instead(self.source) + recordings_hint(self.source),
            )
        # As in an audiofolder: a table at the top speaks for the whole folder.
        chosen = found[:1] if found[0].parent == self.source else found
        return self.source, [self._table(file) for file in chosen]

    def _beside(self, file: Path) -> list[str]:
        """What is said of other metadata in the same folder of an audiofolder."""
        if not self.source.is_dir():
            return []
        others = [m for m in _METADATA if m != file.name and (file.parent / m).is_file()]
        where = file.relative_to(self.source)
        return [f"{where} is read, and not {few(others)} beside it"] if others else []

    def _table(self, file: Path) -> RawTable:
        wanted = [*self.columns.values(), *(task.name for task in self.tasks)]
        return read_table(file, encoding=self.encoding, wanted=[normal(name) for name in wanted])


def _instead(folder: Path) -> str:
    """What of a folder can be named instead: its tables, if there are not too many to say."""
    tables = sorted(f for f in folder.iterdir() if f.suffix.lower() in _TABLES and f.is_file())
    tables = tables or sorted(
        f for m in _METADATA for n in ("*", "*/*") for f in folder.glob(f"{n}/{m}")
    )
    if not tables:
        return (
            "name the table itself, or write a metadata.csv with a column file_name; where folders "
            "and names say the labels: malsori corpus import files, with --pattern"
        )
    others = [file.relative_to(folder).as_posix() for file in tables[1:]]
    more = f" (or one of {len(others):,} more: {few(others, most=4)})"
    return f"name the table itself: {tables[0]}{more if len(tables) > 1 else ''}"


def _with_folders(frame: pl.DataFrame, tables: list[RawTable], root: Path) -> pl.DataFrame:
    """Make paths relative to the audiofolder, and the first folder of each the published split."""
    if "audio" not in frame.columns:
        return frame
    prefixes = [_prefix(t, root) for t in tables for _ in t.rows]
    audio = pl.concat_str(pl.Series("audio", prefixes, dtype=pl.String), pl.col("audio"))
    frame = frame.with_columns(audio)
    if "split" in frame.columns:
        return frame
    first = pl.col("audio").str.split("/").list.first()
    named = first.replace({"valid": "validation", "val": "validation", "dev": "validation"})
    part = pl.when(first.is_in(_PART_FOLDERS)).then(named)
    return (
        frame.with_columns(split=part) if frame.select(part.is_not_null().any()).item() else frame
    )


def _prefix(table: RawTable, root: Path) -> str:
    folder = table.path.parent.relative_to(root).as_posix()
    return "" if folder == "." else f"{folder}/"


def _broken(tables: list[RawTable], root: Path) -> list[Broken]:
    """Broken rows of all tables; a line number alone would not say of which."""
    if len(tables) == 1:
        return tables[0].broken
    return [
        Broken(b.row, b.id, b.file, b.reason, f"{t.path.relative_to(root)}: {b.detail}")
        for t in tables
        for b in t.broken
    ]
