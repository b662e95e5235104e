"""What `malsori start` began with, and what of it lies in its folder: nothing of another corpus."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from malsori.cli._shared import adapter_of
from malsori.errors import MalsoriError, said_twice

if TYPE_CHECKING:
    from malsori.corpus.corpus import Corpus

# Of a folder these are compared by content, recordings by their length.
_READ: Final = (".csv", ".tsv", ".txt", ".lab", ".json", ".jsonl", ".ndjson", ".parquet", ".yaml")
_FILE: Final = "start.json"
_FLAGS: Final = {
    "content": "SOURCE",
    "columns": "--map",
    "tasks": "--task",
    "audio": "length of a recording",
    "files": "file that an option names",
    "options": "--option",
}


@dataclass
class Begun:
    """A folder of `malsori start`, and what it was begun with.

    Attributes:
        out: The folder.
        source: What is read.
        given: Options of the adapter.
    """

    out: Path
    source: Path
    given: dict[str, Any]

    @property
    def folder(self) -> Path:
        """Of the corpus."""
        return self.out / "corpus"

    def corpus(self, workers: int | None, *, fresh: bool) -> Corpus:
        """Imports the source, or takes up what an earlier call imported from the very same."""
        from malsori.corpus.corpus import Corpus

        if not fresh and (self.folder / "corpus.yaml").exists():
            other = self._other()
            if not other:
                print(f"using {self.folder}, which is there already")
                return Corpus.open(self.folder)
            if self._runs():
                raise MalsoriError(
                    f"{self.out}: was begun with another {' and another '.join(other)}",
                    hint="choose another --out, or --fresh to delete what is there",
                )
            print(f"{self.folder} is imported anew: it is of another {' and another '.join(other)}")
        return self._imported(workers)

    def _imported(self, workers: int | None) -> Corpus:
        from malsori.console import show
        from malsori.corpus.importing import import_corpus

        given = dict(self.given)
        channel = given.pop("channel", None)  # of the import, whatever the source
        adapter = adapter_of(self._kind(), self.source, given)
        self._clear()
        name = self.source.resolve().stem
        report = import_corpus(
            adapter, self.folder, name=name, channel=channel, workers=workers, overwrite=True
        )
        asked = {**self._asked(), "audio": _lengths(report.corpus)}
        self._write({"asked": asked, "splits": []})
        for table in report.tables():
            show(table)
        return report.corpus

    def _kind(self) -> str:
        if self.given.get("pattern"):
            return "files"
        return "embeddings" if self.source.suffix.lower() == ".npz" else "table"

    def suffix(self, split: str) -> str:
        """What the names of a split's files end in: nothing for the first one."""
        state = self._state()
        splits = list(dict.fromkeys([*state.get("splits", []), split]))
        self._write({**state, "splits": splits})
        return _suffix(splits, split)

    def _state(self) -> dict[str, Any]:
        from malsori.io import read_json

        file = self.out / _FILE
        return dict(read_json(file)) if file.exists() else {}

    def _write(self, state: dict[str, Any]) -> None:
        from malsori.io import write_json

        write_json(self.out / _FILE, state)

    def _asked(self) -> dict[str, Any]:
        """What decides the corpus, as JSON has it."""
        said = {k: v for k, v in self.given.items() if v}
        known = ("columns", "tasks", "audio_root", "encoding", "pattern", "codes")
        options = {k: said.pop(k) for k in list(said) if k not in known}
        files = {name: _hashed(Path(name)) for name in sorted(_named(self.given, self.source))}
        return {"content": _content(self.source), "options": options, "files": files, **said}

    def _other(self) -> list[str]:
        """What the corpus was not made with, by its flag."""
        from malsori.corpus.corpus import Corpus

        before = self._state().get("asked", {})
        asked = {**self._asked(), "audio": _lengths(Corpus.open(self.folder))}
        keys = [key for key in {**asked, **before} if asked.get(key) != before.get(key)]
        return [_FLAGS.get(key, f"--{key.replace('_', '-')}") for key in keys]

    def _runs(self) -> list[Path]:
        return [file.parent for file in sorted(self.out.glob("run*/run.json"))]

    def _clear(self) -> None:
        """Removes what earlier calls made besides the corpus, and nothing that others did."""
        splits = self._state().get("splits", [])
        for suffix in (_suffix(splits, split) for split in splits):
            if (self.out / f"run{suffix}" / "run.json").exists():
                shutil.rmtree(self.out / f"run{suffix}")
            for name in ("report{}.html", "report{}.md", "report{}.json", "recipe{}.yaml"):
                (self.out / name.format(suffix)).unlink(missing_ok=True)
        (self.out / _FILE).unlink(missing_ok=True)


