"""espeak-ng in a process of its own: the same bytes whatever came before, and honest failures."""

import os
import signal
import sys

import numpy as np
import pytest

from malsori.corpus.synth.prosody import VARIANTS
from malsori.corpus.synth.voice import Manner, Voice
from malsori.errors import MalsoriError

MANNER = Manner(voice="f2", rate=180, pitch=50, range=50)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_speaks(variant):
    (wave,) = Voice.shared().speak(["여보세요."], Manner(variant, 180, 50, 50), seed=1)
    assert 0.3 < len(wave) / Voice.shared().sample_rate < 3
    assert np.abs(wave.astype(int)).max() > 1000


def test_a_call_does_not_depend_on_what_was_spoken_before():
    voice = Voice.shared()
    first = voice.speak(["불이 났어요.", "빨리 와 주세요."], MANNER, seed=5)
    voice.speak(["전혀 다른 말이에요."], Manner("m3", 240, 70, 90), seed=99)
    again = voice.speak(["불이 났어요.", "빨리 와 주세요."], MANNER, seed=5)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert [len(w) for w in first] == [len(w) for w in again]


def test_nothing_to_say():
    assert Voice.shared().speak([], MANNER, seed=0) == []


def test_a_second_voice_of_the_process_does_not_deafen_the_first():
    first, second = Voice.shared(), Voice()
    heard = [v.speak(["여보세요."], MANNER, seed=3)[0] for v in (first, second, first)]
    assert all(np.array_equal(heard[0], other) for other in heard[1:])


def test_unknown_voice_is_refused():
    with pytest.raises(MalsoriError, match="no voice ko\\+nobody"):
        Voice.shared().speak(["네."], Manner("nobody", 180, 50, 50), seed=0)


def test_a_crash_is_reported_and_the_next_call_works(monkeypatch):
    voice = Voice.shared()
    with monkeypatch.context() as patch:
        patch.setattr(voice, "_utter", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
        with pytest.raises(MalsoriError, match="crashed"):
            voice.speak(["네."], MANNER, seed=0)
    assert len(voice.speak(["네."], MANNER, seed=0)) == 1


def test_a_hang_is_ended(monkeypatch):
    voice = Voice.shared()
    monkeypatch.setattr(voice, "_utter", lambda *_: signal.pause())
    with pytest.raises(MalsoriError, match="did not end"):
        voice.speak(["네."], MANNER, seed=0, patience=0.2)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # no child is left


def test_without_espeak_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(MalsoriError, match=r"malsori\[demo\].*GPL-3.0-or-later"):
        Voice()
