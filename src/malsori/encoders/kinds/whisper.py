"""Speech through Whisper's encoder."""

from typing import ClassVar

from malsori.encoders.pretrained.loading import load_model
from malsori.encoders.pretrained.speech import PretrainedSpeech
from malsori.encoders.pretrained.speech_model import LogMelTransformer, SpeechModel


class Whisper(PretrainedSpeech):
    """Whisper's encoder (Radford and others, 2023); every option is that of `PretrainedSpeech`.

    It hears 30 seconds at once, silence after shorter ones; only frames of the speech are kept.
    """

    types: ClassVar[tuple[str, ...]] = ("whisper",)

    def _load(self) -> SpeechModel:
        """The encoder alone, in float32."""
        loaded = load_model(self.model, self.revision, self.types)
        return LogMelTransformer(loaded, self.layers, self.extractor)
