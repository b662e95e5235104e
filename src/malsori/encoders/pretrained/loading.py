"""Loading a model by path or hub name, whole or not at all."""

from __future__ import annotations

import hashlib
import logging
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

from malsori.encoders.pretrained.hashing import file_hash
from malsori.errors import MalsoriError
from malsori.io import read_json

T = TypeVar("T")

# From an architecture that hears to the kind of encoder that reads it.
KINDS_OF_SPEECH: Final = {
    "wav2vec2": "wav2vec2",
    "hubert": "hubert",
    "wavlm": "wavlm",
    "data2vec-audio": "data2vec_audio",
    "whisper": "whisper",
}
# These hear too, but no kind reads them.
_OTHER_SPEECH: Final = (
    "audio-spectrogram-transformer", "encodec", "mimi", "moonshine", "parakeet_ctc",
    "parakeet_encoder", "sew", "sew-d", "speech_to_text", "speecht5", "unispeech",
    "unispeech-sat", "wav2vec2-bert", "wav2vec2-conformer",
)  # fmt: skip

_WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
_INDEXES: Final = ("model.safetensors.index.json", "pytorch_model.bin.index.json")
_EXTRACTOR: Final = "preprocessor_config.json"
_CONFIGS: Final = ("config.json", _EXTRACTOR)

# Used in pre-training or by heads only, so a published encoder may well lack them.
_NOT_NEEDED: Final = ("masked_spec_embed", "pooler.")


def load_config(model: str, revision: str | None = None, types: Sequence[str] = ()) -> Any:
    """A model's configuration; its ``model_type`` is one of `types`, if any are named.

    Raises:
        MalsoriError: there is no such model here or on the hub, or it is of another architecture.
    """
    from transformers import AutoConfig  # noqa: PLC0415 - takes a second, and few runs need it

    config = _asked(lambda: AutoConfig.from_pretrained(model, revision=revision), model)
    if types and config.model_type not in types:
        raise MalsoriError(
            f"{model} is of architecture {config.model_type!r}, not {' or '.join(types)}",
            hint=_right_kind(config.model_type),
        )
    return config


def refuse_speech(config: Any, model: str) -> None:
    """Raises if a model hears, where one that reads texts is needed.

    Raises:
        MalsoriError: it is of an architecture for speech.

    Example:
        >>> from types import SimpleNamespace as Config
        >>> refuse_speech(Config(model_type="bert"), "models/bert")
        >>> refuse_speech(Config(model_type="wavlm"), "models/wavlm")
        Traceback (most recent call last):
        malsori.errors.MalsoriError: models/wavlm is of architecture 'wavlm', which hears speech ...
    """
    if config.model_type in KINDS_OF_SPEECH or config.model_type in _OTHER_SPEECH:
        raise MalsoriError(
            f"{model} is of architecture {config.model_type!r}, which hears speech",
            hint=_right_kind(config.model_type),
        )


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


def load_part(
    load: Callable[..., T],
    model: str,
    revision: str | None,
    what: str,
    files: Sequence[str] = (),
) -> T:
    """A tokenizer or feature extractor.

    Args:
        load: from a model's name and ``revision`` to its part.
        model: folder, or name on the hub.
        revision: of a hub model.
        what: the part, or the file that it is read from.
        files: a model with none of these does not have the part; empty if `what` is its file.

    Raises:
        MalsoriError: the model does not have it, or what it has is of no use.
    """
    try:
        return load(model, revision=revision)
    except Exception as error:  # each library fails in its own way
        if not any(find_file(model, revision, name) for name in files or (what,)):
            raise without(model, what) from error
        absent = isinstance(error, ImportError)
        raise MalsoriError(
            f"{model} has no usable {what}: {_first_line(error)}",
            hint="install what it needs" if absent else "its file may be damaged: copy it again",
        ) from error


def without(model: str, what: str) -> MalsoriError:
    """The error for a model that lacks a part."""
    if what == _EXTRACTOR:
        part, name = f"feature extractor ({_EXTRACTOR})", "feature_extractor"
    else:
        part = name = what
    return MalsoriError(
        f"{model} has no {part}", hint=f"save it beside the weights: {name}.save_pretrained"
    )


