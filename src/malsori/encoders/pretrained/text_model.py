"""A text model of transformers in one form: token ids in, tokens of chosen layers out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from malsori.encoders.pretrained.speech_model import batches, check_layers, choose_layers
from malsori.encoders.pretrained.tokeniser import Tokeniser
from malsori.encoders.pretrained.windows import Window, windows
from malsori.errors import MalsoriError

Pool = Literal["cls", "mean", "sequence"]

_OVERLAP = 64  # tokens that neighbouring chunks share, if that is not more than a quarter
_ROUNDING = 1e-4  # relative, of float32 through many layers


class TextModel(nn.Module):
    """Tokens of texts of any length: what is longer than the model can read goes in chunks.

    Args:
        model: of transformers; of one with a decoder only the encoder is used.
        layers: ``last``, ``mean``, ``weighted`` (all of them) or a layer's index.
        pool: ``cls``, ``mean`` (of all that the model read) or ``sequence``.
        tokeniser: what stands around a text.
        size: tokens that are read at once, those around the text included.

    Attributes:
        dim: size D of a token.
        count: L, the model's layers and the embeddings.
        size: of the text's own tokens that are read at once.
        padded: whether texts of different lengths may be read together.
    """

    def __init__(
        self, model: Any, layers: str, pool: Pool, tokeniser: Tokeniser, size: int
    ) -> None:
        super().__init__()
        self.model = model.get_encoder() if model.config.is_encoder_decoder else model
        if getattr(self.model, "pooler", None) is not None:
            self.model.pooler = None  # it would be computed, and counted as trained, for nothing
        self.layers, self.pool, self.tokeniser = layers, pool, tokeniser
        self.dim: int = model.config.hidden_size
        self.count: int = model.config.num_hidden_layers + 1
        self.size = size - tokeniser.around
        check_layers(layers, self.count)
        self.padded = self._ignores_padding()

    @torch.no_grad()
    def _ignores_padding(self) -> bool:
        """Whether a text is read alike alone and beside a longer one; some families fail.

        ConvBERT's convolutions, for one, carry padding into the text.
        """
        long = min(self.size, 12)
        pad, known = self.tokeniser.pad, self.model.get_input_embeddings().num_embeddings
        ids = torch.tensor([(pad + 1 + i) % known for i in range(long)])
        alone, beside = self([ids[: long // 2]])[0], self([ids[: long // 2], ids])[0]
        return bool((alone - beside).norm() <= _ROUNDING * alone.norm())

    @property
    def transformer(self) -> nn.ModuleList:
        """The model's layers; none if they share their weights, as those of ALBERT."""
        lists = (part for part in self.model.modules() if isinstance(part, nn.ModuleList))
        return next((part for part in lists if len(part) == self.count - 1), nn.ModuleList())

    def forward(self, texts: Sequence[Tensor]) -> list[Tensor]:
        """Hidden states of texts that are at most ``size`` long; none is changed by another.

        Args:
            texts: ids ``[N_i]`` of each.

        Returns:
            ``[N_i + around, D]`` of each; of all layers ``[N_i + around, L, D]``.
        """
        before, after = (
            texts[0].new_tensor(ids) for ids in (self.tokeniser.before, self.tokeniser.after)
        )
        rows = [torch.cat([before, text, after]).long() for text in texts]
        lengths = [len(row) for row in rows]
        ids = pad_sequence(rows, batch_first=True, padding_value=self.tokeniser.pad)
        mask = None
        if min(lengths) < ids.shape[1]:
            places = torch.arange(ids.shape[1], device=ids.device)
            mask = (places < torch.tensor(lengths, device=ids.device)[:, None]).long()
        answer = self.model(
            input_ids=ids, attention_mask=mask, output_hidden_states=self.layers != "last"
        )
        chosen = self._chosen(answer, ids.shape[1])
        return [row[:length] for row, length in zip(chosen, lengths, strict=True)]

    def _chosen(self, answer: Any, tokens: int) -> Tensor:
        """The layers that are wanted ``[B, N, (L,) D]``."""
        if self.layers != "last" and any(h.shape[1] != tokens for h in answer.hidden_states):
            raise MalsoriError(
                f"layers: {self.layers}, but this architecture shortens texts from layer to layer",
                hint="layers: last",
            )
        return choose_layers(answer, self.layers)

    def read(
        self, texts: Sequence[Tensor], budget: int, over: Callable[..., Iterator[Any]] = map
    ) -> Iterator[list[tuple[int, Tensor]]]:
        """Tokens ``[T_i, F]`` in float32 of texts of any length, batch by batch.

        Chunks of similar length are read together; a text's tokens come with its last chunk.

        Args:
            texts: ids ``[N_i]`` of each, at least one.
            budget: tokens in a batch, padding included.
            over: how batches are gone through, such as ``side_by_side``.

        Yields:
            Texts that are complete: position and tokens.
        """
        overlap = min(_OVERLAP, self.size // 4)
        cuts = [
            (row, cut)
            for row, text in enumerate(texts)
            for cut in windows(len(text), self.size, overlap, 1, lambda tokens: tokens)
        ]

        def pooled(batch: list[int]) -> list[Tensor]:
            states = self([texts[cuts[k][0]][cuts[k][1].start : cuts[k][1].stop] for k in batch])
            return [self._pooled(s.float(), cuts[k][1]) for k, s in zip(batch, states, strict=True)]

        missing = Counter(row for row, _ in cuts)
        parts: dict[int, list[tuple[int, Tensor]]] = defaultdict(list)
        lengths = [cut.stop - cut.start for _, cut in cuts]
        plan = batches(lengths, budget)
        if not self.padded:
            plan = [list(same) for batch in plan for _, same in groupby(batch, lengths.__getitem__)]
        for batch, found in zip(plan, over(pooled, plan), strict=True):
            done = []
            for k, tokens in zip(batch, found, strict=True):
                row = cuts[k][0]
                parts[row].append((k, tokens))
                if len(parts[row]) == missing[row]:
                    own = sorted(parts.pop(row), key=lambda part: part[0])
                    weights = [cuts[k][1].last - cuts[k][1].first for k, _ in own]
                    done.append((row, self._joined([tokens for _, tokens in own], weights)))
            yield done

    def _pooled(self, states: Tensor, cut: Window) -> Tensor:
        """A chunk's tokens ``[T, F]``: those that no other chunk gives, or one for all."""
        if self.pool == "mean":
            states = states.mean(0, keepdim=True)
        elif self.pool == "sequence":
            begin = len(self.tokeniser.before)
            states = states[begin + cut.first : begin + cut.last]
        else:
            place = self.tokeniser.summary
            if place is None:
                raise MalsoriError(
                    "pool: this model has no token that stands for the whole text (cls)",
                    hint="pool: mean",
                )
            states = states[place][None]
        return states.flatten(1)

    def _joined(self, chunks: list[Tensor], own: list[int]) -> Tensor:
        """A text's tokens: one chunk's behind the other's, or the mean, by their own tokens."""
        if len(chunks) == 1:
            return chunks[0]
        if self.pool == "sequence":
            return torch.cat(chunks)
        weights = chunks[0].new_tensor(own)
        return torch.einsum("ctf,c->tf", torch.stack(chunks), weights / weights.sum())
