"""Speech through Whisper's encoder."""

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from malsori.encoders.pretrained.loading import load_model
from malsori.encoders.pretrained.speech import PretrainedSpeech
from malsori.encoders.pretrained.speech_model import LogMelTransformer, SpeechModel

_RATE: Final = 16_000  # Hz, of every Whisper
_FRAMES_A_POSITION: Final = 2  # the second convolution takes every other one


class Whisper(PretrainedSpeech):
    """Whisper's encoder (Radford and others, 2023); every option is that of `PretrainedSpeech`.

    It hears 30 seconds at once, silence after shorter ones; only frames of the speech are kept.
    """

    types: ClassVar[tuple[str, ...]] = ("whisper",)

    def _needs(self, config: Any, extractor: Any) -> Iterator[tuple[str, int, int]]:
        yield "mel bands:", int(config.num_mel_bins), int(extractor.feature_size)
        yield "a sample rate (Hz) of", _RATE, int(extractor.sampling_rate)
        frames = _FRAMES_A_POSITION * int(config.max_source_positions)
        yield "frames at once:", frames, int(extractor.nb_max_frames)

    def _load(self) -> SpeechModel:
        """The encoder alone, in float32."""
        loaded = load_model(self.model, self.revision, self.types)
        return LogMelTransformer(loaded, self.layers, self.extractor)
