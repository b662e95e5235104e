"""That each corruption does what it says."""

import unicodedata

import numpy as np
import pytest

from malsori.signals.corrupt._words import joined, pieces
from malsori.signals.corrupt.delete_syllables import DeleteSyllables
from malsori.signals.corrupt.delete_words import DeleteWords
from malsori.signals.corrupt.drop_particles import DropParticles
from malsori.signals.corrupt.mishear import Mishear, _similar
from malsori.signals.corrupt.respace import Respace

TEXT = "우리집에서 불이 났어요 빨리 와 주세요"


def rng(seed=0):
    return np.random.default_rng(seed)


def mean_of(transform, measure, text=TEXT, count=400):
    return np.mean([measure(transform(text, rng(seed))) for seed in range(count)])


@pytest.mark.parametrize("text", ["가 나", " 가  나[다 라]마 바[사", "[가][나]", "", "가[]나"])
def test_pieces_joined_are_the_text(text):
    assert joined(pieces(text)) == text


def test_words_go_as_often_as_said_and_the_others_stay_in_order():
    assert mean_of(DeleteWords(share=0.25), lambda t: len(t.split())) == pytest.approx(4.5, abs=0.2)
    for seed in range(20):
        left = iter(TEXT.split())
        assert all(word in left for word in DeleteWords(share=0.5)(TEXT, rng(seed)).split())


def test_syllables_go_as_often_as_said_and_no_word_goes_whole():
    kept = mean_of(DeleteSyllables(share=0.2), lambda t: len(t.replace(" ", "")))
    assert kept == pytest.approx(16 * 0.8 + 0.2, abs=0.3)  # 와 always stays
    for seed in range(20):
        assert len(DeleteSyllables(share=1)(TEXT, rng(seed)).split()) == 6


def test_misheard_syllables_differ_by_one_sound_each():
    for seed in range(40):
        heard = Mishear(share=1)(TEXT, rng(seed))
        assert len(heard) == len(TEXT)
        for a, b in zip(TEXT, heard, strict=True):
            one, other = (unicodedata.normalize("NFD", c) for c in (a, b))
            assert len(one) == len(other)
            assert sum(x != y for x, y in zip(one, other, strict=True)) <= 1


def test_sounds_are_alike_both_ways():
    for syllable in ("개", "밥", "옷", "왜", "흙", "의", "쌀"):
        assert _similar(syllable)
        assert all(syllable in _similar(other) for other in _similar(syllable))


@pytest.mark.parametrize(
    ("said", "heard"),
    [("개", "게"), ("왜", "외"), ("방", "팡"), ("옷", "옫"), ("언", "은"), ("간", "강")],
)
def test_what_is_confused_in_korean_is_in_the_table(said, heard):
    assert heard in _similar(said)


def test_spaces_move_and_letters_do_not():
    for seed in range(20):
        spaced = Respace(join=0.5, part=0.3)(TEXT, rng(seed))
        assert spaced.replace(" ", "") == TEXT.replace(" ", "")
    assert mean_of(Respace(join=0.4, part=0), lambda t: t.count(" ")) == pytest.approx(3, abs=0.2)
    assert mean_of(Respace(join=0, part=0.2), lambda t: t.count(" ")) == pytest.approx(7, abs=0.2)


def test_spaces_stay_between_what_is_not_hangul():
    assert Respace(join=1, part=1)("room 303 [개인정보] OK", rng()) == "room 303 [개인정보] OK"


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("병원에서", "병원"),
        ("병원으로", "병원"),
        ("아버지가", "아버지"),
        ("아들이", "아들"),
        ("고열을,", "고열,"),
        ("서울로", "서울"),  # ㄹ takes 로
        ("아버지은", "아버지은"),  # no Korean particle: 은 follows a consonant
        ("병원를", "병원를"),
        ("나는", "나는"),  # one syllable would remain
        ("아파요", "아파요"),
        ("[개인정보]", "[개인정보]"),
        ("OK가", "OK가"),
        ("", ""),
    ],
)
def test_particles_go_where_they_fit(word, stem):
    assert DropParticles(share=1)(word, rng()) == stem


def test_half_of_the_particles_go():
    text = "아들이 병원에서 고열을 앓아요"
    lost = mean_of(DropParticles(share=0.5), lambda t: len(text) - len(t), text)
    assert lost == pytest.approx(0.5 * (1 + 2 + 1), abs=0.3)
