"""The halves of speech encoders that live in the network."""

from __future__ import annotations

from torch import Tensor

from malsori.encoders.pretrained.pooling import Per, edges, pool
from malsori.encoders.pretrained.speech_model import SpeechModel, frames_of
from malsori.encoders.pretrained.tuned import Tuned


class TunedSpeech(Tuned):
    """A speech model that is trained with the network: waveforms in, tokens out."""

    def __init__(
        self,
        network: SpeechModel,
        *,
        rate: int,
        tokens: int,
        per: Per,
        window: float,
        overlap: float,
        lr: float | None,
    ) -> None:
        super().__init__(network.dim, network.count if network.layers == "weighted" else None, lr)
        self.hearing = network  # the name in checkpoints
        self.rate, self.number, self.per = rate, tokens, per
        self.size, self.overlap = round(window * rate), round(overlap * rate)

    def tokens(self, signals: list[Tensor]) -> list[Tensor]:
        """Tokens ``[T_i, F]`` of waveforms ``[S_i]``, all of them heard in one batch."""
        budget = self.size * len(signals) * 8
        heard = frames_of(self.hearing, signals, self.size, self.overlap, budget)
        rate = self.rate / self.hearing.hop
        return [pool(h, edges(len(h), rate, self.number, self.per)).flatten(1) for h in heard]
