"""Speech through wav2vec 2.0."""

from typing import ClassVar

from malsori.encoders.pretrained.speech import PretrainedSpeech


class Wav2Vec2(PretrainedSpeech):
    """wav2vec 2.0 (Baevski and others, 2020); every option is that of `PretrainedSpeech`.

    Example:
        >>> Wav2Vec2(model="facebook/wav2vec2-base-960h", tokens=2).signal
        'audio'
    """

    types: ClassVar[tuple[str, ...]] = ("wav2vec2",)
