import numpy as np

from malsori.schema import Task
from malsori.training.inference import conditions_of, decide


def test_conditions_are_all_and_each_alone():
    assert conditions_of(["a", "b", "c"]) == {
        "a+b+c": ["a", "b", "c"], "a": ["a"], "b": ["b"], "c": ["c"]
    }  # fmt: skip
    assert conditions_of(["a"]) == {"a": ["a"]}


def test_ordinal_answers_are_medians_and_nominal_ones_modes():
    shares = np.array([[0.4, 0.2, 0.4], [0.6, 0.2, 0.2], [0.1, 0.3, 0.6]])
    ordinal = Task(name="t", kind="ordinal", classes=("a", "b", "c"))
    nominal = Task(name="t", kind="nominal", classes=("a", "b", "c"))
    assert decide(ordinal, shares).tolist() == [1, 0, 2]
    assert decide(nominal, shares).tolist() == [0, 0, 2]
