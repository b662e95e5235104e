"""Files that are either whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from malsori.errors import MalsoriError
from malsori.plain_yaml import parse

if TYPE_CHECKING:
    import polars as pl

_ROWS: Final = 4_096


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path`; on success it is synced and renamed to `path`.

    A kill at any moment leaves either the old file or the new one, never a part.

    Args:
        path: Where the file shall be. Missing parent folders are made.

    Example:
        >>> folder = Path(tempfile.mkdtemp())
        >>> with atomic_path(folder / "a.txt") as temporary:
        ...     _ = temporary.write_text("whole")
        >>> (folder / "a.txt").read_text()
        'whole'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        with naming(path):
            yield temporary
            sync(temporary)
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
            sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """An error of the system names this file if it names none: a full disk does not.

    Example:
        >>> with naming(Path("a.txt")):
        ...     raise OSError(28, "No space left on device")
        Traceback (most recent call last):
        ...
        OSError: [Errno 28] No space left on device: 'a.txt'
    """
    try:
        yield
    except OSError as error:
        error.filename = error.filename or str(path)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def sync(path: Path) -> None:
    """Makes a file's content, or a new name in a folder, survive a power cut."""
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot open a folder to sync it
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def atomic_write(path: Path, data: bytes | str) -> None:
    """Writes a whole file or nothing; text as UTF-8.

    Example:
        >>> target = Path(tempfile.mkdtemp()) / "call.txt"
        >>> atomic_write(target, "불이 났어요")
        >>> target.read_text(encoding="utf-8")
        '불이 났어요'
    """
    content = data.encode() if isinstance(data, str) else data
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Writes a table as Parquet, whole or not at all.

    Example:
        >>> import polars as pl
        >>> target = Path(tempfile.mkdtemp()) / "t.parquet"
        >>> write_parquet(pl.DataFrame({"id": ["a"]}), target)
        >>> pl.read_parquet(target)["id"].to_list()
        ['a']
    """
    from polars.exceptions import PolarsError  # noqa: PLC0415 - keeps `malsori --help` fast

    with atomic_path(path) as temporary:
        try:
            # In pieces: a whole column of texts would be in memory twice more while it is packed.
            frame.write_parquet(temporary, row_group_size=_ROWS)
        except PolarsError as error:  # of a full disk it says so in words only
            code = re.search(r"\(os error (\d+)\)", str(error))
            if code is None:
                raise
            raise OSError(int(code[1]), os.strerror(int(code[1])), str(path)) from error


@contextmanager
def reading_arrays(path: Path) -> Iterator[None]:
    """Whatever NumPy stumbles over in a damaged `.npy` or `.npz` is an error that names the file.

    Example:
        >>> import numpy as np
        >>> target = Path(tempfile.mkdtemp()) / "empty.npy"
        >>> target.touch()
        >>> with reading_arrays(target):
        ...     np.load(target)
        Traceback (most recent call last):
        ...
        malsori.errors.MalsoriError: ...empty.npy: cannot be read as arrays: No data left in file
    """
    try:
        yield
    except MalsoriError:
        raise
    # Headers go through Python's tokenizer, members through zipfile and zlib: there is no list.
    except Exception as error:
        raise MalsoriError(
            f"{path}: cannot be read as arrays: {error or type(error).__name__}"
        ) from error


def read_yaml(path: Path) -> Any:
    """Reads YAML (UTF-8, a byte order mark is allowed).

    Raises:
        MalsoriError: The file is missing, is not text, or is not YAML (with its line).

    Example:
        >>> target = Path(tempfile.mkdtemp()) / "a.yaml"
        >>> write_yaml(target, {"tasks": ["urgency"]})
        >>> read_yaml(target)
        {'tasks': ['urgency']}
    """
    import yaml  # noqa: PLC0415 - keeps `malsori --help` fast

    text = _read_text(path)
    try:
        return parse(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise MalsoriError(f"{where}: not YAML: {getattr(error, 'problem', error)}") from error


def write_yaml(path: Path, data: Any) -> None:
    """Writes YAML with keys in the given order and Hangul as it is, atomically.

    Example:
        >>> target = Path(tempfile.mkdtemp()) / "a.yaml"
        >>> write_yaml(target, {"classes": ["하", "중", "상"]})
        >>> target.read_text(encoding="utf-8").splitlines()[0]
        'classes: [하, 중, 상]'
    """
    import yaml  # noqa: PLC0415

    atomic_write(
        path, yaml.safe_dump(data, allow_unicode=True, sort_keys=False, default_flow_style=None)
    )


def read_json(path: Path) -> Any:
    """Reads JSON (UTF-8, a byte order mark is allowed).

    Raises:
        MalsoriError: The file is missing, is not text, or is not JSON (with its line).

    Example:
        >>> target = Path(tempfile.mkdtemp()) / "a.json"
        >>> write_json(target, {"skill": 0.25})
        >>> read_json(target)
        {'skill': 0.25}
    """
    text = _read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise MalsoriError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error


def write_json(path: Path, data: Any) -> None:
    """Writes indented JSON with Hangul as it is, atomically. Not-a-number is refused."""
    atomic_write(path, json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_checked_json(path: Path, data: Mapping[str, Any]) -> None:
    """Writes a JSON object that carries its own checksum, atomically.

    Example:
        >>> target = Path(tempfile.mkdtemp()) / "a.json"
        >>> write_checked_json(target, {"step": 7})
        >>> read_checked_json(target)
        {'step': 7}
    """
    write_json(path, {**data, "sha256": _checksum(data)})


def read_checked_json(path: Path) -> dict[str, Any]:
    """Reads what `write_checked_json` wrote.

    Raises:
        MalsoriError: The file is missing, or what it says is not what was written.
    """
    data = read_json(path)
    if not isinstance(data, dict) or data.pop("sha256", None) != _checksum(data):
        raise not_as_written(path)
    return data


def _checksum(data: Mapping[str, Any]) -> str:
    return sha256(json.dumps(data, allow_nan=False).encode())


def not_as_written(path: Path) -> MalsoriError:
    """What is said of a file whose content does not have its checksum.

    Example:
        >>> not_as_written(Path("run/tasks.yaml")).message
        'run/tasks.yaml: was changed or damaged: it is not what was written'
    """
    return MalsoriError(
        f"{path}: was changed or damaged: it is not what was written",
        hint="bring it back from a copy, or train again with --fresh",
    )


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise MalsoriError(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise MalsoriError(f"{path}: is a folder, not a file") from error
    except UnicodeDecodeError as error:
        raise MalsoriError(f"{path}: is not UTF-8 text (byte {error.start})") from error


def sha256(*pieces: bytes | bytearray | memoryview) -> str:
    """The SHA-256 of some bytes, 64 lowercase hex digits.

    Example:
        >>> sha256(b"")[:8], sha256(b"a", b"b") == sha256(b"ab")
        ('e3b0c442', True)
    """
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def sha256_file(path: Path) -> str:
    """The SHA-256 of a file's content, read in pieces.

    Example:
        >>> target = Path(tempfile.mkdtemp()) / "empty"
        >>> target.touch()
        >>> sha256_file(target) == sha256(b"")
        True
    """
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
