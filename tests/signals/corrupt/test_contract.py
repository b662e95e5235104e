"""What every corruption of a transcript must satisfy; a new file is tested without a line here."""

import inspect

import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.recipe import TRANSFORMS
from malsori.registry import ComponentConfig
from malsori.signals.corrupt.base import Corruption
from malsori.signals.korean import normalise_text

FAMILY = TRANSFORMS["text"]
KINDS = FAMILY.kinds()
LONG = "우리집에서 불이 났어요! 빨리 와 주세요, 3층 303호에 [개인정보] 있는데 연기가 많이 나요."
TEXTS = [
    LONG,
    "네",
    "",
    "   ",
    "?!",
    "ㅋㅋㅋ",
    "[개인정보]",
    "[개 인 정보]에서 왔어요",
    "a b c",
    "OK, where ARE you?",
    "가나다\n라마바\t사",
    "꽤 뷁 괜찮아",
    "😀 좋아요",
    "[닫히지 않은 것",
]


@pytest.fixture(params=KINDS)
def corruption(request) -> Corruption:
    return FAMILY.build(ComponentConfig(kind=request.param))


@pytest.fixture
def harsh(corruption) -> Corruption:
    """As much of it as its options allow."""
    names = inspect.signature(type(corruption)).parameters
    return type(corruption)(**dict.fromkeys(names, 1.0))


def test_the_corruptions_are_there():
    assert {
        "delete_words", "delete_syllables", "mishear", "respace", "drop_particles"
    } <= set(KINDS)  # fmt: skip


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_with_words_keeps_some_and_is_not_too_long(harsh, corruption, text):
    for transform in (harsh, corruption):
        for seed in range(5):
            found = transform(text, np.random.default_rng(seed))
            assert isinstance(found, str)
            assert len(found) <= transform.longest * len(text)
            assert bool(normalise_text(found)) == bool(normalise_text(text))
            assert bool(found.strip()) == bool(text.strip())


def test_markers_are_no_words_that_can_be_misheard(harsh):
    for seed in range(20):
        found = harsh("네 [개인정보]에서 왔어요 [이름] 예요", np.random.default_rng(seed))
        left = found.replace("[개인정보]", "").replace("[이름]", "")
        assert "[" not in left
        assert "]" not in left


def test_follows_from_the_generator_alone(corruption):
    first = [corruption(text, np.random.default_rng(5)) for text in TEXTS]
    assert [corruption(text, np.random.default_rng(5)) for text in TEXTS] == first


def test_changes_long_texts_now_and_then_and_anew(harsh, corruption):
    found = {corruption(4 * LONG, np.random.default_rng(seed)) for seed in range(20)}
    assert len(found) > 5
    assert harsh(LONG, np.random.default_rng(0)) != LONG


def test_the_share_is_the_share(corruption):
    """Ten times the share changes many times as much."""
    if "share" not in inspect.signature(type(corruption)).parameters:
        pytest.skip("no share")
    changed = {}
    for share in (0.02, 0.2):
        transform = type(corruption)(share=share)
        texts = [transform(LONG, np.random.default_rng(seed)) for seed in range(300)]
        changed[share] = sum(text != LONG for text in texts)
    assert 0 < 3 * changed[0.02] < 2 * changed[0.2]


def test_refuses_what_is_no_share(corruption):
    name = next(iter(inspect.signature(type(corruption)).parameters))
    for wrong in (-0.1, 1.1, float("nan")):
        with pytest.raises(MalsoriError, match=name):
            type(corruption)(**{name: wrong})


def test_is_documented_with_its_options_and_an_example(corruption):
    text = inspect.getdoc(type(corruption)) or ""
    assert ">>> " in text
    for name, parameter in inspect.signature(type(corruption)).parameters.items():
        assert parameter.kind is inspect.Parameter.KEYWORD_ONLY
        assert f"{name}: " in text
    assert isinstance(type(corruption).version, int)
