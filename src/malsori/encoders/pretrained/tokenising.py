"""Texts become token ids, by the tokenizer that each model was published with."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from malsori.encoders.pretrained.kobert import kobert_tokeniser
from malsori.encoders.pretrained.loading import (
    be_quiet,
    content_hash,
    find_file,
    load_config,
    load_part,
    refuse_speech,
    without,
)
from malsori.encoders.pretrained.tokeniser import Tokeniser
from malsori.errors import MalsoriError

_ABSURD: Final = 10**6  # a tokenizer that knows no limit says 10^30
_PIECES: Final = ("spiece.model", "tokenizer_78b3253a26.model")  # of KoBERT: SKT's, monologg's
_FILES: Final = (
    *_PIECES,
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "tokenizer.model",
    "sentencepiece.bpe.model",
)

# Their own tokenizers read a vocab.txt; one that comes with sentencepiece was trained otherwise.
_WORDPIECE: Final = ("bert", "distilbert", "electra", "convbert")

# They count positions from behind the padding's id, so the first ones are never used.
_COUNT_FROM_PADDING: Final = (
    "camembert", "data2vec-text", "ibert", "lilt", "longformer", "luke", "mluke", "mpnet",
    "roberta", "roberta-prelayernorm", "xlm-roberta", "xlm-roberta-xl", "xmod",
)  # fmt: skip


def tokeniser_of(model: str, revision: str | None = None) -> Tokeniser:
    """A model's tokenizer, loaded once in a process and again when its files have changed.

    Raises:
        MalsoriError: the model has no usable tokenizer, or hears speech.
    """
    return _loaded(model, revision, _files_now(model))


def _files_now(model: str) -> tuple[tuple[int, int], ...]:
    """Sizes and times of a folder's tokenizer files; what lies in the hub's cache stays."""
    found = []
    for name in _FILES:
        try:
            # Asked with every text, and a Path takes longer.
            state = os.stat(f"{model}/{name}")  # noqa: PTH116
        except OSError:
            continue
        found.append((state.st_size, state.st_mtime_ns))
    return tuple(found)


@lru_cache(maxsize=4)  # by process: with every chunk of work, a large vocabulary is not sent along
def _loaded(model: str, revision: str | None, _state: tuple[tuple[int, int], ...]) -> Tokeniser:
    config = load_config(model, revision)
    refuse_speech(config, model)
    be_quiet()
    pieces = _pieces_of(model, revision, config)
    if pieces is not None:
        vocabulary = find_file(model, revision, "vocab.txt")
        return kobert_tokeniser(pieces, vocabulary, position_limit(config))
    from transformers import AutoTokenizer  # noqa: PLC0415

    what = "tokenizer"
    tokenizer: Any = load_part(AutoTokenizer.from_pretrained, model, revision, what, _FILES)
    # Without its files, transformers makes an empty one.
    if 10 * len(tokenizer) < config.vocab_size:
        if not any(find_file(model, revision, name) for name in _FILES):
            raise without(model, what)
        raise MalsoriError(
            f"{model} has no usable tokenizer: it knows {len(tokenizer):,} tokens, the model "
            f"{config.vocab_size:,}",
            hint="save the model's own beside the weights: tokenizer.save_pretrained",
        )
    largest = max(tokenizer.get_vocab().values(), default=0)
    if largest >= config.vocab_size:
        raise MalsoriError(
            f"{model} has embeddings for {config.vocab_size:,} tokens, and its tokenizer ids up to "
            f"{largest:,}",
            hint="the tokenizer is that of another model: save the model's own beside the weights",
        )
    return _published(tokenizer, config)


def tokeniser_hash(model: str, revision: str | None = None) -> str:
    """SHA-256 hex of a model's tokenizer files, wherever they lie.

    Raises:
        MalsoriError: there are none, or the model hears speech.
    """
    refuse_speech(load_config(model, revision), model)
    return content_hash(model, revision, _FILES, "tokenizer")


def position_limit(config: Any) -> int | None:
    """How many tokens a model has positions for; None if it sets no limit."""
    positions = getattr(config, "max_position_embeddings", None)
    if not isinstance(positions, int) or positions < 1:
        return None
    if config.model_type in _COUNT_FROM_PADDING:
        return positions - int(config.pad_token_id or 0) - 1
    return positions


def _pieces_of(model: str, revision: str | None, config: Any) -> Any:
    """The sentencepiece file of a KoBERT, whose tokenizer no class of transformers is."""
    if config.model_type not in _WORDPIECE or find_file(model, revision, "tokenizer.json"):
        return None
    found = (find_file(model, revision, name) for name in _PIECES)
    return next((path for path in found if path is not None), None)


def _published(tokenizer: Any, config: Any) -> Tokeniser:
    """What a tokenizer of transformers does, without its cutting and padding."""
    encode = _encoder_of(tokenizer)
    own, full = list(encode("a", False)), list(encode("a", True))
    before, after = _around(own, full)
    positions = position_limit(config)
    limits = [positions, int(tokenizer.model_max_length or _ABSURD)]
    known = [limit for limit in limits if limit is not None and limit < _ABSURD]
    pads = (getattr(config, "pad_token_id", None), tokenizer.pad_token_id, 0)
    return Tokeniser(
        ids=lambda text: encode(text, False),
        before=before,
        after=after,
        summary=_place(getattr(tokenizer, "cls_token_id", None), before, after),
        pad=next(int(pad) for pad in pads if pad is not None),
        positions=positions,
        limit=min(known, default=None),
    )


def _encoder_of(tokenizer: Any) -> Callable[[str, bool], Sequence[int]]:
    """From a text, with or without what stands around it, to ids.

    One text at a time: tokenizers then start no threads, which would not survive a fork.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return lambda text, full: list(
            tokenizer.encode(text, add_special_tokens=full, truncation=False, verbose=False)
        )
    backend.no_truncation()  # sentence encoders are saved with it
    backend.no_padding()
    return lambda text, full: list(backend.encode(text, add_special_tokens=full).ids)


def _around(own: list[int], full: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What of a full sequence stands before and behind the text's own."""
    for start in range(len(full) - len(own) + 1):
        if full[start : start + len(own)] == own:
            return tuple(full[:start]), tuple(full[start + len(own) :])
    raise MalsoriError(
        "this tokenizer writes special tokens into texts, not around them",
        hint="name a model whose tokenizer puts them before and behind",
    )


def _place(summary: int | None, before: tuple[int, ...], after: tuple[int, ...]) -> int | None:
    """Where the token that stands for the whole is; counted from the end where it is behind."""
    if summary in before:
        return before.index(summary)
    if summary in after:
        return after.index(summary) - len(after)
    return None
