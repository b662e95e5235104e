import numpy as np
import pytest

from malsori.balance.weightings.static import Static
from malsori.errors import MalsoriError

LOSSES = np.array([0.5, 1.0])


def test_unnamed_tasks_have_weight_one():
    assert Static(["a", "b"]).weights(LOSSES, None).tolist() == [1.0, 1.0]
    assert Static(["a", "b"], weights={"b": 0.0}).weights(LOSSES, None).tolist() == [1.0, 0.0]


def test_unknown_task_names_the_nearest():
    with pytest.raises(MalsoriError, match="did you mean 'urgency'") as caught:
        Static(["urgency", "sentiment"], weights={"urgncy": 2.0})
    assert "urgncy" in str(caught.value)


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_what_is_no_weight_is_refused(weight):
    with pytest.raises(MalsoriError, match=r"weights\.a"):
        Static(["a"], weights={"a": weight})


def test_the_returned_array_is_the_callers():
    static = Static(["a", "b"])
    static.weights(LOSSES, None)[0] = 9.0
    assert static.weights(LOSSES, None)[0] == 1.0
