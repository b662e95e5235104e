import pytest

from malsori.errors import MalsoriError
from malsori.nn.sharing.hard import Hard


def count(module):
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize("tasks", [1, 2, 5])
@pytest.mark.parametrize(("depth", "dim"), [(1, 256), (3, 32)])
def test_trunk_does_not_grow_with_the_tasks(tasks, depth, dim):
    hard = Hard(16, [f"t{k}" for k in range(tasks)], depth=depth, dim=dim)
    # Weights and bias, and scale and shift of the normalisation, of each layer.
    first, further = 16 * dim + 3 * dim, dim * dim + 3 * dim
    assert count(hard) == first + (depth - 1) * further


def test_depth_zero_is_refused():
    with pytest.raises(MalsoriError, match="depth"):
        Hard(16, ["a"], depth=0)
