"""What checks have in common."""

import numpy as np
import polars as pl
import pytest

from malsori.corpus.audit import Tokens
from malsori.corpus.audit.case import syllables
from malsori.notes import Note


def test_people_are_the_coarsest_groups(toy):
    assert toy.case().people == "speaker"
    assert toy.case().held_out == Note("audit.held.speaker")
    calls = toy.but(speaker=[None] * 400, call=toy.rows["speaker"])
    assert calls.case().people == "call"


@pytest.mark.parametrize(
    "speakers", [[None] * 400, ["one"] * 200 + ["two"] * 200, [f"S{i}" for i in range(400)]]
)
def test_without_enough_people_each_row_is_alone(toy, speakers):
    case = toy.but(speaker=speakers).case()
    assert case.people is None
    assert len(np.unique(case.groups)) == 400
    assert case.held_out == Note("audit.held.row")


def test_sounds_are_matched_by_id(toy):
    shuffled = toy.__class__(toy.rows, toy.sounds.sample(fraction=0.5, shuffle=True, seed=1))
    case = shuffled.case()
    level = dict(zip(shuffled.sounds["id"], shuffled.sounds["level"], strict=True))
    assert case.measured == 200
    for name, found in zip(case.rows["id"], case.numbers("level"), strict=True):
        assert found == level[name] if name in level else np.isnan(found)


def test_lengths_and_tempo_are_of_the_row(toy):
    case = toy.but(text=["불이 났어요", None] * 200, duration=[5.0] * 400).heard(
        silence=[0.5] * 400
    ).case()  # fmt: skip
    assert case.lengths[:2].tolist() == pytest.approx([6, np.nan], nan_ok=True)
    assert case.rates[:2].tolist() == pytest.approx([2.0, np.nan], nan_ok=True)


def test_the_tokenizer_is_asked_once_a_text(toy):
    asked = []
    tokens = Tokens(lambda text: asked.append(text) or 1)
    case = toy.__class__(toy.rows, toy.sounds, tokens=tokens).but(text=["네"] * 400).case()
    assert case.lengths.sum() == 400
    assert asked == ["네"]


def test_rows_that_the_split_does_not_have_are_dropped(toy):
    case = toy.split(["train"] * 399 + [None]).case()
    assert case.parts[-1] == "dropped"


def test_ids_of_masks_and_of_numbers(toy):
    case = toy.case()
    assert case.ids(np.arange(400) > 396) == ("T000397", "T000398", "T000399")
    assert case.ids(np.array([5, 1])) == ("T000005", "T000001")
    assert case.ids(np.zeros(400, bool)) == ()
    assert isinstance(case.rows, pl.DataFrame)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("네.", 1),
        ("불이 났어요!", 5),
        ("119에 전화했어요", 9),
        ("I cannot breathe", 5),
        ("ㅋㅋㅋ", 0),
        ("火事です", 4),
        ("Помогите", 4),
    ],
)
def test_syllables_are_counted(text, count):
    assert syllables(text) == count
