"""What a recording is fit for: levels and clipping by hand, bandwidth on generated speech."""

import os
from pathlib import Path

import numpy as np
import pytest
import scipy.signal

from malsori.corpus.synth.voice import Manner, Voice
from malsori.signals.audio import Audio, read_audio, resample, to_pcm16
from malsori.signals.quality import FLOOR, bandwidth, clipped_share, measure
from malsori.signals.telephone import add_noise, band_pass, mu_law

SENTENCE = "여보세요, 불이 났어요. 사람이 쓰러졌어요, 빨리 와 주세요."
VOICES = ("f2", "m3", "")


def sine(hz=200.0, amplitude=0.5, seconds=1.0, rate=16000):
    t = np.arange(int(seconds * rate)) / rate
    return Audio((amplitude * np.sin(2 * np.pi * hz * t)).astype(np.float32), rate)


def stored(audio):
    """The audio as a file of 16 bit holds it."""
    return Audio((to_pcm16(audio.samples) / 32768).astype(np.float32), audio.sample_rate)


def spoken(text, voice="f2", rate=16000):
    (wave,) = Voice.shared().speak([text], Manner(voice, 180, 50, 50), seed=1)
    return stored(resample(Audio((wave / 32768).astype(np.float32), 22050), rate))


def test_levels_of_a_sine():
    found = measure(sine(amplitude=0.5))
    assert found.peak == pytest.approx(-6.02, abs=0.05)
    assert found.level == pytest.approx(-9.03, abs=0.1)
    assert found.silence == 0
    assert found.clipped == 0


def test_the_level_is_that_of_speech_whatever_the_silence_around_it():
    tone = sine(amplitude=0.1)
    silent = np.zeros(48000, np.float32)
    padded = measure(Audio(np.concatenate([silent, tone.samples]), 16000))
    assert padded.level == pytest.approx(measure(tone).level, abs=0.2)
    assert padded.silence == pytest.approx(0.75, abs=0.02)


