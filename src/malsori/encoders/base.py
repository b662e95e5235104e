"""The two halves of an encoder: `prepare` is pure, `module` is part of the network."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
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
        lr: a learning rate of its own; None for the recipe's.
    """

    dim: int
    lr: float | None = None

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
        batched: whether a network prepares: then the store makes signals `ready` in several
            processes, and this one runs `prepare_many` with every core.
        rate: the sample rate in Hz that audio is brought to; None where there is none.
        width: F of what `prepare` returns, where it is known before a signal is.
    """

    signal: ClassVar[SignalKind]
    cacheable: bool = True
    batched: bool = False
    rate: int | None = None
    width: int | None = None

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

    def ready(self, signal: Any) -> Any:
        """What can be done without the network (resampling, tokenising); runs in any process.

        Must not use torch. By default nothing is done.
        """
        return signal

    def prepare_many(self, signals: Sequence[Any]) -> Iterator[tuple[int, Features | None]]:
        """Features of many signals that were made `ready`, in any order, with their positions.

        A signal's features do not depend on what else is here (within rounding).

        Args:
            signals: each as `ready` returns it.
        """
        for position, signal in enumerate(signals):
            yield position, self.prepare(signal)

    @abstractmethod
    def fingerprint(self) -> dict[str, Any]:
        """The kind, its version and every parameter that changes what `prepare` returns (JSON)."""

    @abstractmethod
    def module(self, features: int) -> EncoderModule:
        """The half in the network.

        Args:
            features: F, the last dimension of what `prepare` returned.
        """
