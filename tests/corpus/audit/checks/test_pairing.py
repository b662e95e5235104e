"""Rows of text that slipped beside their sounds."""

import numpy as np
import pytest

from malsori.words import Words

say = Words("en").say


def slipped(toy, lag, start=0):
    """From a row on, each has the text of another one `lag` rows further up."""
    texts = toy.rows["text"].to_list()
    return toy.but(text=texts[:start] + list(np.roll(texts[start:], lag)))


def plant(toy):
    return slipped(toy, 1)


@pytest.mark.parametrize("lag", [1, -1, 2, -3])
def test_a_shift_of_all_rows_is_found_with_its_direction(toy, lag):
    (found,) = slipped(toy, lag).examine("pairing")
    assert found.severity == "serious"
    assert found.numbers["lag"] == -lag
    assert found.numbers["shifted"] > 0.9
    assert abs(found.numbers["own"]) < 0.2
    assert ("earlier" if lag > 0 else "later") in say(found.message)


@pytest.mark.parametrize("start", [100, 200, 320])
def test_a_lost_line_shifts_what_follows(toy, start):
    (found,) = slipped(toy, 1, start).examine("pairing")
    assert found.numbers["rows"] == pytest.approx(400 - start, abs=8)
    assert abs(int(found.examples[0][1:]) - start) <= 8


def test_texts_of_other_rows(toy):
    texts = np.random.default_rng(1).permutation(toy.rows["text"].to_list()).tolist()
    (found,) = toy.but(text=texts).examine("pairing")
    assert found.severity == "warning"
    assert abs(found.numbers["correlation"]) < 0.15


def test_clips_of_one_length_cannot_be_compared(toy):
    skipped = toy.but(duration=[3.0] * 400).audit("pairing").skipped
    assert "nine in ten recordings last 3.0 to 3.0 s" in say(skipped["pairing"])


def test_texts_that_vary_too_little_are_not_called_equal(toy):
    rng = np.random.default_rng(0)
    texts = ["가" * n for n in rng.integers(26, 38, 400)]
    few = toy.but(text=texts, duration=rng.uniform(2.8, 5.8, 400).tolist())
    said = say(few.audit("pairing").skipped["pairing"])
    assert "nine in ten texts have 26 to 37 syllables" in said
    assert "correlate -0.0" in said or "correlate 0.0" in said


def test_neighbours_that_read_the_same_sentence_are_in_order(toy):
    texts = toy.rows["text"].to_list()[:100]
    durations = toy.rows["duration"].to_list()[:100]
    four = toy.but(text=[t for t in texts for _ in range(4)],
                   duration=[d for d in durations for _ in range(4)])  # fmt: skip
    assert not four.examine("pairing")


def test_rows_in_the_order_of_their_length_are_in_order(toy):
    by_length = toy.rows["text"].str.len_chars().arg_sort().to_list()
    rows = toy.rows[by_length]
    assert not toy.but(text=rows["text"], duration=rows["duration"]).examine("pairing")