@pytest.mark.parametrize("samples", [np.zeros(16000), np.zeros(1), np.zeros(0), np.full(9, 1e-6)])
def test_digital_silence(samples):
    found = measure(Audio(samples.astype(np.float32), 16000))
    assert found.data() == {
        "peak": FLOOR, "level": FLOOR, "clipped": 0.0, "silence": 1.0, "bandwidth": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize("length", [1, 2, 50, 400, 5000])
@pytest.mark.parametrize("rate", [8, 200, 8000, 44100])
def test_any_length_and_rate_gives_finite_numbers(length, rate):
    noise = np.random.default_rng(0).normal(0, 0.1, length).astype(np.float32)
    assert np.isfinite(list(measure(Audio(noise, rate)).data().values())).all()


@pytest.mark.parametrize("gain", [1.0, 0.5, 0.05])
@pytest.mark.parametrize("width", ["float", "16 bit"])
def test_clipping_is_found_at_any_level(gain, width):
    wave = sine(amplitude=1.25).samples.clip(-1, 1) * np.float32(gain)
    audio = Audio(wave, 16000)
    share = clipped_share((stored(audio) if width == "16 bit" else audio).samples)
    assert share == pytest.approx(2 * np.arccos(0.8) / np.pi, abs=0.02)  # where the sine exceeds 1


def test_clipping_on_one_side_counts():
    wave = sine(amplitude=0.5).samples.clip(-1, 0.4)
    assert 0.15 < clipped_share(wave) < 0.25


def test_speech_is_not_clipped():
    speech = spoken(SENTENCE)
    assert clipped_share(speech.samples) == 0
    loud = Audio((4 * speech.samples).clip(-1, 1), speech.sample_rate)
    assert clipped_share(loud.samples) > 0.001


def test_soft_steps_are_no_clipping():
    assert measure(stored(sine(hz=60, amplitude=0.0005))).clipped == 0


def test_floats_beyond_full_scale_keep_their_peak():
    found = measure(sine(amplitude=2.0))
    assert found.peak == pytest.approx(6.02, abs=0.05)
    assert found.clipped == 0


@pytest.mark.parametrize("voice", VOICES)
@pytest.mark.parametrize("text", [SENTENCE, "아아아아", "오 우 오 우", "우우우", "어 어"])
@pytest.mark.parametrize("gain", [1.0, 0.02])
def test_speech_at_16_khz_is_no_telephone(voice, text, gain):
    """Vowels fade above 4 kHz, but nothing cuts them off."""
    speech = spoken(text, voice)
    assert bandwidth(stored(Audio(speech.samples * np.float32(gain), 16000))) > 4300


@pytest.mark.parametrize("snr", [40, 20, 5])
@pytest.mark.parametrize("colour", [0.0, 1.0])
def test_speech_in_noise_is_no_telephone(snr, colour):
    noisy = add_noise(spoken("아아아아"), snr, np.random.default_rng(1), colour=colour)
    assert bandwidth(stored(noisy)) > 4300


def upsampled(audio):
    return stored(resample(audio, 16000))


LINES = {
    "resampled": upsampled,
    "band and law": lambda a: upsampled(mu_law(band_pass(a))),
    "noisy line": lambda a: upsampled(
        mu_law(band_pass(add_noise(a, 20, np.random.default_rng(0), colour=1.0)))
    ),
    "codec after": lambda a: stored(mu_law(upsampled(band_pass(a)))),
    "hiss after": lambda a: stored(
        add_noise(upsampled(band_pass(a)), 35, np.random.default_rng(0))
    ),
    "soft": lambda a: upsampled(band_pass(Audio(a.samples * np.float32(0.03), a.sample_rate))),
}


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("voice", VOICES)
def test_a_telephone_stored_at_16_khz_is_found(line, voice):
    assert 3000 <= bandwidth(LINES[line](spoken(SENTENCE, voice, 8000))) <= 4000


UPSAMPLERS = {
    "short filter": lambda x: scipy.signal.resample_poly(x, 2, 1),
    "line": lambda x: np.interp(np.arange(2 * len(x)) / 2, np.arange(len(x)), x),
    "hold": lambda x: np.repeat(x, 2),
    "periodic": lambda x: scipy.signal.resample(x, 2 * len(x)),
}
CHANNELS = {"clean": lambda a: a, "law": mu_law, "band": band_pass}


@pytest.mark.parametrize("up", UPSAMPLERS)
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("voice", VOICES)
def test_a_telephone_is_found_however_it_was_resampled(up, channel, voice):
    call = CHANNELS[channel](spoken(SENTENCE, voice, 8000))
    wave = UPSAMPLERS[up](call.samples).astype(np.float32)
    assert 3000 <= bandwidth(stored(Audio(wave, 16000))) <= 4000


def test_an_image_of_a_rate_that_is_no_half():
    """11.025 kHz at 16 kHz by straight lines, which is no telephone."""
    slow = spoken(SENTENCE, rate=11025).samples
    at = np.arange(int(len(slow) * 16000 / 11025)) * 11025 / 16000
    wave = np.interp(at, np.arange(len(slow)), slow)
    assert 5000 <= bandwidth(stored(Audio(wave.astype(np.float32), 16000))) <= 5512.5


def test_a_telephone_call_at_its_own_rate():
    assert bandwidth(stored(mu_law(band_pass(spoken(SENTENCE, rate=8000))))) <= 4000


def test_a_click_does_not_hide_the_edge():
    call = upsampled(spoken(SENTENCE, rate=8000))
    call.samples[len(call.samples) // 2] = 0.9
    assert bandwidth(call) <= 4000


def test_16_khz_stored_at_48_khz():
    assert 7000 <= bandwidth(stored(resample(spoken(SENTENCE), 48000))) <= 8000


@pytest.mark.data
@pytest.mark.skipif("MALSORI_DATA" not in os.environ, reason="MALSORI_DATA is not set")
def test_real_speech_and_its_telephone_copies():
    files = sorted((Path(os.environ["MALSORI_DATA"]) / "emotiontts/wav").glob("*.wav"))[::10]
    wide = [resample(read_audio(file), 16000) for file in files]
    assert min(bandwidth(stored(a)) for a in wide) > 7000
    assert max(bandwidth(upsampled(resample(a, 8000))) for a in wide) <= 4000
    assert max(bandwidth(LINES["codec after"](resample(a, 8000))) for a in wide) <= 4000
    for up in UPSAMPLERS.values():
        slow = [up(resample(a, 8000).samples) for a in wide]
        assert max(bandwidth(stored(Audio(x.astype(np.float32), 16000))) for x in slow) <= 4000


@pytest.mark.parametrize("rate", [16256, 16254, 12253, 8128, 44101, 11026])
def test_any_rate_of_a_header_has_a_bandwidth(rate):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, rate).astype(np.float32)
    assert 0.9 * rate / 2 <= bandwidth(Audio(noise, rate)) <= rate / 2
