import numpy as np
import pytest

from malsori.signals.audio import Audio
from malsori.signals.functionals import (
    contours,
    segment_functionals,
    segment_names,
    utterance_functionals,
    utterance_names,
)

RATE = 8000


def speech(f0=150.0, seconds=4.0, level=0.2, rise=0.0, syllables=4.0, pause=True) -> Audio:
    """A buzz with `syllables` beats a second; its pitch rises by `rise` semitones a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    phase = np.cumsum(f0 * 2 ** (rise * (time - seconds / 2) / 12)) / RATE
    pulses = sum(np.cos(2 * np.pi * k * phase) for k in range(1, 8)) / 7
    beats = 0.55 - 0.45 * np.cos(2 * np.pi * syllables * time)
    wave = level * pulses * beats
    if pause:
        wave[(time > 1.5) & (time < 2.0)] = 0
    return Audio(wave.astype(np.float32), RATE)


def named(audio: Audio) -> dict[str, float]:
    values = utterance_functionals(contours(audio))
    return dict(zip(utterance_names(), values.tolist(), strict=True))


def test_names_fit_the_values():
    of = contours(speech(), bands=8)
    assert utterance_functionals(of).shape == (len(utterance_names(8)),)
    assert segment_functionals(of).shape == (4, len(segment_names(8)))
    assert len(set(utterance_names(8))) == len(utterance_names(8))


def test_values_are_what_their_names_say():
    values = named(speech(f0=200.0))
    assert values["pitch.mean"] == pytest.approx(12, abs=0.1)  # 200 Hz is an octave above 100
    assert values["pitch.std"] < 0.2
    assert values["duration.log"] == pytest.approx(np.log(4.0))
    assert values["syllables.rate"] == pytest.approx(3.5, abs=0.5)
    assert values["pauses.mean"] == pytest.approx(0.5, abs=0.1)
    assert values["pauses.rate"] == pytest.approx(0.25, abs=0.02)
    assert values["pauses.share"] == pytest.approx(0.125, abs=0.03)


@pytest.mark.parametrize("rise", [-3.0, 0.0, 3.0])
def test_pitch_slope_in_semitones_per_second(rise):
    assert named(speech(rise=rise))["pitch.slope"] == pytest.approx(rise, abs=0.1)
    of = contours(speech(rise=rise))
    slope = segment_functionals(of)[:, segment_names().index("pitch.slope")]
    assert slope[[0, 3]] == pytest.approx(rise, abs=0.3)


def test_the_level_is_one_number():
    """Recording 6 dB louder changes the level and nothing else."""
    quiet, loud = named(speech(level=0.4)), named(speech(level=0.8))
    assert loud.pop("level") - quiet.pop("level") == pytest.approx(6.02, abs=0.01)
    for name, value in loud.items():
        assert quiet[name] == pytest.approx(value, abs=0.02), name


def test_segments_join_to_the_utterance():
    """A network that pools segments by their mean gets back the utterance's means."""
    of = contours(speech(pause=False))
    segments, whole = segment_functionals(of), utterance_functionals(of)
    np.testing.assert_allclose(segments[:, :32].mean(0), whole[:32], atol=0.05)


@pytest.mark.parametrize("samples", [1, 79, 400, 800, 4000])
def test_short_signals_have_no_infinite_values(samples):
    of = contours(Audio(speech().samples[:samples].copy(), RATE))
    assert not np.isinf(utterance_functionals(of)).any()
    assert segment_functionals(of).shape[0] == 1
    assert not np.isinf(segment_functionals(of)).any()


def test_what_is_unknown_is_not_zero():
    whisper = Audio(np.random.default_rng(0).normal(size=16000).astype(np.float32) * 0.1, RATE)
    values = named(whisper)
    assert np.isnan(values["pitch.mean"])
    assert values["voiced.share"] == 0
    assert np.isfinite(values["mel3.mean"])


def test_a_silent_segment_has_the_pitch_of_the_utterance_and_no_spectrum():
    audio = speech(pause=False)
    audio.samples[RATE : 2 * RATE] = 0
    segments = segment_functionals(contours(audio))
    column = {name: segments[:, i] for i, name in enumerate(segment_names())}
    assert column["silence.share"][1] == pytest.approx(1.0, abs=0.05)
    assert column["pitch.mean"][1] == pytest.approx(column["pitch.mean"][0], abs=0.5)
    assert column["silence.share"][0] < 0.2


def test_segments_below_a_tenth_of_a_second_are_refused():
    with pytest.raises(ValueError, match=r"0\.05"):
        segment_functionals(contours(speech()), 0.05)
