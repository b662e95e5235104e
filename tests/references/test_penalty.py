"""The penalty is chosen on groups that were not fitted on."""

import numpy as np
import pytest

from malsori.references.penalty import FOLDS, choose, folds
from malsori.schema import Task

TASK = Task(name="mood", kind="nominal", classes=("a", "b"))
GRID = (1e-3, 1e-1, 1e1)


@pytest.mark.parametrize(("groups", "count"), [(1, 0), (2, 2), (4, 4), (11, FOLDS)])
def test_no_group_is_on_both_sides_and_every_row_is_held_out_once(groups, count):
    names = np.array([f"g{i % groups}" for i in range(33)])
    found = folds(list(names))
    assert len(found) == count
    for train, held in found:
        assert not set(names[train]) & set(names[held])
    if count:
        assert sorted(np.concatenate([held for _, held in found])) == list(range(33))


def made(told, speakers=20, seed=0):
    """Rows that tell the speaker, whose label is always the same, and the label itself or not."""
    rng = np.random.default_rng(seed)
    speaker = np.repeat(np.arange(speakers), 10)
    y = speaker % 2
    voice = rng.normal(size=(speakers, 30))[speaker] + 0.1 * rng.normal(size=(len(y), 30))
    return np.concatenate([voice, told * (2.0 * y[:, None] - 1)], axis=1), y, speaker


def test_what_only_names_the_speaker_asks_for_a_stronger_penalty():
    x, y, speaker = made(told=0)
    by_speaker = choose(TASK, x, y, [str(s) for s in speaker], GRID)
    by_row = choose(TASK, x, y, [str(i) for i in range(len(y))], GRID)
    assert by_speaker == GRID[0]
    assert by_row > by_speaker


def test_what_tells_the_label_everywhere_asks_for_a_weaker_one():
    x, y, speaker = made(told=20)
    assert choose(TASK, x, y, [str(s) for s in speaker], GRID) == GRID[-1]


def test_one_group_or_two_rows_are_no_error():
    x, y = np.eye(2), np.array([0, 1])
    assert choose(TASK, x, y, ["kim", "kim"], GRID) == GRID[1]
    assert choose(TASK, x, y, ["kim", "lee"], GRID) in GRID


def test_many_rows_give_the_same_choice_each_time():
    x, y, speaker = made(told=1, speakers=300)
    groups = [str(s) for s in speaker]
    assert choose(TASK, x, y, groups, GRID) == choose(TASK, x, y, groups, GRID)
