"""Speech codecs: what is left after coding and decoding."""

import io
from typing import Final, Literal

import numpy as np
import soundfile

from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, resample
from malsori.signals.augment.base import Transform
from malsori.signals.ranges import check_range

Name = Literal["any", "gsm", "g721", "mu_law", "a_law", "opus", "mp3"]

# Container and subtype of libsndfile, and the rates that the codec works at.
_LINES: Final[dict[str, tuple[str, str, tuple[int, ...]]]] = {
    "gsm": ("WAV", "GSM610", (8000,)),
    "g721": ("WAV", "G721_32", (8000,)),
    "mu_law": ("WAV", "ULAW", (8000,)),
    "a_law": ("WAV", "ALAW", (8000,)),
    "opus": ("OGG", "OPUS", (8000, 12000, 16000, 24000, 48000)),
    "mp3": ("MP3", "MPEG_LAYER_III",
            (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)),
}  # fmt: skip
_LOSSY: Final = ("opus", "mp3")


class Codec(Transform):
    """Coded and decoded by libsndfile: telephone codecs at 8 kHz, or Opus and MP3.

    `gsm` is GSM 06.10 (13 kbit/s), `g721` ADPCM of 32 kbit/s, `mu_law` and `a_law` are G.711; each
    goes over 8 kHz whatever the audio's rate, which it has again afterwards. Opus and MP3 keep the
    rate where they know it, else they take the next higher one. No codec here delays. All but
    Opus are coded at 190 times real time and more; Opus, with the settings of libsndfile, at 30.

    Args:
        name: One of them, or `any`, which draws one for each recording.
        low: Weakest compression of Opus and MP3, 0 to 0.99; Opus has 256 kbit/s at 0.
        high: Strongest; Opus has some 27 kbit/s at 0.9, 13 at 0.97.

    Raises:
        MalsoriError: This libsndfile lacks the codec, or the range makes no sense.

    Example:
        >>> tone = np.sin(np.arange(16000) * 2 * np.pi * 440 / 16000).astype(np.float32) / 2
        >>> heard = Codec(name="a_law")(Audio(tone, 16000), np.random.default_rng(0))
        >>> len(heard.samples), bool(np.abs(heard.samples - tone)[800:-800].max() < 0.03)
        (16000, True)
    """

    def __init__(self, *, name: Name = "any", low: float = 0.8, high: float = 0.97) -> None:
        check_range(low, high, 0, 0.99, "as compression")
        self.names = list(_LINES) if name == "any" else [name]
        for chosen in self.names:
            container, subtype, _ = _LINES[chosen]
            if not soundfile.check_format(container, subtype):
                raise MalsoriError(
                    f"name: this libsndfile ({soundfile.__libsndfile_version__}) lacks {chosen}",
                    hint="install a newer soundfile, or name another codec",
                )
        self.low, self.high = low, high

    def __call__(self, audio: Audio, rng: np.random.Generator) -> Audio:
        """The audio as the other end hears it, of the same length."""
        name = self.names[rng.integers(len(self.names))]
        compression = rng.uniform(self.low, self.high) if name in _LOSSY else None
        container, subtype, rates = _LINES[name]
        rate = next((r for r in rates if r >= audio.sample_rate), rates[-1])
        coded = _through(resample(audio, rate), container, subtype, compression)
        back = resample(coded, audio.sample_rate).samples[: len(audio.samples)]
        samples = np.zeros(len(audio.samples), np.float32)
        samples[: len(back)] = back
        return Audio(samples, audio.sample_rate)


def _through(audio: Audio, container: str, subtype: str, compression: float | None) -> Audio:
    """Codes in memory and decodes; what codecs add to fill their last block stays."""
    file = io.BytesIO()
    samples = np.clip(audio.samples, -1.0, 1.0)
    soundfile.write(
        file, samples, audio.sample_rate, subtype=subtype, format=container,
        compression_level=compression,
    )  # fmt: skip
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    return Audio(np.nan_to_num(decoded), audio.sample_rate)
