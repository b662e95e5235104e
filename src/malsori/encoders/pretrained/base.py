"""What encoders of speech and of text share that are a model of transformers."""

from __future__ import annotations

from abc import abstractmethod
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from malsori.encoders.base import Encoder, EncoderModule
from malsori.encoders.pretrained.loading import load_config
from malsori.encoders.pretrained.precision import Precision, best_device, dtype_of, resolve
from malsori.encoders.pretrained.speech_model import SpeechModel, check_layers
from malsori.encoders.pretrained.text_model import TextModel
from malsori.encoders.pretrained.tuning import Tuning, apply
from malsori.encoders.pretrained.weighted_layers import WeightedLayers
from malsori.encoders.standardise import Standardise

N = TypeVar("N", SpeechModel, TextModel)


class Pretrained(Encoder, Generic[N]):
    """A model of transformers, frozen and stored, or tuned with the network.

    Its options are those of its kinds, see `PretrainedSpeech`.
    """

    types: ClassVar[tuple[str, ...]] = ()
    """Accepted values of ``model_type``; empty for any."""

    def __init__(
        self,
        model: str,
        revision: str | None,
        layers: str | int,
        tune: str,
        lr: float | None,
        precision: Precision,
    ) -> None:
        self.tuning = Tuning.parse(tune)
        self.layers = str(layers)
        check_layers(self.layers)
        self.model, self.revision, self.lr = model, revision, lr
        self.precision: Precision = precision
        self.cacheable = self.batched = self.tuning.frozen
        self._network: N | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the weights: worker processes make signals ready only."""
        return {**self.__dict__, "_network": None}

    @property
    def width(self) -> int:  # type: ignore[override]
        """F of the features that ``prepare`` returns."""
        if not self.tuning.frozen:
            return 1
        size = int(self._config.hidden_size)
        return size * self._layers if self.layers == "weighted" else size

    def module(self, features: int) -> EncoderModule:
        """Standardised tokens; a learned sum of layers; or the model itself, to be trained."""
        if not self.tuning.frozen:
            network = self._load()
            apply(network.model, network.transformer, self.tuning)
            return self._tuned(network, self.tuning.rate(self.lr))
        if self.layers == "weighted":
            return WeightedLayers(self._layers, int(self._config.hidden_size))
        return Standardise(features)

    @cached_property
    def _config(self) -> Any:
        return load_config(self.model, self.revision, self.types)

    @property
    def _layers(self) -> int:
        """How many layers give hidden states, the embeddings included."""
        return int(self._config.num_hidden_layers) + 1

    def _loaded(self) -> N:
        """The frozen model in its precision, loaded once."""
        if self._network is None:
            device = best_device()
            dtype = dtype_of(resolve(self.precision, device))
            self._network = self._load().to(device, dtype).eval().requires_grad_(False)
        return self._network

    @abstractmethod
    def _load(self) -> N:
        """The model in float32."""

    @abstractmethod
    def _tuned(self, network: N, lr: float | None) -> EncoderModule:
        """The half in the network of a model that is trained with it."""
