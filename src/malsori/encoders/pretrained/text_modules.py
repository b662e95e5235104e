"""The half of text encoders that lives in the network, where the model is trained with it."""

from __future__ import annotations

from torch import Tensor

from malsori.encoders.pretrained.text_model import TextModel
from malsori.encoders.pretrained.tuned import Tuned


class TunedText(Tuned):
    """A text model that is trained with the network: token ids in, tokens out."""

    def __init__(self, reading: TextModel, lr: float | None) -> None:
        super().__init__(reading.dim, reading.count if reading.layers == "weighted" else None, lr)
        self.reading = reading

    def tokens(self, signals: list[Tensor]) -> list[Tensor]:
        """Tokens ``[T_i, F]`` of ids ``[N_i]``, read in batches of one length of chunk."""
        found: dict[int, Tensor] = {}
        for read in self.reading.read(signals, self.reading.size * len(signals)):
            found.update(read)
        return [found[i] for i in range(len(signals))]
