from collections import Counter

import numpy as np

from malsori.signals.steps import Steps


def adds(letter):
    return lambda text, rng: text + letter + str(rng.integers(10))


def letters(text):
    return "".join(letter for letter in text if letter.isalpha())


def test_steps_run_in_their_order():
    assert letters(Steps([adds("a"), adds("b"), adds("c")])("", np.random.default_rng(0))) == "abc"


def test_so_many_are_chosen_each_as_often_in_their_order():
    steps = Steps([adds("a"), adds("b"), adds("c")], choose=2)
    counts = Counter(letters(steps("", np.random.default_rng(seed))) for seed in range(300))
    assert set(counts) == {"ab", "ac", "bc"}
    assert min(counts.values()) > 70


def test_more_than_there_are_is_all_of_them():
    assert letters(Steps([adds("a"), adds("b")], choose=5)("", np.random.default_rng(0))) == "ab"


def test_what_one_step_draws_does_not_change_another():
    greedy = Steps([lambda text, rng: text + str(rng.normal(size=9))[:0], adds("b")])
    modest = Steps([lambda text, rng: text, adds("b")])
    assert greedy("", np.random.default_rng(3)) == modest("", np.random.default_rng(3))