def _suffix(splits: Sequence[str], split: str) -> str:
    return "" if split == splits[0] else f"-{split}"


def _content(source: Path) -> str:
    """What changes when a source does."""
    from malsori.corpus.task_file import task_file
    from malsori.io import sha256, sha256_file

    if not source.is_dir():
        beside = task_file(source)
        return sha256_file(source) + (sha256_file(beside) if beside.is_file() else "")
    files = sorted(file for file in source.rglob("*") if file.is_file())
    lines = [f"{file.relative_to(source)} {_hashed(file)}" for file in files]
    return sha256("\n".join(lines).encode())


def _hashed(file: Path) -> str:
    from malsori.io import sha256_file

    return sha256_file(file) if file.suffix.lower() in _READ else str(file.stat().st_size)


def _named(given: Any, source: Path) -> Iterator[str]:
    """Files that options name, beside the source."""
    if isinstance(given, str):
        if len(given) < 1000 and Path(given).is_file() and Path(given) != source:
            yield given
    elif isinstance(given, dict | list):
        for value in given.values() if isinstance(given, dict) else given:
            yield from _named(value, source)


def _lengths(corpus: Corpus) -> str:
    """Of all recordings: other sounds under the same names hardly ever have the same."""
    from malsori.archives import divided
    from malsori.io import sha256

    rows = corpus.utterances.select("audio").drop_nulls().unique(maintain_order=True)
    paths = {divided(corpus.audio_path(row) or "")[0] for row in rows.iter_rows(named=True)}
    sizes = [f"{p.name} {p.stat().st_size if p.is_file() else None}" for p in sorted(paths)]
    return sha256("\n".join(sizes).encode())


# -- splits -------------------------------------------------------------------------------------


def grouped_by(corpus: Corpus, by: Sequence[str], source: Path) -> tuple[str, ...]:
    """The columns whose values stay together, as the corpus calls them; by default the speaker.

    Raises:
        MalsoriError: No column was named and no row has a speaker.
    """
    from malsori.corpus.grouping import find_column
    from malsori.corpus.near import NEAR

    rows = corpus.utterances
    if by or rows["speaker"].null_count() < rows.height:
        there = [*rows.columns, *NEAR]
        columns = [find_column(column, there) for column in by or ["speaker"]]
        for n, column in enumerate(columns):
            if column in columns[:n]:
                raise said_twice("--by", by[columns.index(column)], by[n])
        return tuple(columns)
    choices = list(_choices(corpus))
    raise MalsoriError(
        f"{source}: no column says who speaks, so nothing says which rows belong together",
        hint="if one does, add --map speaker=COLUMN; otherwise say what stays in one part: "
        + "; ".join(choices),
    )


def _choices(corpus: Corpus) -> Iterator[str]:
    """Columns that group rows at all."""
    from malsori.corpus.columns import META
    from malsori.corpus.grouping import columns_with_values, group_rows

    rows = corpus.utterances
    for name in columns_with_values(rows):
        column = name if name in rows.columns else META + name
        if name in ("split", "audio", "audio_hash", "text"):
            continue
        count = group_rows(rows, column).count
        if 2 < count < rows.height:
            yield f"--by {name} ({count:,} of them)"
    if rows["text"].null_count() < rows.height:
        yield "--by text (the same sentence stays together, but a voice may be in several parts)"
    else:
        yield "--by audio_hash (only the same recording stays together)"


def split_name(columns: Sequence[str]) -> str:
    """What a split by some columns is called.

    Example:
        >>> split_name(["speaker", "meta.the sentence"])
        'by-speaker-the_sentence'
    """
    import re

    from malsori.corpus.columns import META

    return "-".join(["by", *(re.sub(r"[^\w.]+", "_", c.removeprefix(META)) for c in columns)])


def check_split(corpus: Corpus, name: str, by: Sequence[str], allow: Sequence[str]) -> None:
    """Refuses a saved split that was made otherwise than is asked now."""
    from malsori.io import read_yaml

    made = read_yaml(corpus.path / "splits" / f"{name}.yaml")
    asked = {leak["kind"] for leak in made["leaks_allowed"] if leak["asked"]} - set(allow)
    other = "--by" if list(by) != made["how"]["by"] else "--allow-leak" if asked else None
    if other:
        said = f"accepts leaks ({', '.join(sorted(asked))})" if asked else "groups otherwise"
        raise MalsoriError(
            f"{corpus.path}: the split {name!r} that is there {said}",
            hint=f"say the same {other}, choose another --out, or --fresh to delete what is there",
        )
