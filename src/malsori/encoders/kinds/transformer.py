"""Text through any transformer: KcELECTRA, KLUE-RoBERTa, XLM-RoBERTa, KoBERT and others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Literal

import numpy as np
import torch

from malsori.encoders.base import Features
from malsori.encoders.pretrained.base import Pretrained
from malsori.encoders.pretrained.cores import side_by_side
from malsori.encoders.pretrained.loading import content_hash, load_model
from malsori.encoders.pretrained.precision import (
    Precision,
    best_device,
    every_core,
    resolve,
)
from malsori.encoders.pretrained.text_model import Pool, TextModel
from malsori.encoders.pretrained.text_modules import TunedText
from malsori.encoders.pretrained.tokeniser import Tokeniser
from malsori.encoders.pretrained.tokenising import tokeniser_hash, tokeniser_of
from malsori.errors import MalsoriError
from malsori.schema import SignalKind
from malsori.signals.cleaning import check_steps, clean

_USUAL = 512  # tokens read at once where a model sets no limit, as one with relative positions
_FEWEST = 8
_CACHED = 256  # tokens in a batch; more of them leave a core's cache
_ON_GPU = 32_768


class Transformer(Pretrained[TextModel]):
    """Text through a model of transformers, frozen and stored, or tuned with the network.

    A text longer than the model can read is read in chunks that overlap, each as the model was
    trained: with its special tokens around. A text of which nothing is left counts as absent.

    Args:
        model: folder, or name on the hub.
        revision: of a hub model.
        pool: one token for a text, ``cls`` (the model's token for the whole) or ``mean`` (over
            all that it read, for sentence encoders), or ``sequence``: one for each of the text's.
            Of several chunks: their mean, by how much of the text each brings.
        layers: ``last``, ``mean``, a layer's number (0: the embeddings), or ``weighted``: all are
            stored and a weighted sum is learned.
        max_tokens: read at once, special ones included; None for as many as the model can.
        long: ``chunk``, or ``cut``: what is beyond `max_tokens` is not read.
        clean: steps of `malsori.signals.cleaning`, in their order.
        tune: ``frozen``, ``all``, ``last:4`` or ``lora:8``.
        lr: learning rate of a tuned model; None for 1e-5 (LoRA: 1e-4).
        precision: of a frozen model: ``auto`` is bfloat16 where the processor has it.

    Raises:
        MalsoriError: an option is wrong, or (when the model is needed) it cannot be loaded.
    """

    signal: ClassVar[SignalKind] = "text"

    def __init__(
        self,
        *,
        model: str,
        revision: str | None = None,
        pool: Pool = "cls",
        layers: str | int = "last",
        max_tokens: int | None = None,
        long: Literal["chunk", "cut"] = "chunk",
        clean: Sequence[str] = ("nfc", "spaces"),
        tune: str = "frozen",
        lr: float | None = None,
        precision: Precision = "auto",
    ) -> None:
        super().__init__(model, revision, layers, tune, lr, precision)
        check_steps(clean)
        if max_tokens is not None and max_tokens < _FEWEST:
            raise MalsoriError(
                f"max_tokens: {max_tokens} leaves no room for a text",
                hint=f"at least {_FEWEST}, or null for as many as the model can read",
            )
        self.pool: Pool = pool
        self.max_tokens, self.long = max_tokens, long
        self.clean = tuple(clean)

    @property
    def limit(self) -> int:
        """Tokens that are read at once, special ones included.

        Raises:
            MalsoriError: ``max_tokens`` is more than the model has positions for.
        """
        tokeniser = self._tokeniser
        if self.max_tokens is None:
            return tokeniser.limit or _USUAL
        if tokeniser.positions is not None and self.max_tokens > tokeniser.positions:
            raise MalsoriError(
                f"max_tokens: {self.model} has positions for {tokeniser.positions} tokens, "
                f"not for {self.max_tokens:,}",
                hint="long: chunk reads longer texts in parts",
            )
        return self.max_tokens

    @property
    def token_limit(self) -> int | None:
        """Beyond it a text is cut; None where it is read in chunks."""
        return self.limit if self.long == "cut" else None

    def token_length(self, text: str) -> int:
        """Tokens of a text, special ones included and before anything is cut; 0 if none is left."""
        ids = self._tokeniser.ids(clean(text, self.clean))
        return len(ids) + self._tokeniser.around if len(ids) else 0

    def ready(self, signal: str) -> Features | None:
        """The text's own token ids ``[N]``; None if nothing of it is left.

        Raises:
            MalsoriError: an id that the model does not have.
        """
        ids = np.array(self._tokeniser.ids(clean(signal, self.clean)), np.int32)
        if not len(ids):
            return None
        if int(ids.max()) >= self._config.vocab_size:
            raise MalsoriError(
                f"{self.model}: the tokenizer says {ids.max()}, but the model knows "
                f"{self._config.vocab_size:,} tokens",
                hint="the tokenizer's files are those of another model",
            )
        return ids[: self.limit - self._tokeniser.around] if self.long == "cut" else ids

    def prepare(self, signal: str) -> Features | None:
        """Tokens ``[T, D]`` (weighted: ``[T, L · D]``); tuned: the ids ``[N, 1]``."""
        ids = self.ready(signal)
        if ids is None or not self.tuning.frozen:
            return None if ids is None else ids[:, None]
        return next(self.prepare_many([ids]))[1]

    def prepare_many(self, signals: Sequence[Any]) -> Iterator[tuple[int, Features | None]]:
        """Tokens of texts that were made ready, those of similar length read together."""
        reading = self._loaded()
        device = next(reading.parameters()).device
        yield from ((i, None) for i, ids in enumerate(signals) if ids is None)
        known = [i for i, ids in enumerate(signals) if ids is not None]
        texts = [torch.from_numpy(signals[i]).to(device) for i in known]
        if device.type == "cpu":
            reader = reading.read(texts, _CACHED, side_by_side)
        else:
            reader = reading.read(texts, _ON_GPU)
        while True:
            with torch.inference_mode(), every_core():  # a generator leaves its caller in neither
                batch = next(reader, None)
            if batch is None:
                return
            yield from ((known[i], tokens.cpu().numpy()) for i, tokens in batch)

    def fingerprint(self) -> dict[str, Any]:
        """Version 1; weights and tokenizer count by their content, wherever they lie.

        Raises:
            MalsoriError: The model cannot be used as the options say.
        """
        self._check_pool()
        read = {
            "kind": "transformer",
            "version": 1,
            "tokenizer": tokeniser_hash(self.model, self.revision),
            "clean": list(self.clean),
            "cut": self.token_limit,
        }
        if not self.tuning.frozen:
            return read
        return {
            **read,
            "weights": content_hash(self.model, self.revision),
            "layers": self.layers,
            "pool": self.pool,
            "chunk": self.limit,
            "precision": resolve(self.precision, best_device()),
        }

    def _check_pool(self) -> None:
        if self.pool == "cls" and self._tokeniser.summary is None:
            raise MalsoriError(
                f"pool: {self.model} has no token that stands for the whole text (cls)",
                hint="pool: mean",
            )

    @property
    def _tokeniser(self) -> Tokeniser:
        return tokeniser_of(self.model, self.revision)

    def _load(self) -> TextModel:
        loaded = load_model(self.model, self.revision)
        return TextModel(loaded, self.layers, self.pool, self._tokeniser, self.limit)

    def _tuned(self, network: TextModel, lr: float | None) -> TunedText:
        return TunedText(network, lr)
