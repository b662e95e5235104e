"""What every engine must satisfy; a new file in engines/ is tested without a change here."""

import pytest
import torch

from malsori.balance.engines import ENGINES
from malsori.balance.solvers.sum import Sum
from malsori.balance.weightings.static import Static
from malsori.registry import ComponentConfig


@pytest.mark.parametrize("kind", ENGINES.kinds())
def test_copies_equal_what_was_shared_and_sum_is_the_sum(kind):
    tasks = ["a", "b"]
    engine = ENGINES.build(ComponentConfig(kind=kind), tasks, Static(tasks), Sum(), seed=1)
    engine.set_step(4)
    shared = torch.randn(2, 3, requires_grad=True)
    copies = engine(shared)
    assert all(torch.equal(copies[t][0], shared) for t in tasks)
    engine.total({t: copies[t][0].square().sum() for t in tasks}).backward()
    torch.testing.assert_close(shared.grad, 4 * shared.detach())
    engine.load_state_dict(engine.state_dict())
