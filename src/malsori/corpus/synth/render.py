"""One generated call: worded, spoken, sent over a telephone line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from malsori.corpus.sounds import sound_of
from malsori.corpus.synth import prosody, wording
from malsori.corpus.synth.plan import Call
from malsori.corpus.synth.rule import SENTIMENT, URGENCY, Rule
from malsori.corpus.synth.voice import Voice
from malsori.signals.audio import Audio, audio_hash, read_audio, resample, write_audio
from malsori.signals.telephone import add_noise, band_pass, mu_law

SAMPLE_RATE: Final = 8000


@dataclass(frozen=True)
class Options:
    """What all calls have in common."""

    rule: Rule  # how labels and cues are drawn
    seconds: tuple[float, float]  # shortest and longest call
    # Signal-to-noise ratio in dB of words at middle loudness, before the line's filter
    noise: float
    folder: Path  # where audio files are written


def render(call: Call, options: Options) -> tuple[str, dict[str, str], Audio]:
    """Makes one call: its text, its cues, and its sound at 8 kHz.

    It depends on nothing but the arguments.
    """
    rng = np.random.default_rng(call.seed)
    cues = options.rule.cues(call.urgency, call.sentiment, rng)
    low, high = prosody.lengths(options.seconds, wording.SHORTEST)
    length = int(rng.integers(low, high + 1))
    sentences = wording.compose(call.scenario, cues, length, rng)
    delivery = prosody.deliver(sentences, cues, call.speaker, rng)
    voice = Voice.shared()
    spoken = voice.speak(delivery.groups, delivery.manner, seed=int(rng.integers(2**31)))
    clean, said = prosody.assemble(spoken, delivery, voice.sample_rate, options.seconds)
    speech = prosody.shape(resample(clean, SAMPLE_RATE), said, delivery)
    return " ".join(sentences), cues, _line(speech, options.noise, rng)


def _line(speech: Audio, noise: float, rng: np.random.Generator) -> Audio:
    """What arrives: with the noise of the place, which does not depend on how loud one speaks."""
    power = 10 * math.log10(float(np.mean(speech.samples.astype(np.float64) ** 2)))
    floor = prosody.LEVEL - noise + float(np.clip(rng.normal(0, 1.5), -3, 3))
    noisy = add_noise(speech, power - floor, rng, colour=float(rng.uniform(0, 1)))
    return mu_law(band_pass(noisy))


@dataclass(frozen=True)
class Render:
    """Makes and writes one call: a function that can travel to other processes.

    Its value is the call's row of the utterances, under `cues` its cues, and under `sound` how it
    sounds when it is read again.
    """

    options: Options

    def __call__(self, call: Call) -> dict[str, Any]:
        """Writes the audio file; returns the row."""
        text, cues, audio = render(call, self.options)
        file = f"audio/{call.id}.wav"
        write_audio(self.options.folder / file, audio)
        heard = read_audio(self.options.folder / file)
        return {
            "id": call.id,
            "call": call.id,
            "speaker": call.speaker.name,
            "role": "신고자",
            "audio": file,
            "sample_rate": audio.sample_rate,
            "duration": audio.duration,
            "audio_hash": audio_hash(audio),
            "text": text,
            "label.urgency": URGENCY.label(call.urgency),
            "label.sentiment": SENTIMENT.label(call.sentiment),
            "meta.scenario": call.scenario,
            "cues": cues,
            "sound": sound_of(heard),
        }
