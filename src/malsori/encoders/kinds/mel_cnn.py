"""Speech as a mel spectrogram (or cepstra) and a residual network that is trained on it."""

from typing import Any, ClassVar, Literal

import numpy as np

from malsori.encoders.base import Encoder, Features
from malsori.encoders.rates import at_rate
from malsori.encoders.resnet import ResNet
from malsori.errors import MalsoriError
from malsori.schema import SignalKind
from malsori.signals.audio import Audio
from malsori.signals.functionals import DYNAMIC_RANGE
from malsori.signals.spectra import cepstra, log_mel


class MelCnn(Encoder):
    """A spectrogram of 10 ms frames, and a ResNet whose tokens are 320 ms apart.

    The network is trained from nothing with the rest, so it needs data: on a few hundred
    utterances statistics (`logmel`, `acoustic`) are the stronger encoder. Levels 80 dB below the
    loudest are cut off; bands are standardised by the training utterances.

    Audio of a higher rate is resampled so that all of it is comparable; of a lower rate it is
    refused, as it lacks the upper bands.

    Args:
        features: ``mel`` for bands in dB, ``mfcc`` for their cosine transform.
        sample_rate: Hz, at least 8000; the lowest that the corpus has.
        bands: mel bands from 60 Hz to half the sample rate, at least 8.
        coefficients: of ``mfcc``, 4 to `bands`.
        window: s, 0.01 to 0.2.
        hop: s, 0.002 to the window.
        width: channels of the first stage; a token has eight times as many. ResNet-18 has 64.
        depth: blocks in each of four stages. ResNet-18 has 2.
        dropout: of tokens, in training.
        spec_augment: whether bands and times are hidden in training.
        cache: whether spectrograms are stored; if not, they are made whenever they are needed,
            so that changes of the waveform can act in every epoch.

    Raises:
        MalsoriError: an option is out of its range.

    Example:
        >>> MelCnn().prepare(Audio(np.zeros(8000, np.float32), 8000)).shape
        (100, 64)
    """

    signal: ClassVar[SignalKind] = "audio"

    def __init__(
        self,
        *,
        features: Literal["mel", "mfcc"] = "mel",
        sample_rate: int = 8000,
        bands: int = 64,
        coefficients: int = 20,
        window: float = 0.025,
        hop: float = 0.010,
        width: int = 32,
        depth: int = 2,
        dropout: float = 0.1,
        spec_augment: bool = True,
        cache: bool = True,
    ) -> None:
        cepstral = features == "mfcc"  # coefficients are of no other features
        if sample_rate < 8000 or bands < 8 or (cepstral and not 4 <= coefficients <= bands):
            raise MalsoriError(
                f"mel_cnn cannot work with sample_rate {sample_rate}, bands {bands}"
                + (f", coefficients {coefficients}." if cepstral else "."),
                hint="sample_rate is at least 8000 Hz, bands 8, coefficients of mfcc 4 to bands",
            )
        if not 0.01 <= window <= 0.2 or not 0.002 <= hop <= window:
            raise MalsoriError(
                f"mel_cnn cannot work with window {window}, hop {hop}.",
                hint="window is 0.01 to 0.2 s, hop 0.002 s up to the window",
            )
        if width < 1 or depth < 1 or not 0 <= dropout < 1:
            raise MalsoriError(
                f"mel_cnn cannot work with width {width}, depth {depth}, dropout {dropout}.",
                hint="width and depth are at least 1, dropout is 0 to below 1",
            )
        self.features = features
        self.sample_rate = sample_rate
        self.bands = bands
        self.coefficients = coefficients
        self.window = window
        self.hop = hop
        self.width = bands if features == "mel" else coefficients
        self.channels = width
        self.depth = depth
        self.dropout = dropout
        self.spec_augment = spec_augment
        self.cacheable = cache

    def prepare(self, signal: Audio) -> Features:
        """Frames `[T, bands]` in dB, or `[T, coefficients]`."""
        mel = log_mel(
            at_rate(signal, self.sample_rate, "mel_cnn").samples,
            self.sample_rate,
            bands=self.bands,
            window=self.window,
            hop=self.hop,
        )
        np.maximum(mel, mel.max() - DYNAMIC_RANGE, out=mel)
        return cepstra(mel, self.coefficients) if self.features == "mfcc" else mel

    def fingerprint(self) -> dict[str, Any]:
        """Version 1; the network does not change what is stored."""
        return {
            "kind": "mel_cnn",
            "version": 1,
            "features": self.features,
            "sample_rate": self.sample_rate,
            "bands": self.bands,
            "coefficients": self.coefficients if self.features == "mfcc" else None,
            "window": self.window,
            "hop": self.hop,
        }

    def module(self, features: int) -> ResNet:
        """The network, trained with the rest."""
        return ResNet(
            features,
            width=self.channels,
            depth=self.depth,
            dropout=self.dropout,
            augment=self.spec_augment,
        )
