"""What all encoders of speech by a transformers model share; each kind is a thin file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
import torch

from malsori.encoders.base import Features
from malsori.encoders.pretrained.base import Pretrained
from malsori.encoders.pretrained.cores import side_by_side
from malsori.encoders.pretrained.loading import content_hash, load_config, load_model, load_part
from malsori.encoders.pretrained.pooling import Per, edges, pool
from malsori.encoders.pretrained.precision import (
    Precision,
    best_device,
    every_core,
    resolve,
)
from malsori.encoders.pretrained.speech_model import (
    Convolutional,
    SpeechModel,
    frames_of,
)
from malsori.encoders.pretrained.speech_modules import TunedSpeech
from malsori.errors import MalsoriError
from malsori.schema import SignalKind
from malsori.signals.audio import Audio, resample

_GPU_SECONDS = 240  # of audio in a batch


class PretrainedSpeech(Pretrained[SpeechModel]):
    """Speech through a model of transformers, frozen and stored, or tuned with the network.

    Audio is resampled to the model's rate (soxr) and normalised as the model's own feature
    extractor does. Long recordings are heard in windows. Frames are averaged to tokens.

    Args:
        model: folder, or name on the hub.
        revision: of a hub model.
        layers: ``last``, ``mean``, a layer's number (0: before the first), or ``weighted``: all
            are stored and a weighted sum is learned (Yang and others, 2021).
        tokens: how many a second or an utterance.
        per: ``second`` or ``utterance``.
        window: seconds that are heard at once.
        overlap: seconds that neighbouring windows share.
        tune: ``frozen``, ``all``, ``last:4`` or ``lora:8``.
        lr: learning rate of a tuned model; None for 1e-5 (LoRA: 1e-4).
        precision: of a frozen model: ``auto`` is bfloat16 where the processor has it.
        sample_rate: only the model's own is accepted; for recipes that state it.

    Raises:
        MalsoriError: an option is wrong, or (when the model is needed) it cannot be loaded.
    """

    signal: ClassVar[SignalKind] = "audio"

    def __init__(
        self,
        *,
        model: str,
        revision: str | None = None,
        layers: str | int = "last",
        tokens: int = 1,
        per: Per = "second",
        window: float = 20.0,
        overlap: float = 2.0,
        tune: str = "frozen",
        lr: float | None = None,
        precision: Precision = "auto",
        sample_rate: int | None = None,
    ) -> None:
        super().__init__(model, revision, layers, tune, lr, precision)
        if tokens < 1 or window < 1 or not 0 <= overlap < window:
            raise MalsoriError(
                f"tokens {tokens}, window {window:g} and overlap {overlap:g} make no sense",
                hint="tokens is at least 1, window at least 1 s, overlap below the window",
            )
        self.tokens, self.per = tokens, per
        self.window, self.overlap = window, overlap
        self.sample_rate = sample_rate
        self._extractor: Any = None

    @property
    def rate(self) -> int:  # type: ignore[override]
        """Hz that the model was trained with.

        Raises:
            MalsoriError: the recipe's ``sample_rate`` is another one: a model of 16 kHz hears
                8 kHz audio at double speed if nobody resamples.
        """
        rate = int(self.extractor.sampling_rate)
        if self.sample_rate not in (None, rate):
            raise MalsoriError(
                f"sample_rate: {self.model} hears at {rate} Hz, not {self.sample_rate}",
                hint=f"leave sample_rate out: audio of any rate is resampled to {rate} Hz",
            )
        return rate

    @property
    def extractor(self) -> Any:
        """The model's feature extractor: its rate and normalisation."""
        if self._extractor is None:
            from transformers import AutoFeatureExtractor  # noqa: PLC0415

            config = load_config(self.model, self.revision, self.types)
            extractor = load_part(
                AutoFeatureExtractor.from_pretrained,
                self.model,
                self.revision,
                "preprocessor_config.json",
            )
            for what, needs, makes in self._needs(config, extractor):
                if needs != makes:
                    raise MalsoriError(
                        f"{self.model} needs {what} {needs:,}, and its feature extractor makes "
                        f"{makes:,}",
                        hint="preprocessor_config.json is that of another model: copy the model's "
                        "own beside the weights",
                    )
            self._extractor = extractor
        return self._extractor

    def _needs(self, config: Any, extractor: Any) -> Iterator[tuple[str, int, int]]:
        """What the feature extractor must make: a name, the model's number, and its own."""
        yield "values a sample:", 1, int(getattr(extractor, "feature_size", 1))
        rate = getattr(config, "sampling_rate", None)
        if rate is not None:
            yield "a sample rate (Hz) of", int(rate), int(extractor.sampling_rate)

    def ready(self, signal: Audio) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Samples ``[S]`` at the model's rate, normalised as it was trained."""
        samples = resample(signal, self.rate).samples
        if getattr(self.extractor, "do_normalize", False):
            mean = samples.mean(dtype=np.float64)
            deviation = np.sqrt(samples.var(dtype=np.float64) + 1e-7)
            samples = ((samples - mean) / deviation).astype(np.float32)
        return samples

    def prepare(self, signal: Audio) -> Features:
        """Tokens ``[T, D]`` (weighted: ``[T, L · D]``); tuned: the waveform ``[S, 1]``."""
        ready = self.ready(signal)
        if not self.tuning.frozen:
            return ready[:, None]
        return next(self.prepare_many([ready]))[1]

    def prepare_many(self, signals: Sequence[Any]) -> Iterator[tuple[int, Features]]:
        """Tokens of waveforms that were made ready; no signal is padded by another."""
        network = self._loaded()
        weight = next(network.parameters())
        size, overlap = (round(s * self.rate) for s in (self.window, self.overlap))
        # A processor is fastest with one window a core; padded ones would share their masks.
        alone = weight.device.type == "cpu"
        budget, run = (None, side_by_side) if alone else (_GPU_SECONDS * self.rate, map)
        writable = (torch.from_numpy(np.require(s, requirements="W")) for s in signals)
        waves = [wave.to(weight.device, weight.dtype) for wave in writable]
        with torch.inference_mode(), every_core():  # not around a yield: the caller is in neither
            every = frames_of(network, waves, size, overlap, budget, run)
        for i, heard in enumerate(every):
            where = edges(len(heard), self.rate / network.hop, self.tokens, self.per)
            yield i, pool(heard, where).flatten(1).cpu().numpy()

    def fingerprint(self) -> dict[str, Any]:
        """Version 1; the weights count by their content, wherever they lie."""
        rate = self.rate  # also where features are stored already: a wrong one is refused
        if not self.tuning.frozen:
            return {"kind": self._kind, "version": 1, "rate": rate}
        return {
            "kind": self._kind,
            "version": 1,
            "weights": content_hash(self.model, self.revision),
            "layers": self.layers,
            "tokens": self.tokens,
            "per": self.per,
            "window": self.window,
            "overlap": self.overlap,
            "precision": resolve(self.precision, best_device()),
        }

    @property
    def _kind(self) -> str:
        return type(self).__module__.rpartition(".")[2]

    def _tuned(self, network: SpeechModel, lr: float | None) -> TunedSpeech:
        return TunedSpeech(
            network,
            rate=self.rate,
            tokens=self.tokens,
            per=self.per,
            window=self.window,
            overlap=self.overlap,
            lr=lr,
        )

    def _load(self) -> SpeechModel:
        loaded = load_model(self.model, self.revision, self.types)
        return Convolutional(loaded, self.layers)
