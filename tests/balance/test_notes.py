import re

import numpy as np
import pytest

from malsori.balance.pairs import Pair, TaskGradient
from malsori.balance.summary import MonitorSummary
from malsori.words import LANGS, Mark, Words


def summary(rng, spaces):
    """Two tasks with any ratio, cosine and noise."""
    pairs, gradients = [], []
    for space in spaces:
        ratio = float(rng.choice([1.2, 2.0, 5.0, 20.0]))
        pairs.append(
            Pair(
                space=space,
                group="all",
                strong="urgency",
                weak="sentiment",
                ratio=ratio,
                weighted=ratio * float(rng.choice([0.05, 0.5, 1.0])),
                cosine=None if rng.random() < 0.1 else float(rng.uniform(-0.6, 0.6)),
                error=None if rng.random() < 0.1 else float(rng.uniform(0, 0.2)),
                conflicts=None if rng.random() < 0.1 else float(rng.random()),
                measurements=int(rng.choice([3, 40])),
                signal=None if rng.random() < 0.3 else float(rng.uniform(-1, 1)),
                signal_error=float(rng.uniform(0, 0.4)),
            )
        )
        gradients += [
            TaskGradient(space, "all", task, 1.0, 1.0, 0.5, float(rng.choice([0.1, 0.9])))
            for task in ("urgency", "sentiment")
        ]
    return MonitorSummary(gradients, pairs)


@pytest.mark.parametrize("lang", LANGS)
def test_everything_that_can_be_seen_is_said_with_its_numbers(lang):
    rng, words, keys = np.random.default_rng(0), Words(lang), set()
    for k in range(400):
        found = summary(rng, (("parameters",), ("representation", "parameters"))[k % 2])
        for note in found.notes():
            keys.add(note.key.removeprefix("gradient."))
            said = words.say(note)
            digits = re.findall(r"-?[\d.]*\d", said.replace("around 0", "").replace("0 근처", ""))
            marks = [p for p in words.marked(note) if isinstance(p, Mark)]
            assert digits == [mark.text.rstrip(" %") for mark in marks]
    assert keys == {
        "too_strong", "mended", "both_heard", "too_few", "lean", "against", "together",
        "unrelated", "unrelated_chance", "engine", "noise_hides", "noise_without", "measured_on",
    }  # fmt: skip


def test_numbers_say_where_they_are_from():
    pair = Pair("parameters", "all", "a", "b", 4.0, 0.5, -0.3, 0.05, 0.9, 50, None, None)
    noisy = TaskGradient("parameters", "all", "b", 1.0, 1.0, 0.5, 0.85)
    calm = TaskGradient("parameters", "all", "a", 1.0, 1.0, 0.5, None)
    strength, direction, noise, _ = MonitorSummary([calm, noisy], [pair]).notes()
    at = {"run": "r", "space": "parameters", "group": "all", "a": "a", "b": "b"}
    marks = [p for p in Words().marked(strength, run="r") if isinstance(p, Mark)]
    assert [(m.text, m.where["metric"], m.where["strong"]) for m in marks] == [
        ("4.0", "ratio", "b"), ("2.0", "times", "b"),
    ]  # fmt: skip
    marks = [p for p in Words().marked(direction, run="r") if isinstance(p, Mark)]
    assert marks == [
        Mark("-0.30", {"metric": "cosine", **at}),
        Mark("0.10", {"metric": "cosine_error", **at}),
        Mark("50", {"metric": "measurements", **at}),
    ]
    assert Mark("85 %", {"metric": "noise", **at, "task": "b"}) in Words().marked(noise, run="r")
