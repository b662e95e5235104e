"""The two halves of an encoder: `prepare` is pure, `module` is part of the network."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from torch import Tensor, nn

from malsori.encoders.tokens import Tokens
from malsori.schema import SignalKind

Features = npt.NDArray[np.float32] | npt.NDArray[np.int32]


class EncoderModule(nn.Module, ABC):
    """The half of an encoder that lives in the network and is trained with it.

    What a token becomes depends on its own features only:
    not on padding, nor on the other rows of the batch.

    Attributes:
        dim: the size D of a token.
    """

    dim: int

    def fit(self, features: Iterable[Features]) -> None:
        """Takes statistics of the *training* features into buffers; by default none are needed.

        Args:
            features: of each training utterance, `[T, F]`; read once, in order.
        """

    @abstractmethod
    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Makes tokens of features.

        Args:
            features: `[B, T, F]`, padded with anything.
            mask: bool `[B, T]`, True where features are.
        """


class Encoder(ABC):
    """Turns a signal into features (cached on disk) and features into tokens (trained).

    Attributes:
        signal: what it reads: `audio`, `text` or `features`.
        cacheable: whether features are worth keeping in the embedding store.
    """

    signal: ClassVar[SignalKind]
    cacheable: ClassVar[bool] = True

    @abstractmethod
    def prepare(self, signal: Any) -> Features | None:
        """Features `[T, F]` with T ≥ 1, from this signal alone; the same signal, the same features.

        Args:
            signal: an `Audio`, a `str`, or an array, as `signal` says.

        Returns:
            float32 values or int32 ids; None where nothing is left to encode (such as a text of
            punctuation only), which then counts as an absent modality.

        Raises:
            MalsoriError: if the signal cannot be encoded, with the reason.
        """

    @abstractmethod
    def fingerprint(self) -> dict[str, Any]:
        """The kind, its version and every parameter that changes what `prepare` returns (JSON)."""

    @abstractmethod
    def module(self, features: int) -> EncoderModule:
        """The half in the network.

        Args:
            features: F, the last dimension of what `prepare` returned.
        """
