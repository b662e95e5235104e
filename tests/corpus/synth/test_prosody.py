"""How callers sound: every cue level is clearly apart from the next, for every voice."""

from functools import cache

import numpy as np
import pytest

from malsori.corpus.synth import prosody
from malsori.corpus.synth.prosody import VARIANTS, Delivery, Speaker, assemble, deliver, shape
from malsori.corpus.synth.voice import Manner, Voice
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, resample
from malsori.signals.prosody import track_pitch
from malsori.signals.telephone import band_pass

SENTENCES = ["저희 할머니가 길에서 주저앉았어요.", "혼자서는 못 일어나요.", "이걸 어떡해요?"]
MIDDLE = {"effort": "중", "mood": "중립", "timbre": "pressed"}


@cache
def said(variant, **cues):
    """Speech at 8 kHz, seconds of words, and the delivery, with middle levels but for `cues`."""
    caller = Speaker("S0000", variant, 1.0, 0.0, 0.0)
    delivery = deliver(SENTENCES, MIDDLE | cues, caller, np.random.default_rng(1))
    voice = Voice.shared()
    spoken = voice.speak(delivery.groups, delivery.manner, seed=1)
    audio, seconds = assemble(spoken, delivery, voice.sample_rate, (0.1, 60.0))
    return shape(resample(audio, 8000), seconds, delivery), seconds, delivery


def semitones(audio):
    pitch = track_pitch(audio.samples, audio.sample_rate)
    hz = pitch.f0[pitch.voiced]
    st = 12 * np.log2(hz / np.median(hz))
    return st[np.abs(st) < 11]


def brightness(audio):
    power = np.abs(np.fft.rfft(audio.samples)) ** 2
    hz = np.fft.rfftfreq(len(audio.samples), 1 / audio.sample_rate)
    high, low = (power[(hz > a) & (hz < b)].sum() for a, b in ((1500, 3400), (300, 1000)))
    return 10 * np.log10(high / low)


@pytest.mark.parametrize("variant", ["f2", "m3", ""])
def test_effort_is_heard_as_rate_and_loudness(variant):
    speech = [said(variant, effort=level) for level in prosody.EFFORTS]
    seconds = [s for _, s, _ in speech]
    assert seconds[0] > 1.2 * seconds[1] > 1.2 * 1.2 * seconds[2]
    rms = [
        10 * np.log10(np.sum(band_pass(a).samples.astype(float) ** 2) / s / 8000)
        for a, s, _ in speech
    ]
    assert np.diff(rms).tolist() == pytest.approx([6, 6], abs=1.5)


@pytest.mark.parametrize("variant", ["f2", "m3", ""])
def test_mood_is_heard_as_range_and_pauses(variant):
    spread = {m: semitones(said(variant, mood=m)[0]).std() for m in prosody.MOODS}
    lively = min(spread["당황/난처"], spread["기타부정"])
    assert lively > 2 * max(spread["불안/걱정"], spread["중립"])
    silence = {m: a.duration - s for m in prosody.MOODS for a, s, _ in [said(variant, mood=m)]}
    hesitant = min(silence["불안/걱정"], silence["기타부정"])
    assert hesitant > 2 * max(silence["당황/난처"], silence["중립"])


def test_timbre_is_heard_in_every_voice_and_does_not_change_loudness():
    pressed = [brightness(said(v, timbre="pressed")[0]) for v in VARIANTS]
    breathy = [brightness(said(v, timbre="breathy")[0]) for v in VARIANTS]
    assert min(pressed) > max(breathy) + 2
    loudness = [
        np.log10(np.mean(band_pass(said("f2", timbre=t)[0]).samples.astype(float) ** 2)) * 10
        for t in prosody.TIMBRES
    ]
    assert loudness[0] == pytest.approx(loudness[1], abs=1.5)


def test_nothing_clips():
    loud = [said(v, effort="상", timbre=t)[0] for v in VARIANTS for t in prosody.TIMBRES]
    over = [np.mean(np.abs(a.samples) > 1) for a in loud]
    assert max(over) < 1e-3


def test_punctuation_of_the_text_is_not_heard():
    caller = Speaker("S0000", "f2", 1.0, 0.0, 0.0)
    asked, told = (
        deliver([s], MIDDLE, caller, np.random.default_rng(0)) for s in ("왜요?", "왜요.")
    )
    assert asked == told


def test_speakers_repeat_and_use_every_variant():
    one, two = (prosody.speakers(28, np.random.default_rng(4)) for _ in range(2))
    assert one == two
    assert sorted(s.variant for s in one) == sorted([*VARIANTS, *VARIANTS])
    assert len({s.name for s in one}) == 28


def test_assemble_keeps_words_and_moves_only_pauses():
    word = np.full(1000, 5000, np.int16)
    padded = np.concatenate([np.zeros(300, np.int16), word, np.zeros(400, np.int16)])
    delivery = Delivery(Manner("f2", 180, 50, 50), 0.0, 0.0, ("a", "b"), (0.2, 1.0, 0.2))
    for seconds in ((0.1, 10.0), (5.0, 10.0), (0.1, 3.0)):
        audio, words = assemble([padded, padded], delivery, 1000, seconds)
        assert words == 2.0
        assert int(np.count_nonzero(audio.samples)) == 2000
        assert seconds[0] <= audio.duration <= seconds[1]
    assert assemble([padded, padded], delivery, 1000, (0.1, 10.0))[0].duration == 3.4
    with pytest.raises(MalsoriError, match="words alone"):
        assemble([padded, padded], delivery, 1000, (0.1, 2.05))


def test_words_that_were_not_spoken_are_an_error():
    delivery = Delivery(Manner("f2", 180, 50, 50), 0.0, 0.0, ("네.", "여기요."), (0.2, 0.2, 0.2))
    spoken = [np.full(50, 5000, np.int16), np.zeros(50, np.int16)]
    with pytest.raises(MalsoriError, match="nothing for '여기요"):
        assemble(spoken, delivery, 1000, (0.1, 10.0))


def test_shape_ignores_the_level_it_gets():
    audio, seconds, delivery = said("f2")
    quiet = Audio(audio.samples * np.float32(0.01), 8000)
    a, b = (shape(x, seconds, delivery).samples for x in (audio, quiet))
    assert a == pytest.approx(b, abs=1e-5)


@pytest.mark.parametrize("seconds", [(5, 12), (20, 30), (30, 5), (0, 5)])
def test_seconds_that_no_manner_fits_are_refused(seconds):
    with pytest.raises(MalsoriError, match="in every manner"):
        prosody.lengths(seconds, 46)


def test_longer_calls_have_more_syllables():
    assert prosody.lengths((20.0, 120.0), 46)[0] > 100