def content_hash(
    model: str,
    revision: str | None = None,
    files: tuple[str, ...] = (),
    what: str = "weights",
) -> str:
    """SHA-256 hex of a model's weights and configuration, wherever they lie.

    Args:
        model: folder, or name on the hub.
        revision: of a hub model.
        files: of these instead, as far as there are such; empty for weights and configuration.
        what: the files are, for the message if there are none.

    Raises:
        MalsoriError: the model's files are not here.
    """
    load_config(model, revision)  # says best what is wrong with a model that is not there
    names = files or (*_CONFIGS, *_weight_files(model, revision))
    found = {name: find_file(model, revision, name) for name in names}
    lines = [f"{name}:{file_hash(path)}\n" for name, path in found.items() if path is not None]
    if not lines:
        raise without(model, what)
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
    _check_name(model)
    _quiet_hub()
    try:
        return question()
    except MalsoriError:
        raise
    except Exception as error:  # OSError, ValueError, errors of the hub's client …
        if Path(model).is_dir():
            raise _unloadable(Path(model), error) from error
        raise MalsoriError(
            f"model {model!r} is not a folder here and cannot be fetched from the hub: "
            f"{_first_line(error)}",
            hint="without network, download it elsewhere and name its folder",
        ) from error


def _check_name(model: str) -> None:
    """Refuses what is neither a folder nor a name that the hub could know, before it is asked."""
    here = Path(model)
    if here.is_dir():
        return
    if here.is_file():
        raise MalsoriError(
            f"{model} is a file, and a model is a folder", hint=f"name its folder: {here.parent}"
        )
    if model.startswith("~"):
        raise MalsoriError(f"there is no folder {model}", hint="~ is not expanded: write it out")
    if here.is_absolute() or model.startswith(".") or model.count("/") > 1:
        raise MalsoriError(
            f"there is no folder {model}",
            hint=None if here.is_absolute() else f"it is looked for in {Path.cwd()}",
        )
    if "/" in model and Path(here.parts[0]).is_dir():
        raise MalsoriError(
            f"there is no folder {model}",
            hint=f"it is looked for in {Path.cwd()}; a hub model of this name is hidden by the "
            f"folder {here.parts[0]} there: download it and name its folder",
        )


def _unloadable(folder: Path, error: Exception) -> MalsoriError:
    """Why a model's folder cannot be loaded: files are missing, or damaged, or something else."""
    names = (*_WEIGHTS, *_INDEXES)
    if not (folder / "config.json").is_file() or not any((folder / n).is_file() for n in names):
        return MalsoriError(
            f"{folder} cannot be loaded: {_first_line(error)}",
            hint="the folder needs config.json and model.safetensors (save_pretrained)",
        )
    damaged = _first_damaged(folder)
    if damaged is not None:
        return MalsoriError(f"{damaged} is damaged: {_first_line(error)}", hint="copy it again")
    return MalsoriError(
        f"{folder} cannot be loaded: {_first_line(error)}",
        hint="its files look whole; does AutoModel.from_pretrained of transformers load it?",
    )


def _first_damaged(folder: Path) -> Path | None:
    """A file of a model that is not what its name says, judged by its shape alone."""
    checks: tuple[tuple[str, Callable[[Path], bool]], ...] = (
        ("config.json", _is_json),
        ("*.index.json", _is_json),
        ("model*.safetensors", _is_safetensors),
        ("pytorch_model*.bin", _is_saved_by_torch),
    )
    found = ((path, whole) for pattern, whole in checks for path in sorted(folder.glob(pattern)))
    return next((path for path, whole in found if not whole(path)), None)


def _is_json(path: Path) -> bool:
    try:
        read_json(path)
    except MalsoriError:
        return False
    return True


def _is_safetensors(path: Path) -> bool:
    from safetensors import SafetensorError, safe_open  # noqa: PLC0415

    try:
        with safe_open(path, "pt"):  # reads the header, and compares it with the file's size
            return True
    except (SafetensorError, OSError):
        return False


def _is_saved_by_torch(path: Path) -> bool:
    """The end of a zip archive is looked for; an old file that is none is taken as it is."""
    with path.open("rb") as file:
        start = file.read(2)
    return zipfile.is_zipfile(path) if start == b"PK" else bool(start)


def _right_kind(architecture: str) -> str:
    """Which encoder reads a model."""
    if architecture in KINDS_OF_SPEECH:
        return f"kind: {KINDS_OF_SPEECH[architecture]} reads it"
    kinds = ", ".join(KINDS_OF_SPEECH.values())
    if architecture in _OTHER_SPEECH:
        return f"no kind reads it; of speech these are read: {kinds}"
    return f"of speech these are read: {kinds}; a model of texts is read by kind: transformer"


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def _quiet_hub() -> None:
    """Each retry would be two lines; the error at the end says it once."""
    from huggingface_hub.utils import logging as chatter  # noqa: PLC0415

    chatter.set_verbosity_error()  # type: ignore[no-untyped-call]


def be_quiet() -> None:
    """No progress bar over a file that is read in half a second; no advice to other authors."""
    from transformers.utils import logging as chatter  # noqa: PLC0415

    # WavLM hands torch two masks of different types, which is right.
    warnings.filterwarnings("ignore", message="Support for mismatched key_padding_mask")
    chatter.set_verbosity_error()  # type: ignore[no-untyped-call]
    chatter.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("transformers").setLevel(logging.ERROR)
