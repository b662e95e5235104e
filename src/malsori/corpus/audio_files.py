"""Audio files of a corpus: where they lie, and copies of them."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import polars as pl

from malsori.archives import divided, read_bytes
from malsori.reporting import progress


def below(path: Path, root: Path) -> str:
    """A path relative to the root if it lies below it, else absolute.

    Example:
        >>> below(Path("/data/TS.zip::a.wav"), Path("/data"))
        'TS.zip::a.wav'
    """
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path.resolve())


def place_audio(
    rows: pl.DataFrame, root: Path | None, folder: Path, *, copy: bool
) -> tuple[pl.DataFrame, str | None]:
    """Copy the audio into the corpus if wanted, and say where it lies.

    Returns:
        The rows with paths relative to the audio's place, and that place as ``corpus.yaml`` has
        it: relative if it lies beside the corpus, so that both can move together.
    """
    rows = rows.drop("written", strict=False)
    if root is None or "audio" not in rows.columns or rows["audio"].null_count() == rows.height:
        return rows, None
    if not copy:
        # A corpus beside its audio moves together with it; any other place is a fixed one.
        together = root.is_relative_to(folder.resolve().parent)
        return rows, os.path.relpath(root, folder.resolve()) if together else str(root)
    names = _copied_names(rows["audio"].drop_nulls().unique(maintain_order=True).to_list())
    for path, name in progress(names.items(), label="copying", total=len(names), unit="file"):
        target = folder / "audio" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if divided(path)[1] is None:
            shutil.copyfile(root / path, target)
        else:
            target.write_bytes(read_bytes(root / path))
    return rows.with_columns(pl.col("audio").replace(names)), "audio"


def _copied_names(paths: list[str]) -> dict[str, str]:
    """Names of copies, those of one archive together: opening one again takes a while."""
    containers: dict[Path, int] = {}
    for path in paths:
        containers.setdefault(divided(path)[0], len(containers))
    names: dict[str, str] = {}
    taken: set[str] = set()
    for path in sorted(paths, key=lambda path: containers[divided(path)[0]]):
        name = _copied_name(path)
        # `TS.zip::a.wav` and `TS/a.wav` are two files; so are A.wav and a.wav on some disks.
        if name.casefold() in taken:
            name = _distinct_name(path)
        names[path] = name
        taken.add(name.casefold())
    return names


def _copied_name(path: str) -> str:
    """Name of a copy: the path below the root, or, from elsewhere, one that cannot collide."""
    file, member = divided(path)
    if file.is_absolute() or ".." in file.parts:
        return _distinct_name(path)
    return path if member is None else f"{file.with_suffix('').as_posix()}/{member}"


def _distinct_name(path: str) -> str:
    return f"{hashlib.sha256(path.encode()).hexdigest()[:12]}-{Path(path).name}"
