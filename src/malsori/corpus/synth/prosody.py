"""How a caller sounds: the speech cues of one call, on top of a voice of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import fft

from malsori.corpus.synth.voice import Manner
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio
from malsori.signals.telephone import band_pass

# Variants of the Korean voice that speak it clearly, with much the same timbre and speed.
VARIANTS: Final = (
    *("f1", "f2", "f3", "f4", "f5"),
    *("", "m1", "m2", "m3", "m4", "m5", "m6", "m7", "max"),
)


@dataclass(frozen=True)
class Effort:
    """Cue of urgency: rate in words per minute, loudness in dB over the middle."""

    rate: float
    loudness: float


@dataclass(frozen=True)
class Mood:
    """Cue of sentiment: espeak's pitch and range; pauses between and within sentences in s."""

    pitch: float
    range: float
    between: float
    within: float


EFFORTS: Final[Mapping[str, Effort]] = {
    "하": Effort(rate=140, loudness=-6.0),
    "중": Effort(rate=185, loudness=0.0),
    "상": Effort(rate=240, loudness=6.0),
}
MOODS: Final[Mapping[str, Mood]] = {
    "불안/걱정": Mood(pitch=44, range=12, between=0.50, within=0.34),
    "당황/난처": Mood(pitch=60, range=88, between=0.17, within=0.0),
    "중립": Mood(pitch=50, range=12, between=0.17, within=0.0),
    "기타부정": Mood(pitch=50, range=88, between=0.50, within=0.34),
}
TIMBRES: Final[Mapping[str, float]] = {"pressed": 2.5, "breathy": -2.5}
"""Spectral tilt in dB per octave about 1 kHz: an effortful voice is brighter."""

LEVEL: Final = -26.0  # dB re full scale, rms of the middle loudness; peaks stay below 0 dB
_SHORTEST_PAUSE: Final = 0.04
# Syllables a second of speech without pauses, per word a minute (espeak-ng 1.52, Korean).
_SPEED: Final = 6.05 / 180
_PER_SENTENCE: Final = 9.2  # syllables, on average
_SPARE: Final = 1.08  # speakers and sentences differ from the average


@dataclass(frozen=True)
class Speaker:
    """A caller's own voice; it is drawn before the labels and independent of them."""

    name: str  # such as `S0012`
    variant: str  # of the Korean voice, one of `VARIANTS`
    rate: float  # factor of the rate
    pitch: float  # added to espeak's pitch
    loudness: float  # added in dB


def speakers(count: int, rng: np.random.Generator) -> list[Speaker]:
    """Draws callers; all variants are used about equally often."""
    variants = [VARIANTS[i % len(VARIANTS)] for i in range(count)]
    order = rng.permutation(count)
    return [
        Speaker(
            name=f"S{i:04d}",
            variant=variants[int(order[i])],
            rate=float(np.clip(rng.normal(1.0, 0.03), 0.94, 1.06)),
            pitch=float(np.clip(rng.normal(0.0, 4.0), -10, 10)),
            loudness=float(np.clip(rng.normal(0.0, 1.0), -2, 2)),
        )
        for i in range(count)
    ]


@dataclass(frozen=True)
class Delivery:
    """How one call is spoken: `manner` for espeak-ng, the rest for the waveform."""

    manner: Manner  # voice, rate, pitch and range
    loudness: float  # dB over the middle
    tilt: float  # dB per octave
    groups: tuple[str, ...]  # what is spoken in one breath, without punctuation marks
    pauses: tuple[float, ...]  # silence in s before each group and after the last one


def deliver(
    sentences: Sequence[str], cues: Mapping[str, str], speaker: Speaker, rng: np.random.Generator
) -> Delivery:
    """Turns the speech cues into a way of speaking.

    Every value varies a little from call to call, much less than from level to level. The
    punctuation is not spoken: a question mark would raise the voice, and so tell the ear
    something of the wording.
    """
    effort, mood = EFFORTS[cues["effort"]], MOODS[cues["mood"]]
    manner = Manner(
        voice=speaker.variant,
        rate=round(effort.rate * speaker.rate * rng.normal(1.0, 0.015)),
        pitch=_percent(mood.pitch + speaker.pitch + rng.normal(0, 1.5)),
        range=_percent(mood.range + rng.normal(0, 3)),
    )
    groups, pauses = _breaths(sentences, mood, rng)
    return Delivery(
        manner=manner,
        loudness=effort.loudness + speaker.loudness + float(rng.normal(0, 0.5)),
        tilt=TIMBRES[cues["timbre"]] + float(rng.normal(0, 0.25)),
        groups=tuple(groups),
        pauses=(*pauses, float(rng.uniform(0.1, 0.3))),
    )


def _percent(value: float) -> int:
    return int(np.clip(round(value), 0, 99))


def _breaths(
    sentences: Sequence[str], mood: Mood, rng: np.random.Generator
) -> tuple[list[str], list[float]]:
    """Groups of words and the pause before each: a hesitant voice stops within sentences."""
    groups: list[str] = []
    pauses: list[float] = []
    for sentence in sentences:
        words = "".join(c for c in sentence if c not in ".,?!").split()
        size = 2 if mood.within else len(words)
        for start in range(0, len(words), size):
            mean = mood.within if start else mood.between
            pauses.append(float(mean * rng.uniform(0.8, 1.2)))
            last = start + size >= len(words)
            groups.append(" ".join(words[start : start + size]) + ("." if last else ","))
    pauses[0] = float(rng.uniform(0.1, 0.3))
    return groups, pauses


