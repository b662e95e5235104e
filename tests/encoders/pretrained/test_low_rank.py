import pytest
import torch
from torch import nn

from malsori.encoders.pretrained.low_rank import LowRank, update_weights


class Reads(nn.Module):
    """A layer whose weight is read and that is never called."""

    def __init__(self):
        super().__init__()
        self.q_proj, self.other = nn.Linear(6, 4), nn.Linear(6, 4)

    def forward(self, x):
        return x @ self.q_proj.weight.T + self.other(x)


def test_at_first_nothing_changes_and_then_what_is_read_does():
    torch.manual_seed(0)
    model, x = Reads(), torch.randn(3, 6)
    before = model(x)
    update_weights(model, ["q_proj"], rank=2, alpha=4)
    torch.testing.assert_close(model(x), before)
    update = model.q_proj.parametrizations.weight[0]
    with torch.no_grad():
        update.b.add_(0.5)
    torch.testing.assert_close(model(x), before + x @ (2.0 * update.b @ update.a).T)


def test_it_equals_pefts_where_the_layer_is_called():
    peft = pytest.importorskip("peft")
    torch.manual_seed(0)
    ours, theirs = nn.Sequential(nn.Linear(6, 4)), nn.Sequential(nn.Linear(6, 4))
    theirs.load_state_dict(ours.state_dict())
    update_weights(ours, ["0"], rank=2, alpha=4)
    settings = peft.LoraConfig(r=2, lora_alpha=4, target_modules=["0"])
    peft.inject_adapter_in_model(settings, theirs)
    update = ours[0].parametrizations.weight[0]
    with torch.no_grad():
        update.b.normal_()
        theirs[0].lora_A["default"].weight.copy_(update.a)
        theirs[0].lora_B["default"].weight.copy_(update.b)
    x = torch.randn(5, 6)
    torch.testing.assert_close(ours(x), theirs(x))


def test_gradients_reach_the_update_only():
    model = Reads()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    update_weights(model, ["q_proj"], rank=1, alpha=1)
    model(torch.ones(1, 6)).sum().backward()
    reached = {name for name, p in model.named_parameters() if p.grad is not None}
    assert reached == {f"q_proj.parametrizations.weight.0.{x}" for x in "ab"}


def test_the_update_has_the_rank_that_was_asked():
    update = LowRank(8, 6, rank=2, alpha=1)
    nn.init.normal_(update.b)
    change = update(torch.zeros(8, 6))
    assert torch.linalg.matrix_rank(change) == 2
