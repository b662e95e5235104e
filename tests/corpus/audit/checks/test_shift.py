"""Parts of a split that are of different kinds."""

import numpy as np
import pytest

from malsori.words import Words

say = Words("en").say
PARTS = ["train"] * 280 + ["validation"] * 40 + ["test"] * 80


def plant(toy):
    """Training calls are long, what is tested is one sentence."""
    texts = [" ".join(toy.rows["text"][i : i + 12]) for i in range(280)]
    return toy.but(
        text=texts + toy.rows["text"][280:].to_list(),
        duration=[30.0 + i % 20 for i in range(280)] + [2.0 + i % 3 for i in range(120)],
    ).split(PARTS)


def test_long_training_and_short_tests_are_told(toy):
    sound, text = plant(toy).examine("shift")
    assert (sound.severity, sound.subject) == ("warning", "speech")
    assert "median train 39.5 s, validation 3.0 s and test 3.0 s" in say(sound.message)
    assert "100 % of the test rows lie below the median of training" in say(sound.message)
    assert text.subject == "text"
    assert text.numbers["medians"]["train"] > 5 * text.numbers["medians"]["test"]
    assert "malsori corpus split" in sound.prescription.command


def test_one_speaker_left_out_is_told_only_of_what_no_speaker_does(toy):
    """His microphone is louder: that is he, and no fault. His rate and his lengths are not."""
    mine = ["train"] * 360 + ["test"] * 40
    one = toy.but(speaker=[f"S{i // 40}" for i in range(400)]).split(mine)
    loud = one.heard(level=[-24.0 + i % 5 for i in range(360)] + [-10.0] * 40)
    assert not loud.examine("shift")
    (found,) = one.but(sample_rate=[16000] * 360 + [8000] * 40).examine("shift")
    assert "8 kHz, of the rows train 0 % and test 100 %" in say(found.message)


@pytest.mark.parametrize(
    ("column", "before", "after", "said"),
    [
        ("sample_rate", 16000, 44100, "the sample rate"),
        ("meta.channels", "1", "2", "channels is not the same"),
        ("meta.language", "ko", "en", "language is not the same"),
        ("text", "불이 났어요", "there is a fire", "the script is not the same"),
        ("text", "불이 났어요", None, "what is there of text"),
        ("audio", "a.wav", None, "what is there of audio"),
    ],
)
def test_kinds_that_training_has_not_are_told(toy, column, before, after, said):
    ill = toy.but(**{column: [before] * 320 + [after] * 80}).split(PARTS)
    found = [f for f in ill.examine("shift") if said in say(f.message)]
    assert [f.severity for f in found] == ["warning"]
    assert found[0].numbers["shares"]["train"] in (0.0, 1.0)


@pytest.mark.parametrize(
    ("measure", "before", "after"), [("level", -24.0, -36.0), ("bandwidth", 7800.0, 3700.0)]
)
def test_sounds_of_another_kind_are_told(toy, measure, before, after):
    noise = np.random.default_rng(0).normal(0, 1, 400)
    values = (np.repeat([before, after], [320, 80]) + noise).tolist()
    ill = toy.heard(**{measure: values}).split(PARTS)
    (found,) = ill.examine("shift")
    assert found.numbers["medians"]["train"] == pytest.approx(before, abs=0.5)
    assert found.numbers["medians"]["test"] == pytest.approx(after, abs=0.5)


def test_few_rows_and_chance_are_no_shift(toy, make_toy, split_by_speaker):
    short = toy.but(duration=[30.0] * 390 + [2.0] * 10).split(["train"] * 390 + ["test"] * 10)
    assert not short.examine("shift")
    for seed in range(40):
        few = make_toy(200, seed, speakers=12)
        assert not split_by_speaker(few, seed).examine("shift")


@pytest.mark.parametrize(("loud", "told"), [(-46.0, True), (-31.0, False)])
def test_a_handful_of_speakers_is_enough_where_all_of_them_are_far_away(toy, loud, told):
    """Ranks of three and seven are never sure; 22 dB in all three are no chance."""
    ten = toy.but(speaker=[f"S{i // 40}" for i in range(400)])
    few = ten.split(["train"] * 280 + ["test"] * 120)
    levels = [-24.0 - i % 7 / 3 for i in range(280)] + [loud - i % 7 / 3 for i in range(120)]
    assert bool(few.heard(level=levels).examine("shift")) == told
