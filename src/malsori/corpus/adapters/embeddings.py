"""Adapter for precomputed vectors or sequences, so that a team with features starts here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import polars as pl

from malsori.corpus.adapters._arrays import (
    Array,
    Vectors,
    columns_of,
    find_npy,
    load_npz,
    modalities_of,
    rename_arrays,
    shape_of,
)
from malsori.corpus.adapters._rows import audio_folder, name_rows, provenance
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.columns import check_name
from malsori.corpus.declaring import parse_columns, parse_tasks
from malsori.corpus.schema_inference import SYNONYMS, interpret
from malsori.corpus.tables import SUFFIXES, RawTable, read_table
from malsori.errors import MalsoriError
from malsori.schema import nearest, normal

# Names that only a column can have; a modality may well be called text or audio.
_COLUMNS_ONLY: Final = frozenset(SYNONYMS) - {"text", "audio"}


class Embeddings(Adapter):
    """Vectors ``[D]`` or sequences ``[T, D]`` for each utterance, for any modalities.

    Two sources are read:

    - an ``.npz`` of arrays with one entry an utterance: ``[N]`` are columns of a table (ids,
      text, split, labels), ``[N, D]`` and ``[N, T, D]`` are modalities called like the array;
      ``NAME_lengths`` ``[N]`` says how many of the T are meant;
    - a folder with one sub-folder a modality, and in it one ``.npy`` ``[D]`` or ``[T, D]`` an
      utterance, called like its id.

    Args:
        source: the ``.npz`` or the folder.
        table: table with ids, labels and text; of a folder, None takes the only table in it.
            Its rows are the corpus, found by id; vectors of other ids are counted and left out.
        columns: malsori's name → the table's column or the array, as in ``{"text": "script"}``.
            Where that is an array or a sub-folder of vectors, the name is the modality's:
            ``{"speech": "hubert"}``.
        tasks: such as ``sentiment=nominal:negative=0,positive=1``; without any, inferred.
        modalities: which arrays or sub-folders to take (or their names with commas); None
            takes all.
        encoding: of the table; None tries UTF-8, then CP949.
        audio_root: folder that the table's audio paths are relative to, if not its own.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "calls.npz"
        ...     np.savez(file, id=np.array(["a", "b"]), face=np.ones((2, 3), np.float32))
        ...     Embeddings(file).read().features["face"][0].shape
        (1, 3)
    """

    corpus_inside = True  # a folder with a corpus.yaml is no modality

    def __init__(
        self,
        source: Path,
        *,
        table: str | None = None,
        columns: dict[str, str] | None = None,
        tasks: list[str] | None = None,
        modalities: list[str] | str | None = None,
        encoding: str | None = None,
        audio_root: str | None = None,
    ) -> None:
        super().__init__(source)
        self.table = table
        self.columns = parse_columns(columns)
        self.tasks = parse_tasks(tasks or [])
        if isinstance(modalities, str):
            modalities = [name.strip() for name in modalities.split(",")]
        self.modalities = modalities
        self.encoding = encoding
        self.audio_root = audio_root

    def read(self) -> Source:
        """Find the modalities and the rows, and give each row its vectors.

        Raises:
            MalsoriError: no such source, arrays that are not aligned, no modality, no ids to
                find a table's vectors by, or a mapped column or a task that is not there.
        """
        if self.source.is_dir():
            return self._read_folder()
        if self.source.is_file() and self.source.suffix.lower() == ".npz":
            return self._read_npz()
        what = "is no .npz and no folder" if self.source.exists() else "does not exist"
        raise MalsoriError(
            f"{self.source} {what}",
            hint="give an .npz of aligned arrays, or a folder with a sub-folder of .npy files "
            "for each modality",
        )

    def _read_npz(self) -> Source:
        notes: list[str] = []
        arrays = load_npz(self.source, notes)
        columns = columns_of(arrays)
        if self.table is None:
            self._check_mapped(list(arrays), "array")
        names = self._modality_names([name for name in arrays if arrays[name].ndim > 1])
        entries = modalities_of(rename_arrays(arrays, names), self.modalities, notes)
        there = "; ".join([", ".join(shape_of(*item) for item in arrays.items()), *notes])
        chosen = self._chosen(list(entries), f"2-D or 3-D arrays of numbers, only {there}")
        vectors = {name: entries[name] for name in chosen}
        if self.table is not None:
            ids = self._array_ids(columns)
            by_id = {m: dict(zip(ids, values, strict=True)) for m, values in vectors.items()}
            return self._from_table(Path(self.table), by_id, notes, names)
        rows = list(range(1, 1 + max(map(len, vectors.values()))))
        own = RawTable(self.source, pl.DataFrame(columns), rows)
        source = self._rows(own, notes, names)
        return self._with(source, {m: Vectors(values) for m, values in vectors.items()})

    def _array_ids(self, columns: Mapping[str, Sequence[str | None]]) -> list[str]:
        """The ids in an ``.npz``, to find the rows of a table by."""
        frame = interpret(pl.DataFrame(columns), str(self.source)).frame
        ids = [normal(i or "") for i in frame["id"]] if "id" in frame.columns else []
        if not ids or len(set(ids)) < len(ids):
            what = "an id twice" if ids else "no array of ids"
            raise MalsoriError(
                f"{self.source} has {what}, so the rows of {self.table} cannot be found in it; "
                f"its one-dimensional arrays are {', '.join(columns) or 'none'}",
                hint="save the ids as an array called id, each once",
            )
        return ids

    def _read_folder(self) -> Source:
        folders = sorted(p for p in self.source.iterdir() if p.is_dir() and p.name[0] != ".")
        folders = [p for p in folders if not (p / "corpus.yaml").exists()]  # imported earlier
        files = {folder.name: find_npy(folder) for folder in folders}
        files = {name: found for name, found in files.items() if found}
        table = self._beside()
        if table is None:
            self._check_mapped(["id", *files], "sub-folder")
        names = self._modality_names(list(files))
        files = {names.get(name, name): found for name, found in files.items()}
        chosen = self._chosen(list(files), "sub-folders with .npy files")
        by_id: dict[str, Mapping[str, Array | Path | None]] = {name: files[name] for name in chosen}
        if table is not None:
            return self._from_table(table, by_id, [], names)
        ids = sorted(set().union(*by_id.values()))
        own = RawTable(self.source, pl.DataFrame({"id": ids}), list(range(1, len(ids) + 1)))
        note = "there is no table beside the vectors: ids are the files' names, nothing is labelled"
        source = self._rows(own, [note], names)
        return self._with(source, {m: Vectors([of.get(i) for i in ids]) for m, of in by_id.items()})

    def _beside(self) -> Path | None:
        """The table: as named, or the only one in the folder."""
        if self.table is not None:
            return Path(self.table)
        tables = sorted(p for p in self.source.iterdir() if p.suffix.lower() in SUFFIXES)
        if len(tables) > 1:
            raise MalsoriError(
                f"{self.source} holds {len(tables)} tables: {', '.join(t.name for t in tables)}",
                hint="say which one has the labels, as in --option table=FILE",
            )
        return tables[0] if tables else None

    def _check_mapped(self, there: Sequence[str], what: str) -> None:
        """Without a table, a mapped name has to be an array's."""
        for name, given in self.columns.items():
            if normal(given) not in there:
                raise MalsoriError(
                    f"{self.source} has no {what} {given!r} to be {name!r}; "
                    f"its {what}s are {', '.join(there)}",
                    hint=nearest(given, list(there)),
                )

    def _modality_names(self, found: Sequence[str]) -> dict[str, str]:
        """Array or sub-folder of vectors → the modality's name, for those that are mapped."""
        names: dict[str, str] = {}
        for name, given in self.columns.items():
            if given not in found:
                continue
            if name in _COLUMNS_ONLY or name in {task.name for task in self.tasks}:
                raise MalsoriError(
                    f"{given!r} of {self.source} holds vectors, which cannot be the {name}",
                    hint="map a column or an array [N] of values",
                )
            if given in names:
                raise MalsoriError(
                    f"{given!r} of {self.source} cannot be both {names[given]!r} and {name!r}",
                    hint="a modality has one name",
                )
            if name in found and name not in self.columns.values():
                raise MalsoriError(
                    f"{given!r} of {self.source} cannot be {name!r}: there is one of that name",
                    hint=f"map that as well, as in --map OTHER={name}",
                )
            names[given] = name
        return names

    def _chosen(self, found: Sequence[str], what: str) -> list[str]:
        """The modalities to take, with names that a corpus can have."""
        wanted = list(found) if self.modalities is None else self.modalities
        for name in wanted:
            if name not in found:
                raise MalsoriError(
                    f"{self.source} holds no modality {name!r}", hint=nearest(name, list(found))
                )
        if not wanted:
            raise MalsoriError(
                f"{self.source} holds no modality: it has no {what}",
                hint="save vectors as [N, D] or [N, T, D] in the .npz, or as MODALITY/ID.npy, "
                "with N utterances, T frames and D numbers in each",
            )
        return [check_name(name, "modality") for name in wanted]

    def _from_table(
        self,
        table: Path,
        by_id: Mapping[str, Mapping[str, Array | Path | None]],
        notes: list[str],
        renamed: Mapping[str, str],
    ) -> Source:
        """Rows of a table, with the vectors of the same id."""
        wanted = [normal(name) for name in self.columns.values()]
        raw = read_table(table, encoding=self.encoding, wanted=wanted)
        source = self._rows(raw, notes, renamed)
        ids = [normal(i or "") for i in source.rows["id"]]
        known = set().union(*by_id.values())
        unused = len(known.difference(ids))
        if unused == len(known):
            raise MalsoriError(
                f"no row of {table} has an id of the vectors in {self.source}: "
                f"{ids[0]!r} there, {min(known)!r} here",
                hint="map the column that holds the same ids, as in --map id=COLUMN",
            )
        if unused:
            source.notes.append(f"vectors of {unused} ids belong to no row of {table.name}")
        return self._with(source, {m: Vectors([of.get(i) for i in ids]) for m, of in by_id.items()})

    def _rows(self, raw: RawTable, notes: list[str], renamed: Mapping[str, str]) -> Source:
        """A table's rows in the corpus' columns, with an id each."""
        columns = {n: c for n, c in self.columns.items() if n not in renamed.values()}
        meaning = interpret(raw.frame, str(raw.path), columns=columns, tasks=self.tasks)
        all_notes = [*notes, *raw.notes, *meaning.notes]
        numbers = pl.Series("row", raw.rows, dtype=pl.Int64)
        rows = pl.DataFrame([numbers, *meaning.frame.get_columns()])
        files = [file for file in {self.source, raw.path} if file.is_file()]
        root = audio_folder(self.audio_root, raw.path.parent)
        return Source(
            name_rows(rows, all_notes),
            meaning.tasks,
            all_notes,
            raw.broken,
            audio_root=root if "audio" in meaning.columns else None,
            provenance=provenance(self.source, sorted(files), meaning),
        )

    @staticmethod
    def _with(source: Source, features: Mapping[str, Vectors]) -> Source:
        source.notes.append(f"modalities: {', '.join(features)}")
        return replace(source, features=features)
