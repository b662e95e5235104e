"""Duration against labels."""

import numpy as np

from malsori.words import Words

say = Words("en").say


def labelled_by(values, classes):
    ranks = np.argsort(np.argsort(values)) * len(classes) // len(values)
    return [classes[r] for r in ranks]


def plant(toy):
    """Urgent calls are short."""
    return toy.but(label__urgency=labelled_by(-toy.rows["duration"].to_numpy(), ["하", "중", "상"]))


def test_a_label_that_a_clock_can_tell_is_serious(toy):
    (found,) = plant(toy).examine("duration")
    assert (found.severity, found.subject) == ("serious", "urgency")
    assert found.numbers["skill"] > 0.7
    assert found.numbers["accuracy"] > 0.85
    assert found.numbers["medians"]["상"] < found.numbers["medians"]["하"]
    assert "on held-out speakers" in say(found.message)


def test_a_slight_difference_is_at_most_a_note(toy):
    rng = np.random.default_rng(0)
    noisy = np.log(toy.rows["duration"].to_numpy()) + rng.normal(0, 0.8, 400)
    found = toy.but(label__urgency=labelled_by(noisy, ["하", "중", "상"])).examine("duration")
    assert [f.severity for f in found] in ([], ["note"])


def test_without_durations_it_does_not_look(toy):
    assert "duration" in toy.but(duration=[None] * 400).audit("duration").skipped
