"""Arrays of precomputed vectors: an ``.npz``, or folders of ``.npy`` files."""

from __future__ import annotations

import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, overload

import numpy as np

from malsori.corpus.adapters.base import FloatArray
from malsori.corpus.tables import as_string
from malsori.errors import MalsoriError
from malsori.io import reading_arrays

Array = np.ndarray[Any, np.dtype[Any]]

_LENGTHS: Final = "_lengths"
_NUMBERS: Final = "fiub"


class Vectors(Sequence[FloatArray | None]):
    """One modality of all rows: arrays, or files that are read when they are asked for.

    Items are float32 ``[T, D]`` (a vector ``[D]`` has T = 1), or None where absent. Asking for a
    file that is no such array raises ``MalsoriError``.
    """

    def __init__(self, entries: Sequence[Array | Path | None]) -> None:
        self._entries = entries

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> FloatArray | None: ...
    @overload
    def __getitem__(self, index: slice) -> Vectors: ...
    def __getitem__(self, index: int | slice) -> FloatArray | Vectors | None:
        if isinstance(index, slice):
            return Vectors(self._entries[index])
        entry = self._entries[index]
        if entry is None:
            return None
        array = _load_npy(entry) if isinstance(entry, Path) else entry
        if array.ndim not in (1, 2) or array.dtype.kind not in _NUMBERS:
            where = entry.name if isinstance(entry, Path) else "the array"
            raise MalsoriError(
                f"{where} holds {array.dtype} of shape {list(array.shape)}",
                hint="vectors are numbers [D] or [T, D]",
            )
        with np.errstate(over="ignore"):  # too large is infinite, and told as such
            return np.atleast_2d(np.asarray(array, dtype=np.float32))


def _load_npy(file: Path) -> Array:
    try:
        array: Array = np.load(file, allow_pickle=False)
    except Exception as error:  # headers go through Python's tokenizer: there is no list
        raise MalsoriError(f"{file.name} is no .npy array: {error}") from error
    return array


def find_npy(folder: Path) -> dict[str, Path]:
    """Id (path without suffix, below ``folder``) → file, for every ``.npy``."""
    found: dict[str, Path] = {}
    for file in sorted(folder.rglob("*.npy")):
        if file.name.startswith("."):
            continue
        key = unicodedata.normalize("NFC", file.relative_to(folder).with_suffix("").as_posix())
        if key in found:
            raise MalsoriError(f"{found[key]} and {file} have one id once both are NFC: {key!r}")
        found[key] = file
    return found


def load_npz(file: Path, notes: list[str]) -> dict[str, Array]:
    """The arrays of an ``.npz`` that have one entry an utterance."""
    if not zipfile.is_zipfile(file):
        raise MalsoriError(f"{file} is no .npz archive, or it is cut off", hint="copy it again")
    arrays: dict[str, Array] = {}
    with reading_arrays(file), np.load(file, allow_pickle=False) as archive:
        for name in archive.files:
            try:
                array = archive[name]
            except Exception as error:  # whatever NumPy, zipfile and zlib stumble over
                raise MalsoriError(
                    f"array {name!r} of {file} cannot be read: {error}",
                    hint="save strings as np.array(values, dtype=str), and sequences of different "
                    "lengths as a folder of .npy files",
                ) from error
            if _usable(array):
                arrays[name] = array
            else:
                notes.append(f"array {shape_of(name, array)} is {_why_unusable(array)}")
    _check_aligned(file, arrays, notes)
    return arrays


def shape_of(name: str, array: Array) -> str:
    """An array as messages show it."""
    return f"{name} ({array.dtype} {list(array.shape)})"


def _why_unusable(array: Array) -> str:
    if array.ndim > 3 and array.dtype.kind in _NUMBERS:
        return "not taken: a modality is [N, D] or [N, T, D], so reshape it"
    return "not one entry an utterance"


def _usable(array: Array) -> bool:
    if array.ndim == 1:
        return array.dtype.kind in _NUMBERS + "US"
    return array.ndim in (2, 3) and array.dtype.kind in _NUMBERS


