"""What every transform of a waveform must satisfy; a new file is tested without a line here."""

import inspect

import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.recipe import TRANSFORMS
from malsori.registry import ComponentConfig
from malsori.signals.audio import Audio
from malsori.signals.augment.base import Transform

FAMILY = TRANSFORMS["audio"]
KINDS = FAMILY.kinds()


def speech(seed: int, seconds: float, rate: int) -> Audio:
    """A buzzing voice with syllables, a pause, and a little noise."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    phase = np.cumsum(120 + 30 * seed + 20 * np.sin(3 * time)) / rate
    voice = np.sign(np.sin(2 * np.pi * phase)) * (0.55 + 0.45 * np.sin(2 * np.pi * 4 * time))
    wave = 0.2 * voice * (time % 1.0 < 0.8) + 0.003 * rng.normal(size=len(time))
    return Audio(wave.astype(np.float32), rate)


SIGNALS = {
    "8 kHz": speech(0, 1.3, 8000),
    "16 kHz": speech(1, 2.1, 16000),
    "44.1 kHz": speech(2, 0.5, 44100),
    "silent": Audio(np.zeros(4000, np.float32), 8000),
    "one sample": Audio(np.float32([0.5]), 16000),
    "ten samples": Audio(np.linspace(-1, 1, 10, dtype=np.float32), 16000),
    "too loud": Audio(3 * speech(3, 0.4, 16000).samples, 16000),
}


@pytest.fixture(params=KINDS)
def transform(request) -> Transform:
    return FAMILY.build(ComponentConfig(kind=request.param))


def test_the_transforms_of_the_studies_are_there():
    assert {
        "noise", "peak_noise", "stretch", "pitch", "gain", "telephone", "mu_law", "codec", "room",
        "spec_augment",
    } <= set(KINDS)  # fmt: skip


@pytest.mark.parametrize("audio", SIGNALS.values(), ids=list(SIGNALS))
def test_gives_finite_float32_of_the_same_rate_and_not_too_long(transform, audio):
    for seed in range(3):
        heard = transform(audio, np.random.default_rng(seed))
        assert isinstance(heard, Audio)
        assert heard.sample_rate == audio.sample_rate
        assert heard.samples.dtype == np.float32
        assert heard.samples.ndim == 1
        assert 1 <= len(heard.samples) <= transform.longest * len(audio.samples) + 1
        assert np.isfinite(heard.samples).all()


def test_follows_from_the_generator_alone(transform):
    audio = SIGNALS["16 kHz"]
    first = transform(audio, np.random.default_rng(5)).samples
    transform(SIGNALS["8 kHz"], np.random.default_rng(6))  # what came between does not matter
    np.testing.assert_array_equal(transform(audio, np.random.default_rng(5)).samples, first)
    np.random.seed(1)  # noqa: NPY002 - numpy's own state must not matter either
    again = FAMILY.build(ComponentConfig(kind=kind_of(transform)))
    np.testing.assert_array_equal(again(audio, np.random.default_rng(5)).samples, first)


def test_draws_anew_where_it_draws_at_all(transform):
    audio, used = SIGNALS["16 kHz"], np.random.default_rng(0)
    fresh = used.bit_generator.state
    first = transform(audio, used).samples
    if used.bit_generator.state == fresh:
        pytest.skip("nothing is drawn")
    others = [transform(audio, np.random.default_rng(seed)).samples for seed in range(1, 9)]
    assert any(len(o) != len(first) or not np.array_equal(o, first) for o in others)


def test_changes_speech_and_leaves_what_it_was_given_alone(transform):
    audio = speech(0, 1.3, 16000)
    audio.samples.flags.writeable = False
    before = audio.samples.copy()
    heard = [transform(audio, np.random.default_rng(seed)).samples for seed in range(4)]
    np.testing.assert_array_equal(audio.samples, before)
    assert any(len(h) != len(before) or not np.array_equal(h, before) for h in heard)


def test_keeps_the_level_of_speech_within_reason(transform):
    level = np.std(SIGNALS["16 kHz"].samples)
    heard = transform(SIGNALS["16 kHz"], np.random.default_rng(1)).samples
    assert level / 8 < np.std(heard) < level * 4


def test_refuses_a_range_that_is_reversed(transform):
    options = {name: p.default for name, p in inspect.signature(type(transform)).parameters.items()}
    if not {"low", "high"} <= set(options):
        pytest.skip("no range")
    with pytest.raises(MalsoriError, match="no range from"):
        type(transform)(low=options["high"] + 0.01, high=options["low"])
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(MalsoriError, match="no range from"):
            type(transform)(low=wrong)


def test_is_documented_with_its_options_and_an_example(transform):
    text = inspect.getdoc(type(transform)) or ""
    assert ">>> " in text
    for name, parameter in inspect.signature(type(transform)).parameters.items():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert f"{name}: " in text
    assert isinstance(type(transform).version, int)
    assert FAMILY.about(kind_of(transform))


def kind_of(transform: Transform) -> str:
    return type(transform).__module__.rpartition(".")[2]
