"""Speech through data2vec on audio."""

from typing import ClassVar

from malsori.encoders.pretrained.speech import PretrainedSpeech


class Data2VecAudio(PretrainedSpeech):
    """data2vec on audio (Baevski and others, 2022); every option is that of `PretrainedSpeech`."""

    types: ClassVar[tuple[str, ...]] = ("data2vec-audio",)
