"""Loading a model by path or hub name, whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

from malsori.errors import MalsoriError
from malsori.io import read_json, sha256_file

T = TypeVar("T")

_WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
_INDEXES: Final = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_CONFIGS: Final = ("config.json", "preprocessor_config.json")

# Used in pre-training or by heads only, so a published encoder may well lack them.
_NOT_NEEDED: Final = ("masked_spec_embed", "pooler.")


def load_config(model: str, revision: str | None = None, types: Sequence[str] = ()) -> Any:
    """A model's configuration.

    Args:
        model: a folder, or a name on the hub.
        revision: branch, tag or commit of a hub model.
        types: accepted values of ``model_type``; empty for any.

    Raises:
        MalsoriError: there is no such model here or on the hub, or it is of another architecture.
    """
    from transformers import AutoConfig  # noqa: PLC0415 - takes a second, and few runs need it

    config = _asked(lambda: AutoConfig.from_pretrained(model, revision=revision), model)
    if types and config.model_type not in types:
        raise MalsoriError(
            f"{model} is of architecture {config.model_type!r}, not {' or '.join(types)}",
            hint="name the encoder's kind after the architecture, or name another model",
        )
    return config


def load_model(model: str, revision: str | None = None, types: Sequence[str] = ()) -> Any:
    """A model with every weight that its file should have, in float32 and evaluation mode.

    Raises:
        MalsoriError: as ``load_config``; or weights are missing, which transformers would fill
            with random numbers.
    """
    from transformers import AutoModel  # noqa: PLC0415

    load_config(model, revision, types)
    be_quiet()
    loaded, told = _asked(
        lambda: AutoModel.from_pretrained(
            model, revision=revision, output_loading_info=True, dtype="float32"
        ),
        model,
    )
    missing = [k for k in told["missing_keys"] if not any(part in k for part in _NOT_NEEDED)]
    odd = [str(entry) for entry in told.get("mismatched_keys", ())]
    if missing or odd:
        first = sorted(missing + odd)[0]
        raise MalsoriError(
            f"{model} lacks {len(missing) + len(odd)} of its weights, such as {first}",
            hint="they would be random numbers; download the model again",
        )
    return loaded.eval()


def load_part(load: Callable[..., T], model: str, revision: str | None, what: str) -> T:
    """A tokenizer or feature extractor.

    Raises:
        MalsoriError: the model does not have it.

    Example:
        >>> load_part(lambda name, revision: name, "folder", None, "tokenizer")
        'folder'
    """
    try:
        return load(model, revision=revision)
    except Exception as error:  # each library fails in its own way
        raise MalsoriError(
            f"{model} has no usable {what}: {_first_line(error)}",
            hint=f"save the {what} beside the weights (save_pretrained)",
        ) from error


@lru_cache(maxsize=32)
def content_hash(model: str, revision: str | None = None, files: tuple[str, ...] = ()) -> str:
    """SHA-256 hex of a model's weights and configuration, wherever they lie.

    Args:
        model: folder, or name on the hub.
        revision: of a hub model.
        files: of these instead, as far as there are such; empty for weights and configuration.

    Raises:
        MalsoriError: the model's files are not here.
    """
    load_config(model, revision)  # says best what is wrong with a model that is not there
    names = files or (*_CONFIGS, *_weight_files(model, revision))
    found = {name: find_file(model, revision, name) for name in names}
    lines = [f"{name}:{sha256_file(path)}\n" for name, path in found.items() if path is not None]
    if not lines:
        raise MalsoriError(
            f"{model} holds none of: {', '.join(names)}",
            hint="name the folder that save_pretrained wrote",
        )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def find_file(model: str, revision: str | None, name: str) -> Path | None:
    """One of a model's files, fetched if it is on the hub; None if the model has none such.

    Raises:
        MalsoriError: there is no such model, or it cannot be reached.
    """
    from transformers.utils.hub import cached_file  # noqa: PLC0415

    found = _asked(
        lambda: cached_file(
            model, name, revision=revision, _raise_exceptions_for_missing_entries=False
        ),
        model,
    )
    return None if found is None else Path(found)


def _weight_files(model: str, revision: str | None) -> list[str]:
    """Names of the files that hold the weights; the index of a divided one names its parts."""
    for index in _INDEXES:
        path = find_file(model, revision, index)
        if path is not None:
            return sorted(set(read_json(path)["weight_map"].values()))
    return [name for name in _WEIGHTS if find_file(model, revision, name) is not None]


def _asked(question: Callable[[], T], model: str) -> T:
    """The answer, or an error that says what to do."""
    try:
        return question()
    except MalsoriError:
        raise
    except Exception as error:  # OSError, ValueError, errors of the hub's client …
        here = Path(model)
        if here.is_dir():
            raise MalsoriError(
                f"{model} cannot be loaded: {_first_line(error)}",
                hint="the folder needs config.json and model.safetensors (save_pretrained)",
            ) from error
        raise MalsoriError(
            f"model {model!r} is not a folder here and cannot be fetched from the hub: "
            f"{_first_line(error)}",
            hint="without network, download it elsewhere and name its folder",
        ) from error


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def be_quiet() -> None:
    """No progress bar over a file that is read in half a second; no advice to other authors."""
    from transformers.utils import logging as chatter  # noqa: PLC0415

    # WavLM hands torch two masks of different types, which is right.
    warnings.filterwarnings("ignore", message="Support for mismatched key_padding_mask")
    chatter.set_verbosity_error()  # type: ignore[no-untyped-call]
    chatter.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("transformers").setLevel(logging.ERROR)
