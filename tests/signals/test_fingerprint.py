"""Fingerprints: copies agree after gain, trimming and resampling; other sounds do not."""

import itertools
import os
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from malsori.signals.audio import Audio, read_audio, resample, to_pcm16
from malsori.signals.fingerprint import MOST, SAME, Fingerprint, fingerprint, same_sound

RATE = 16000


@lru_cache(maxsize=64)
def babble(seed, seconds=4.0, rate=RATE):
    """Syllables: harmonics under formants that move, with pauses; no two seeds alike."""
    rng = np.random.default_rng(seed)
    parts = []
    while sum(map(len, parts)) < seconds * rate:
        n = int(rng.uniform(0.08, 0.25) * rate)
        t = np.arange(n) / rate
        pitch = rng.uniform(90, 250) * (1 + rng.uniform(-0.3, 0.3) * t)
        phase = 2 * np.pi * np.cumsum(pitch) / rate
        formants = rng.uniform([300, 900, 2200], [900, 2200, 3300])
        voice = np.zeros(n)
        for k in range(1, 40):
            gain = sum(np.exp(-(((k * pitch - f) / 150) ** 2)) for f in formants)
            voice += np.where(k * pitch < 3500, gain, 0) * np.sin(k * phase)
        parts += [voice * np.hanning(n) * rng.uniform(0.3, 1), np.zeros(int(rng.uniform(0, 600)))]
    sound = np.concatenate(parts)[: int(seconds * rate)]
    sound = 0.5 * sound / np.abs(sound).max() + 1e-3 * rng.normal(size=len(sound))
    return Audio(sound.astype(np.float32), rate)


def stored(samples, rate=RATE):
    """As a file of 16 bit gives it back."""
    return Audio(to_pcm16(samples).astype(np.float32) / 32768, rate)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 12),
    gain=st.floats(-20, 5),
    first=st.floats(0, 0.5),
    last=st.floats(0, 0.5),
)
def test_a_copy_with_another_level_and_trimmed_ends_is_the_same_sound(seed, gain, first, last):
    sound = babble(seed)
    n = len(sound.samples)
    last = min(last, 0.5 - first) if first + last > 0.5 else last  # at least half remains
    part = sound.samples[round(first * n) : n - round(last * n)]
    copy = stored(part * np.float32(10 ** (gain / 20)))
    assert same_sound(fingerprint(sound), fingerprint(copy)) > 0.5


def test_words_do_not_depend_on_what_was_cut_off():
    sound = babble(1, 8)
    whole, part = fingerprint(sound), fingerprint(Audio(sound.samples[12345:], RATE))
    late = set(whole.words[whole.at * 0.002 > 12345 / RATE + 0.3])
    assert len(late & set(part.words)) > 0.9 * len(late)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000])
def test_the_sample_rate_does_not_matter(rate):
    sound = babble(2)
    assert same_sound(fingerprint(sound), fingerprint(resample(sound, rate))) > 0.8


def test_different_sounds_share_nothing():
    prints = [fingerprint(babble(seed)) for seed in range(24)]
    assert min(map(len, prints)) > 10
    assert not any(same_sound(a, b) for a, b in itertools.combinations(prints, 2))


def test_one_sound_inside_another_is_found_with_its_offset_only():
    sound, other = babble(3, 6), babble(4, 6)
    joined = fingerprint(Audio(np.concatenate([other.samples, sound.samples]), RATE))
    alone = fingerprint(sound)
    assert same_sound(joined, alone) > 0.8
    _, i, j = np.intersect1d(joined.words, alone.words, return_indices=True)
    assert np.median(joined.at[i] - alone.at[j].astype(int)) == pytest.approx(3000, abs=1)


def test_the_same_words_in_another_order_are_another_sound():
    words = np.arange(40, dtype=np.uint32)
    a = Fingerprint(words, words * 37)
    b = Fingerprint(np.random.default_rng(0).permutation(words), words * 37)
    assert same_sound(a, a) == 1
    assert same_sound(a, b) == 0


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(0),
        np.zeros(1),
        np.zeros(RATE),
        np.full(RATE, 0.5),
        np.sin(np.arange(2 * RATE) * 0.3),
        np.random.default_rng(0).normal(size=2 * RATE) * 2e-5,
        babble(0, 0.2).samples,
    ],
    ids=["nothing", "a sample", "silence", "offset", "tone", "rounding", "short"],
)
def test_what_holds_no_landmark_gives_none(samples):
    found = fingerprint(Audio(samples.astype(np.float32), RATE))
    assert len(found) == 0
    assert found.words.dtype == found.at.dtype == np.uint32
    assert same_sound(found, found) == 0


def test_a_long_sound_keeps_few_landmarks_over_all_of_it():
    sound = babble(5, 60)
    found = fingerprint(sound)
    assert len(found) == len(set(found.words)) == MOST
    assert np.all(np.diff(found.at.astype(int)) >= 0)
    assert np.ptp(found.at) * 0.002 > 50
    half = fingerprint(Audio(sound.samples[: 30 * RATE], RATE))
    assert same_sound(found, half) > 0.8


@pytest.mark.data
@pytest.mark.skipif("MALSORI_DATA" not in os.environ, reason="needs MALSORI_DATA")
def test_real_utterances_of_the_same_sentences_and_speakers_stay_apart():
    files = sorted((Path(os.environ["MALSORI_DATA"]) / "emotiontts" / "wav").glob("*.wav"))
    sounds = [read_audio(file) for file in files]
    prints = [fingerprint(sound) for sound in sounds]
    assert max(same_sound(a, b) for a, b in itertools.combinations(prints, 2)) < SAME
    for sound, whole in zip(sounds, prints, strict=True):
        part = sound.samples[int(0.37 * len(sound.samples)) :]
        copy = stored(part * np.float32(0.2), sound.sample_rate)
        assert same_sound(whole, fingerprint(copy)) >= SAME
