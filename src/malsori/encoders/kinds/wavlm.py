"""Speech through WavLM."""

from typing import ClassVar

from malsori.encoders.pretrained.speech import PretrainedSpeech


class WavLM(PretrainedSpeech):
    """WavLM (Chen and others, 2022); every option is that of `PretrainedSpeech`."""

    types: ClassVar[tuple[str, ...]] = ("wavlm",)
