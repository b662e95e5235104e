import pytest
import torch

from malsori.encoders import Tokens


def test_present_rows():
    mask = torch.tensor([[True, True], [False, False], [False, True]])
    assert Tokens(torch.zeros(3, 2, 4), mask).present.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("values", "mask"),
    [
        (torch.zeros(2, 3), torch.ones(2, 3, dtype=torch.bool)),
        (torch.zeros(2, 3, 4), torch.ones(2, 3)),
        (torch.zeros(2, 3, 4), torch.ones(2, 4, dtype=torch.bool)),
    ],
    ids=["no token dimension", "mask of floats", "other length"],
)
def test_shapes_that_disagree_are_refused(values, mask):
    with pytest.raises(ValueError, match=r"\w"):
        Tokens(values, mask)
