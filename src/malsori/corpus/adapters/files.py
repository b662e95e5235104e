"""Adapter for recordings whose names say who speaks and how: RAVDESS, EmoDB, CREMA-D, TESS."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

import polars as pl

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._file_codes import code_notes, decoded, read_codes
from malsori.corpus.adapters._file_pattern import FORM, Pattern
from malsori.corpus.adapters._pattern_example import AUDIO, pattern_hint
from malsori.corpus.adapters._published import unread
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.columns import LABEL, META
from malsori.corpus.counting import counted, few
from malsori.corpus.declaring import Declared, parse_task
from malsori.corpus.decoding import decode
from malsori.corpus.schema_inference import SYNONYMS, Meaning, interpret
from malsori.corpus.tables import Broken
from malsori.errors import MalsoriError
from malsori.schema import nearest, normal

_TEXTS: Final = (".txt", ".lab")
_COLUMNS: Final = ("id", "speaker", "call", "role", "dialogue", "turn", "split", "text")
# Of few values each, and what a corpus is built from rather than what it is asked.
_DESIGN: Final = frozenset(
    {"actor", "end", "item", "number", "prompt", "repetition", "start", "statement", "take", "word"}
).union(*(SYNONYMS[name] for name in ("id", "audio", "text")))
_TIMES: Final = re.compile(r"\s*[0-9.]+\s+[0-9.]+\s+\S")


class Files(Adapter):
    """A folder of recordings, or an archive of it, whose paths follow a pattern.

    Fields of the pattern are malsori's columns (id, speaker, call, role, dialogue, turn, split,
    text), tasks, or else ``meta.NAME``. A field with a map of codes is a task, unless ``tasks``
    says which are; without either tasks are inferred as in a table. A recording whose path does
    not fit goes to quarantine. An id is the path without suffix, if no field is one.

    Args:
        source: the folder, or a zip archive of it.
        pattern: such as ``Actor_{speaker}/{_}-{_}-{emotion}.wav``, for paths below the folder;
            an archive in it counts as a folder.
        codes: what codes mean, each ``FIELD:CODE=WORD,…`` or a YAML file ``{FIELD: {CODE: WORD}}``.
        tasks: such as ``emotion=nominal`` or ``intensity=ordinal:normal,strong``.
        transcripts: ``beside`` reads ``NAME.txt`` or ``NAME.lab`` where one is.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     for name in ("03a01Wa", "03a02Wb", "08a01Fb"):
        ...         (Path(folder) / f"{name}.wav").touch()
        ...     files = Files(Path(folder), pattern="{speaker:2}{_:3}{emotion:1}{version:1}",
        ...                   codes=["emotion:W=anger,F=joy"])
        ...     files.read().rows["label.emotion"].to_list()
        ['anger', 'anger', 'joy']
    """

    def __init__(
        self,
        source: Path,
        *,
        pattern: str | None = None,
        codes: list[str] | None = None,
        tasks: list[str] | None = None,
        transcripts: Literal["beside", "none"] = "beside",
    ) -> None:
        super().__init__(source)
        if not pattern:
            raise MalsoriError(
                "--pattern says what the names of the files mean", hint=pattern_hint(source)
            )
        self.pattern = Pattern(pattern)
        if "audio" in self.pattern.fields:
            raise MalsoriError("the audio is the file itself", hint="call the field otherwise")
        self.codes = read_codes(codes or [], self.pattern.fields)
        self.tasks = [parse_task(text) for text in tasks or []]
        for task in self.tasks:
            if task.name not in self.pattern.fields:
                raise MalsoriError(
                    f"task {task.name!r} is no field of the pattern {pattern!r}",
                    hint=nearest(task.name, list(self.pattern.fields)),
                )
        self.transcripts = transcripts

    def read(self) -> Source:
        """List the folder and read the names.

        Raises:
            MalsoriError: no such folder, no recording in it, or none that fits the pattern.
        """
        if self.source.is_file() and self.source.suffix.lower() in AUDIO:
            raise MalsoriError(
                f"{self.source} is one recording", hint="name the folder or the archive of all"
            )
        tree = Tree(self.source)
        found = tree.having(*{*AUDIO, self.pattern.suffix or ".wav"})
        entries, rows, broken = self._fitting(found)
        if not entries:
            raise self._nothing(tree, found, broken)
        notes: list[str] = []
        fields = {name: [row[name] for row in rows] for name in self.pattern.fields}
        written = {name: fields[name] for name in self.codes}
        fields |= {name: decoded(written[name], codes) for name, codes in self.codes.items()}
        beside = self._texts(tree, entries, notes)
        meaning = self._meaning(fields, notes)
        tasks = {task.name: task for task in meaning.tasks}
        for name, codes in self.codes.items():
            notes += code_notes(written[name], name, codes, tasks.get(name))
        numbers = {entry.parts: n for n, entry in enumerate(found, 1)}
        frame = pl.DataFrame(
            {
                "row": pl.Series([numbers[e.parts] for e in entries], dtype=pl.Int64),
                "id": fields.get("id") or [self._id(entry) for entry in entries],
                "audio": [entry.reference for entry in entries],
                **({"text": pl.Series(beside, dtype=pl.String)} if any(beside) else {}),
            }
        )
        own = [c for c in meaning.frame if c.name not in frame.columns]
        return Source(
            frame.with_columns(own),
            meaning.tasks,
            [*notes, *meaning.notes, *_left_alone(tree, found, entries if any(beside) else [])],
            [*broken, *unread(tree, [], "", len(found) + 1)],
            audio_root=tree.root.resolve(),
            provenance={
                "source": str(self.source.resolve()),
                "pattern": self.pattern.text,
                "codes": self.codes,
            },
        )

    def _path(self, entry: Entry) -> str:
        """Of an entry, as the pattern has it: an archive that is the whole source is no folder."""
        return "/".join(entry.parts if self.source.is_dir() else entry.parts[1:])

    def _id(self, entry: Entry) -> str:
        return self._path(entry).removesuffix(entry.name.removeprefix(entry.stem))

    def _fitting(
        self, found: list[Entry]
    ) -> tuple[list[Entry], list[dict[str, str]], list[Broken]]:
        """The recordings that fit the pattern, what their names say, and those that do not."""
        entries: list[Entry] = []
        rows: list[dict[str, str]] = []
        broken: list[Broken] = []
        for number, entry in enumerate(found, 1):
            said = self.pattern.read(self._path(entry))
            if isinstance(said, str):
                broken.append(Broken(number, self._id(entry), entry.reference, "no-record", said))
            else:
                entries.append(entry)
                rows.append({name: normal(value) for name, value in said.items()})
        return entries, rows, broken

    def _meaning(self, fields: dict[str, list[str]], notes: list[str]) -> Meaning:
        """Which fields are columns, which are tasks; codes without a word are no classes."""
        coded = {n: c for n, c in self.codes.items() if n not in _COLUMNS}
        tasks = self.tasks or [Declared(name, "nominal") for name in coded]
        tasks = [
            replace(task, classes=self._classes(coded[task.name], fields[task.name]))
            if task.name in coded and not task.classes and task.kind in ("nominal", "multilabel")
            else task
            for task in tasks
        ]
        if not self.tasks:
            tasks = [task for task in tasks if len(task.classes) > 1]
        named = {task.name for task in tasks}
        kept = [n for n in fields if n.removeprefix(META) not in {*_COLUMNS, *named}]
        if not tasks:
            kept = [n for n in kept if n.startswith(META) or n in _DESIGN]
        columns = {META + n.removeprefix(META): n for n in kept}
        columns |= {n: n for n in fields if n in _COLUMNS}
        meaning = interpret(pl.DataFrame(fields), self.pattern.text, columns=columns, tasks=tasks)
        if not meaning.tasks:
            notes.append(
                "no field became a task: give the codes of one, or declare it, as in "
                "--task emotion=nominal"
            )
        notes.append(f"the names say: {few([_named(c) for c in meaning.columns], 12)}")
        return meaning

    @staticmethod
    def _classes(codes: dict[str, str], values: list[str]) -> tuple[str, ...]:
        """The words that occur, in the order of their codes; all of them if only one does."""
        words = list(dict.fromkeys(codes.values()))
        there = set(values)
        seen = [word for word in words if word in there]
        return tuple(seen if len(seen) > 1 else words)

    def _texts(self, tree: Tree, entries: list[Entry], notes: list[str]) -> list[str | None]:
        """What is written beside each recording."""
        if self.transcripts == "none" or "text" in self.pattern.fields:
            return [None] * len(entries)
        written = {(*e.parts[:-1], e.stem): e for e in reversed(tree.having(*_TEXTS))}
        beside = [written.get((*e.parts[:-1], e.stem)) for e in entries]
        texts, odd = [], []
        for entry in beside:
            text = None if entry is None else _text(entry)
            texts.append(text)
            if entry is not None and text is None:
                odd.append(entry.reference)
        if any(texts):
            n = sum(text is not None for text in texts)
            notes.append(f"text is what is written beside {counted(n, 'recording')}")
        if odd:
            shown = few(odd, 3)
            notes.append(
                f"{counted(len(odd), 'file')} beside a recording that is no transcript in UTF-8 or "
                f"CP949 is left alone: {shown}"
            )
        return texts

    def _nothing(self, tree: Tree, found: list[Entry], broken: list[Broken]) -> MalsoriError:
        """Nothing fits: what there is, and where the pattern ends to fit."""
        if not found:
            there = Counter(entry.suffix or entry.name for entry in tree.entries).most_common()
            more = f", only {few([f'{n:,} {suffix}' for suffix, n in there], 5)}" if there else ""
            return MalsoriError(
                f"{self.source} holds no recording{more}",
                hint="name the folder, or the zip archive, that the recordings lie in; "
                + "; ".join(tree.broken.values()),
            )
        first = zip(found[:3], broken, strict=False)
        shown = "\n  ".join(f"{self._path(entry)}: {why.detail}" for entry, why in first)
        hint = FORM
        if any("/" in self._path(e) for e in found[:3]) and isinstance(
            Pattern(f"**/{self.pattern.text}").read(self._path(found[0])), dict
        ):
            hint = f"it fits below a folder: --pattern '**/{self.pattern.text}'"
        files = counted(len(found), "recording")
        return MalsoriError(
            f"none of {files} in {self.source} fits the pattern {self.pattern.text!r}:\n  {shown}",
            hint=hint,
        )


def _named(column: str) -> str:
    return f"task {column.removeprefix(LABEL)}" if column.startswith(LABEL) else column


def _text(entry: Entry) -> str | None:
    """A transcript, its lines joined; None if it is none, or one of times (as HTK writes)."""
    try:
        text, _ = decode(entry.root / entry.reference)
    except MalsoriError:
        return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or all(map(_TIMES.match, lines)):
        return None
    return " ".join(lines)


def _left_alone(tree: Tree, found: list[Entry], heard: list[Entry]) -> list[str]:
    """What else lies there."""
    texts = {(*entry.parts[:-1], entry.stem) for entry in heard}
    used = {entry.reference for entry in found}
    rest = Counter(
        entry.suffix or entry.name
        for entry in tree.entries
        if entry.reference not in used
        and not (entry.suffix in _TEXTS and (*entry.parts[:-1], entry.stem) in texts)
    )
    if not rest:
        return []
    shown = few([f"{suffix} {n:,}" for suffix, n in rest.most_common()], 5)
    return [f"{counted(rest.total(), 'file is', 'files are')} no recording, left alone: {shown}"]
