import pytest

from malsori.errors import MalsoriError
from malsori.recipe_parts import Stop
from malsori.schema import Task
from malsori.training.epoch_choice import better, criteria, raised, values_of

TASKS = {
    "emotion": Task(name="emotion", kind="nominal", classes=("a", "b", "c")),
    "valence": Task(name="valence", kind="regression"),
}


def kept(history, weights=None):
    """The epoch, from 1, that is kept of a history of values by task."""
    tops, best, found = {}, {}, 0
    for epoch, values in enumerate(history, 1):
        tops = raised(tops, values)
        if not found or better(values, best, tops, weights or {}):
            best, found = values, epoch
    return found


# Gender is easy and goes on rising while emotion is forgotten, as on acted speech.
DROWNED = [
    {"emotion": 0.02, "gender": 0.05},
    {"emotion": 0.10, "gender": 0.30},
    {"emotion": 0.12, "gender": 0.45},
    {"emotion": -0.05, "gender": 0.66},
    {"emotion": -0.24, "gender": 0.90},
]


def test_an_easy_task_does_not_drown_a_hard_one():
    means = [sum(values.values()) for values in DROWNED]
    assert means.index(max(means)) == 4  # what a mean would keep
    assert kept(DROWNED) == 4
    chosen = DROWNED[3]
    assert max(max(v[t] for v in DROWNED) - chosen[t] for t in chosen) < 0.25


def test_a_task_alone_keeps_the_first_epoch_at_its_best():
    assert kept([{"a": v} for v in (0.1, 0.4, 0.4, 0.2)]) == 2


def test_of_two_epochs_with_the_same_regret_the_larger_mean_is_kept():
    assert kept([{"a": 0.5, "b": 0.4, "c": 0.1}, {"a": 0.4, "b": 0.5, "c": 0.3}]) == 2


def test_weights_say_what_counts():
    assert kept(DROWNED, {"gender": 0}) == 3
    assert kept(DROWNED, {"emotion": 0}) == 5


def test_what_is_undefined_is_left_out_or_infinitely_low():
    assert kept([{"a": None, "b": 0.1}, {"a": None, "b": 0.3}, {"a": None, "b": 0.2}]) == 2
    assert kept([{"a": None, "b": 0.3}, {"a": 0.1, "b": 0.1}]) == 2
    assert kept([{"a": 0.1, "b": 0.1}, {"a": None, "b": 0.9}]) == 1
    assert kept([{"a": None}, {"a": None}]) == 1


def test_less_is_better_of_errors():
    scores = {"valence": {"skill": 0.1, "calibrated": 0.1, "mae": 0.5, "ccc": 0.3}}
    assert values_of(scores, {"valence": "mae"}) == {"valence": -0.5}
    assert values_of(scores, {"valence": "ccc"}) == {"valence": 0.3}


def test_a_metric_for_each_task():
    assert criteria(None, TASKS) == {"emotion": "skill", "valence": "skill"}
    named = Stop(on={"emotion": "uar"})
    assert criteria(named, TASKS) == {"emotion": "uar", "valence": "skill"}
    assert Stop(on="validation.skill").on == "skill"  # as it was called before


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ({"on": "uar"}, "valence"),
        ({"on": {"emotion": "uaar"}}, "uar"),
        ({"on": {"emotion": "majority_accuracy"}}, "says nothing of a model"),
        ({"on": {"emotoin": "uar"}}, "emotion"),
        ({"weights": {"emotoin": 1}}, "emotion"),
    ],
)
def test_what_does_not_fit_is_refused(stop, said):
    with pytest.raises(MalsoriError, match=said) as caught:
        criteria(Stop(**stop), TASKS)
    assert "training.stop" in str(caught.value)


def test_of_epochs_alike_in_the_metric_the_one_of_larger_skill_is_kept():
    uar, tops = {"a": 1.0}, {"a": 1.0}
    assert better(uar, uar, tops, {}, (0.9, 0.3))
    assert not better(uar, uar, tops, {}, (0.3, 0.3))
