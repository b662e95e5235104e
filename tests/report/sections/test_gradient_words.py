import numpy as np
import pytest

from malsori.balance.pairs import Pair, Push
from malsori.balance.summary import MonitorSummary
from malsori.report.page import joined
from malsori.report.sections.gradient_words import sentences
from malsori.words import Words


def summary(rng, spaces):
    """Two tasks with any ratio, cosine and noise."""
    pairs, pushes = [], []
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
        pushes += [
            Push(space, "all", task, 1.0, 1.0, 0.5, float(rng.choice([0.1, 0.9])))
            for task in ("urgency", "sentiment")
        ]
    return MonitorSummary(pushes, pairs)


@pytest.mark.parametrize(
    "spaces", [("parameters",), ("representation",), ("representation", "parameters")]
)
def test_the_english_is_that_of_the_terminal(spaces):
    rng = np.random.default_rng(0)
    told = set()
    for _ in range(300):
        found = summary(rng, spaces)
        said = [joined(s).replace("−", "-") for s in sentences(found, Words("en"))]
        assert said == found.words()
        told.add(len(said))
    assert len(told) > 1  # with and without a word on noise or on the engine


def test_korean_names_both_tasks_and_every_number():
    rng = np.random.default_rng(1)
    for _ in range(50):
        found = summary(rng, ("parameters",))
        said = " ".join(joined(s) for s in sentences(found, Words("ko")))
        assert "urgency" in said
        assert "sentiment" in said
        times = max(found.pairs[0].weighted, 1 / found.pairs[0].weighted)
        assert f"{times:.1f}배" in said