def lengths(seconds: tuple[float, float], shortest: int) -> tuple[int, int]:
    """Numbers of syllables that fit into `seconds` in every manner of speaking.

    The length must not depend on the cues, or the wording would tell the rate: so the fewest
    syllables fill the shortest call even when they are spoken fast, and the most fit into the
    longest one even when they are spoken slowly and with pauses.

    Args:
        seconds: shortest and longest call.
        shortest: fewest syllables that a call needs.

    Example:
        >>> lengths((5.0, 30.0), 46)
        (46, 89)
    """
    spans = [
        (1 / (_SPEED * e.rate), (m.between + m.within) / _PER_SENTENCE)
        for e in EFFORTS.values()
        for m in MOODS.values()
    ]
    fast, slow = min(map(sum, spans)), max(map(sum, spans))
    low = max(shortest, round(seconds[0] / fast * _SPARE))
    high = int((seconds[1] - 0.6) / slow / _SPARE)
    if not 0 < seconds[0] < seconds[1] or high < low:
        least = (low * slow * _SPARE) + 0.6
        raise MalsoriError(
            f"no call fits into {seconds[0]:g} to {seconds[1]:g} s in every manner of speaking",
            hint=f"let the longest be at least {np.ceil(least):g} s, or the shortest be less",
        )
    return low, high


def assemble(
    spoken: Sequence[npt.NDArray[np.int16]],
    delivery: Delivery,
    sample_rate: int,
    seconds: tuple[float, float],
) -> tuple[Audio, float]:
    """Joins what espeak-ng spoke with the call's own pauses.

    espeak's silences are cut off, so that a pause is as long as the cue says. A call that
    misses `seconds` nevertheless gets shorter pauses, or a longer silence at both ends:
    no word is ever cut.

    Returns:
        The waveform, and how many seconds of it are words.
    """
    words = [_trim(w) for w in spoken]
    silent = [g for g, w in zip(delivery.groups, words, strict=True) if not len(w)]
    if silent:
        raise MalsoriError(f"espeak-ng said nothing for {silent[0]!r}")
    said = sum(map(len, words)) / sample_rate
    pauses = _adjust(np.array(delivery.pauses), said, seconds)
    pieces: list[npt.NDArray[np.int16]] = []
    for pause, word in zip(pauses, [*words, np.zeros(0, np.int16)], strict=True):
        pieces += [np.zeros(round(pause * sample_rate), np.int16), word]
    return Audio(np.concatenate(pieces).astype(np.float32) / np.float32(32768), sample_rate), said


def _trim(wave: npt.NDArray[np.int16], threshold: int = 200) -> npt.NDArray[np.int16]:
    """Without the silence before and after."""
    loud = np.flatnonzero(np.abs(wave.astype(np.int32)) > threshold)
    return wave[loud[0] : loud[-1] + 1] if len(loud) else wave[:0]


def _adjust(
    pauses: npt.NDArray[np.float64], said: float, seconds: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Pauses with which a call of `said` seconds of words is within `seconds`."""
    low, high = seconds
    total = said + float(pauses.sum())
    if total < low:
        pauses = pauses.copy()
        pauses[[0, -1]] += (low - total) / 2 + 0.001
    elif total > high - 0.01:
        pauses = pauses * ((high - said - 0.01) / pauses.sum())
        if pauses.min() < _SHORTEST_PAUSE:
            raise MalsoriError(f"the words alone last {said:.1f} s of at most {high:g} s")
    return pauses


def shape(audio: Audio, said: float, delivery: Delivery, level: float = LEVEL) -> Audio:
    """Gives a waveform its timbre and its loudness."""
    samples = _tilt(audio.samples.astype(np.float64), audio.sample_rate, delivery.tilt)
    tilted = Audio(samples.astype(np.float32), audio.sample_rate)
    # The line takes the lowest notes away: without them, both timbres are equally loud.
    heard = band_pass(tilted).samples.astype(np.float64)
    rms = float(np.sqrt(np.sum(heard**2) / (said * audio.sample_rate)))
    gain = 10 ** ((level + delivery.loudness) / 20) / rms
    return Audio((samples * gain).astype(np.float32), audio.sample_rate)


def _tilt(samples: npt.NDArray[np.float64], rate: int, slope: float) -> npt.NDArray[np.float64]:
    """Raises or lowers the spectrum by `slope` dB per octave about 1 kHz, between 250 and 4000."""
    size = fft.next_fast_len(len(samples), real=True)
    octaves = np.log2(np.clip(fft.rfftfreq(size, 1 / rate), 250, 4000) / 1000)
    spectrum = fft.rfft(samples, n=size) * 10 ** (slope * octaves / 20)
    tilted: npt.NDArray[np.float64] = fft.irfft(spectrum, n=size)
    return tilted[: len(samples)]
