"""Speech through wav2vec 2.0."""

from typing import ClassVar

from malsori.encoders.pretrained.speech import PretrainedSpeech


class Wav2Vec2(PretrainedSpeech):
    """wav2vec 2.0 (Baevski and others, 2020); every option is that of `PretrainedSpeech`."""

    types: ClassVar[tuple[str, ...]] = ("wav2vec2",)
