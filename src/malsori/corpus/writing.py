"""Writing a corpus so that a half-written one never looks complete."""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl

from malsori.corpus.columns import FEATURES, QUARANTINE, check_name, complete, complete_sounds
from malsori.corpus.corpus import (
    QUARANTINE_FILE,
    SOUNDS_FILE,
    SPEC_FILE,
    UTTERANCES_FILE,
    Corpus,
    CorpusSpec,
    FeatureSpec,
    hash_features,
)
from malsori.corpus.replacing import contents, keep_store
from malsori.errors import MalsoriError
from malsori.io import atomic_path, sync, write_parquet, write_yaml
from malsori.locks import SUFFIX, in_work, is_left
from malsori.reporting import say

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@contextmanager
def staged(destination: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield an empty folder beside ``destination`` that takes its name on success.

    What is written there before an error or an interrupt is removed again, and what was at
    ``destination`` stays until the new folder is complete. Only a corpus is ever overwritten,
    as a whole, and what goes is told; its stored features stay, since they are known by the
    content of the signals. What a killed process left beside ``destination`` is removed.

    Raises:
        MalsoriError: the destination exists and may not be replaced.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as parent:
        ...     with staged(Path(parent) / "corpus") as folder:
        ...         _ = (folder / "corpus.yaml").write_text("…")
        ...     sorted(p.name for p in Path(parent).rglob("*"))
        ['corpus', 'corpus.yaml']
    """
    check_destination(destination, overwrite=overwrite)
    destination.parent.mkdir(parents=True, exist_ok=True)
    folder = destination.parent / (_prefix(destination, "partial") + uuid.uuid4().hex[:8])
    with in_work(folder):
        try:
            folder.mkdir()
            yield folder
            _take_place(folder, destination)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise


def check_destination(destination: Path, *, overwrite: bool) -> None:
    """Say at once, before long work, whether a corpus may be written at ``destination``."""
    above = next(parent for parent in destination.absolute().parents if parent.exists())
    if not above.is_dir():
        raise MalsoriError(
            f"{destination} cannot be made: {above} is a file", hint="name another folder"
        )
    _clean_leftovers(destination)
    _check_free(destination, overwrite=overwrite)


def _clean_leftovers(destination: Path) -> None:
    """Remove what processes that were killed left beside ``destination``."""
    if not destination.parent.is_dir():
        return
    for path in list(destination.parent.iterdir()):
        if path.name.startswith(_prefix(destination, "partial")):
            folder = path.with_name(path.name.removesuffix(SUFFIX))
            if is_left(folder):
                shutil.rmtree(folder, ignore_errors=True)
        elif path.name.startswith(_prefix(destination, "old")):
            if destination.exists():
                keep_store(path, destination)
                shutil.rmtree(path, ignore_errors=True)
            else:  # killed just between the two renames: the old corpus is still the corpus
                path.rename(destination)


def _prefix(destination: Path, what: str) -> str:
    return f".{destination.name}.{what}-"


def _check_free(destination: Path, *, overwrite: bool) -> None:
    if not destination.exists():
        return
    if not destination.is_dir():
        raise MalsoriError(f"{destination} is a file", hint="name a folder that does not exist yet")
    if not any(destination.iterdir()):
        return
    if not (destination / SPEC_FILE).is_file():
        raise MalsoriError(
            f"{destination} holds other things than a corpus and is not replaced",
            hint="name a folder that does not exist yet",
        )
    if not overwrite:
        raise MalsoriError(
            f"{destination} is already a corpus",
            hint="pass --overwrite to replace it as a whole, together with its saved splits",
        )


def _take_place(folder: Path, destination: Path) -> None:
    """Rename ``folder`` to ``destination``; an old corpus is moved aside first, then removed."""
    old: Path | None = None
    gone = ""
    if destination.exists():
        gone = contents(destination, folder) if (destination / SPEC_FILE).is_file() else ""
        suffix = folder.name.removeprefix(_prefix(destination, "partial"))
        old = folder.with_name(_prefix(destination, "old") + suffix)
        destination.rename(old)
    try:
        folder.rename(destination)
    except OSError:
        if old is not None:
            old.rename(destination)
        raise
    sync(destination.parent)
    if old is not None:
        kept = "; stored features are kept" if keep_store(old, destination) else ""
        shutil.rmtree(old, ignore_errors=True)
        if gone:
            say(f"replaced as a whole: {destination}, which was {gone}{kept}")


def write_corpus(
    destination: str | Path,
    spec: CorpusSpec,
    utterances: pl.DataFrame,
    *,
    quarantine: pl.DataFrame | None = None,
    features: Mapping[str, Sequence[FloatArray | None]] | None = None,
    sounds: pl.DataFrame | None = None,
    overwrite: bool = False,
) -> Corpus:
    """Write a whole corpus at ``destination`` and open it.

    To write audio into the corpus too, use ``staged`` and ``write_tables``.

    Args:
        destination: folder that does not exist yet (or is a corpus, with ``overwrite``).
        spec: ``corpus.yaml``; its counts and features are completed here.
        utterances: columns of the corpus schema; missing ones become nulls.
        quarantine: the rows that were left out, with columns row, id, file, reason, detail.
        features: modality → vectors ``[T, D]`` of each utterance in order, None = absent.
        sounds: quality and fingerprint of the utterances with audio, with the columns of
            ``columns.SOUNDS``; without them nothing is known of how they sound.
        overwrite: replace a corpus that is there.

    Raises:
        MalsoriError: the destination is taken, or the rows do not make a corpus.
    """
    destination = Path(destination)
    with staged(destination, overwrite=overwrite) as folder:
        write_tables(
            folder, spec, utterances, quarantine=quarantine, features=features, sounds=sounds
        )
    return Corpus.open(destination)


def write_tables(
    folder: Path,
    spec: CorpusSpec,
    utterances: pl.DataFrame,
    *,
    quarantine: pl.DataFrame | None = None,
    features: Mapping[str, Sequence[FloatArray | None]] | None = None,
    sounds: pl.DataFrame | None = None,
) -> None:
    """Write a corpus' files into ``folder``, ``corpus.yaml`` last.

    The arguments are those of ``write_corpus``.

    Raises:
        MalsoriError: the rows do not make a corpus: ids missing or twice, features not aligned.
    """
    rows = complete(utterances)
    _check_rows(rows, spec)
    specs = dict(spec.features)
    for modality, arrays in (features or {}).items():
        if len(arrays) != rows.height:
            raise MalsoriError(f"features {modality!r}: {len(arrays)} for {rows.height} utterances")
        specs[modality], column = _write_features(folder, modality, arrays, rows["id"].to_list())
        rows = rows.with_columns(pl.Series(FEATURES + modality, column, dtype=pl.String))
    left_out = pl.DataFrame(schema=QUARANTINE) if quarantine is None else quarantine
    left_out = left_out.select([pl.col(c).cast(t) for c, t in QUARANTINE.items()])
    write_parquet(complete(rows), folder / UTTERANCES_FILE)
    write_parquet(left_out, folder / QUARANTINE_FILE)
    if sounds is not None:
        _write_sounds(folder, sounds, rows)
    counts = {"utterances": rows.height, "quarantined": left_out.height, **spec.counts}
    done = spec.model_copy(update={"features": specs, "counts": counts})
    write_yaml(folder / SPEC_FILE, done.model_dump(mode="json"))


def _write_sounds(folder: Path, sounds: pl.DataFrame, rows: pl.DataFrame) -> None:
    strange = sounds.join(rows, on="id", how="anti")
    if strange.height:
        raise MalsoriError(f"sounds of {strange['id'][0]!r}, which is no utterance")
    write_parquet(complete_sounds(sounds), folder / SOUNDS_FILE)


def _check_rows(rows: pl.DataFrame, spec: CorpusSpec) -> None:
    if rows["id"].null_count():
        raise MalsoriError(f"{rows['id'].null_count()} utterances of {spec.name!r} have no id")
    twice = rows["id"].filter(rows["id"].is_duplicated())
    if len(twice):
        raise MalsoriError(f"id {twice[0]!r} occurs more than once in {spec.name!r}")
    labels = {c.removeprefix("label.") for c in rows.columns if c.startswith("label.")}
    strange = labels - {check_name(t.name, "task") for t in spec.tasks}
    if strange:
        raise MalsoriError(f"column label.{min(strange)} of {spec.name!r} belongs to no task")


def _write_features(
    folder: Path, modality: str, arrays: Sequence[FloatArray | None], ids: Sequence[str]
) -> tuple[FeatureSpec, list[str | None]]:
    """Write one modality's vectors one after the other as ``[sum of T, D]`` float32."""
    name = f"features/{check_name(modality, 'modality')}.npy"
    references: list[str | None] = []
    hashes: list[str] = []
    dim = start = 0
    (folder / "features").mkdir(exist_ok=True)
    with atomic_path(folder / name) as path, path.open("wb") as file:
        _write_header(file, 0, 0)  # each array is read once only, so the sum of T comes last
        for key, array in zip(ids, arrays, strict=True):
            if array is None:
                references.append(None)
                continue
            values = np.ascontiguousarray(array, dtype="<f4")
            dim = dim or values.shape[1]
            if values.shape[1] != dim:
                raise MalsoriError(
                    f"features {modality!r} of {key!r} have length {values.shape[1]}, others {dim}"
                )
            file.write(values.tobytes())
            hashes.append(f"{key}\t{hash_features(values)}\n")
            references.append(f"{name}:{start}:{start + len(values)}")
            start += len(values)
        if not hashes:
            raise MalsoriError(f"features {modality!r} hold no vector")
        file.seek(0)
        _write_header(file, start, dim)
    return FeatureSpec(dim=dim, frames=start, sha256=_joint(hashes)), references


def _write_header(file: BinaryIO, frames: int, dim: int) -> None:
    """Write the header of a ``.npy`` file, always 128 bytes (the format allows padding)."""
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({frames}, {dim}), }}"
    magic = np.lib.format.magic(1, 0)
    length = 128 - len(magic) - 2
    file.write(magic + length.to_bytes(2, "little") + text.ljust(length - 1).encode() + b"\n")


def _joint(hashes: Iterable[str]) -> str:
    """One hash of all rows' hashes that does not depend on their order."""
    joint = hashlib.sha256()
    for line in sorted(hashes):
        joint.update(line.encode())
    return joint.hexdigest()
