"""Nested data with tensors as one safetensors file, whose checksum is compared before use."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from safetensors.torch import load, save

from malsori.errors import MalsoriError
from malsori.io import atomic_path, not_as_written, sha256

_NOTE: Final = "malsori"  # the header's entry that holds everything but the tensors
_EMPTY: Final = "0" * 64  # stands for the checksum while it is taken


def write_tensors(path: Path, data: Any) -> None:
    """Writes dicts, lists and tuples of tensors, arrays and plain values, whole or not at all.

    Tensors lie in the file under their path, such as `model.trunk.weight`; the rest, and the
    SHA-256 of the whole file, are JSON in its header. No code is in it, and none is run by it.

    Args:
        path: The file.
        data: Keys of dicts may be of any plain kind. Tensors may be on any device, and come back
            on the CPU.

    Raises:
        TypeError: Something in it is of another kind.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "last.safetensors"
        >>> write_tensors(path, {"step": 3, "state": {0: (torch.ones(2), None, float("inf"))}})
        >>> read_tensors(path)
        {'step': 3, 'state': {0: (tensor([1., 1.]), None, inf)}}
    """
    packing = _Packing()
    note = json.dumps({"sha256": _EMPTY, "data": packing.pack(data, ())}, allow_nan=False)
    head, body = _divided(save(packing.tensors, {_NOTE: note}))
    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        stream.write(head.replace(_EMPTY.encode(), sha256(head, body).encode(), 1))
        stream.write(body)


def read_tensors(path: Path) -> Any:
    """Reads what `write_tensors` wrote, the same to the bit.

    Raises:
        MalsoriError: There is no such file, or it is not what was written.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise MalsoriError(f"{path}: no such file") from error
    try:
        head, body = _divided(content)
        note = json.loads(json.loads(head[8:])["__metadata__"][_NOTE])
        emptied = head.replace(note["sha256"].encode(), _EMPTY.encode(), 1)
        whole = note["sha256"] == sha256(emptied, body)
    except (ValueError, LookupError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise not_as_written(path)
    return _unpack(note["data"], load(content))


def _divided(content: bytes) -> tuple[bytes, memoryview]:
    """The header with its length, and the tensors' bytes."""
    end = 8 + int.from_bytes(content[:8], "little")
    return content[:end], memoryview(content)[end:]


class _Packing:
    """Takes the tensors out of nested data."""

    def __init__(self) -> None:
        self.tensors: dict[str, torch.Tensor] = {}
        self._storages: set[int] = set()

    def pack(self, value: Any, path: tuple[str, ...]) -> Any:
        """The value as JSON can hold it."""
        if value is None or type(value) in (bool, int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if isinstance(value, torch.Tensor):
            return {"tensor": self._take(value, path)}
        if isinstance(value, np.ndarray | np.generic):
            kind = "array" if isinstance(value, np.ndarray) else "scalar"
            return {kind: self._take(torch.from_numpy(np.array(value)), path)}
        if isinstance(value, dict):  # an OrderedDict comes back as a dict
            pairs = [[self.pack(k, path), self.pack(v, (*path, str(k)))] for k, v in value.items()]
            return {"dict": pairs}
        if type(value) in (list, tuple):
            items = [self.pack(item, (*path, str(i))) for i, item in enumerate(value)]
            return items if type(value) is list else {"tuple": items}
        raise TypeError(f"{'.'.join(path)}: a file of tensors holds no {type(value).__name__}")

    def _take(self, tensor: torch.Tensor, path: tuple[str, ...]) -> str:
        found = tensor.detach().cpu().contiguous()
        if found.untyped_storage().data_ptr() in self._storages:
            found = found.clone()  # safetensors refuses tensors that share memory
        name = ".".join(path)
        while name in self.tensors:
            name += "'"
        self._storages.add(found.untyped_storage().data_ptr())
        self.tensors[name] = found
        return name


def _unpack(value: Any, tensors: Mapping[str, torch.Tensor]) -> Any:
    if isinstance(value, list):
        return [_unpack(item, tensors) for item in value]
    if not isinstance(value, dict):
        return value
    ((kind, held),) = value.items()
    return _KINDS[kind](held, tensors)


_KINDS: Final[dict[str, Callable[[Any, Mapping[str, torch.Tensor]], Any]]] = {
    "dict": lambda held, tensors: {_unpack(k, tensors): _unpack(v, tensors) for k, v in held},
    "tuple": lambda held, tensors: tuple(_unpack(item, tensors) for item in held),
    "float": lambda held, _: float(held),
    "tensor": lambda held, tensors: tensors[held],
    "array": lambda held, tensors: tensors[held].numpy(),
    "scalar": lambda held, tensors: tensors[held].numpy()[()],
}
