"""Speech through HuBERT."""

from typing import ClassVar

from malsori.encoders.pretrained.speech import PretrainedSpeech


class Hubert(PretrainedSpeech):
    """HuBERT (Hsu and others, 2021); every option is that of `PretrainedSpeech`."""

    types: ClassVar[tuple[str, ...]] = ("hubert",)