def _check_aligned(file: Path, arrays: Mapping[str, Array], notes: Sequence[str]) -> None:
    lengths = Counter(len(array) for array in arrays.values())
    if len(lengths) == 1 and 0 not in lengths:
        return
    if not any(lengths):
        empty = [f"array {shape_of(name, array)} has no entry" for name, array in arrays.items()]
        raise MalsoriError(
            f"{file} holds no array with one entry an utterance: "
            f"{'; '.join([*notes, *empty]) or 'it is empty'}",
            hint="a modality is an array of numbers [N, D] or [N, T, D], a column is one [N]",
        )
    listed = ", ".join(f"{name} {len(array)}" for name, array in arrays.items())
    raise MalsoriError(
        f"the arrays of {file} do not have one length: {listed}",
        hint="each array has one entry an utterance, in the same order",
    )


def modalities_of(
    arrays: Mapping[str, Array], wanted: Sequence[str] | None, notes: list[str]
) -> dict[str, list[Array | Path | None]]:
    """Name → the vectors ``[D]`` or ``[T, D]`` of each utterance.

    An array ``NAME_lengths`` cuts sequences to their length; length 0 is an absent modality.
    One-hot rows are labels in most files, which as input would give them away, so they are
    taken only if wanted by name.
    """
    found: dict[str, list[Array | Path | None]] = {}
    for name, array in arrays.items():
        if array.ndim == 1:
            continue
        if wanted is None and _one_hot(array):
            notes.append(
                f"array {name!r} holds one-hot rows, most likely labels: not taken; "
                f"--option modalities={name},… takes it"
            )
            continue
        lengths = arrays.get(name + _LENGTHS)
        found[name] = list(array) if lengths is None else _cut(name, array, lengths)
    return found


def rename_arrays(arrays: Mapping[str, Array], names: Mapping[str, str]) -> dict[str, Array]:
    """The modalities' arrays under other names, each with its lengths."""
    renamed: dict[str, Array] = {}
    for name, array in arrays.items():
        if array.ndim == 1:
            continue
        new = names.get(name, name)
        renamed[new] = array
        if name + _LENGTHS in arrays:
            renamed[new + _LENGTHS] = arrays[name + _LENGTHS]
    return renamed


def columns_of(arrays: Mapping[str, Array]) -> dict[str, list[str | None]]:
    """Name → values as strings, of every array ``[N]`` that is not the lengths of another.

    Example:
        >>> columns_of({"label": np.array([0.0, 1.0]), "name": np.array([b"a", b" "])})
        {'label': ['0', '1'], 'name': ['a', None]}
    """
    one = {name: array for name, array in arrays.items() if array.ndim == 1}
    return {
        name: [_cell(value) for value in array.tolist()]
        for name, array in one.items()
        if name.removesuffix(_LENGTHS) not in arrays.keys() - one.keys()
    }


def _cell(value: object) -> str | None:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else as_string(value)
    return text if text and text.strip() else None


def _one_hot(array: Array) -> bool:
    if array.ndim != 2 or array.shape[1] < 2:
        return False
    return bool(np.isin(array, (0, 1)).all() and (array.sum(axis=1) == 1).all())


def _cut(name: str, array: Array, lengths: Array) -> list[Array | Path | None]:
    longest = array.shape[1] if array.ndim == 3 else 0
    if not longest or lengths.dtype.kind not in "iu":
        raise MalsoriError(
            f"array {name + _LENGTHS!r} needs whole numbers and an array {name!r} of [N, T, D]"
        )
    wrong = np.flatnonzero((lengths < 0) | (lengths > longest))
    if len(wrong):
        raise MalsoriError(
            f"array {name + _LENGTHS!r} says {lengths[wrong[0]]} in row {wrong[0] + 1}, "
            f"but {name!r} has {longest} frames"
        )
    return [row[:n] if n else None for row, n in zip(array, lengths, strict=True)]
