"""A sharing without a cut trains through `Model`, which knows nothing of it."""

from pathlib import Path

import pytest
import torch

from malsori.errors import MalsoriError
from malsori.nn.batches import Batch
from malsori.recipe import Recipe
from malsori.registry import ComponentConfig
from malsori.training.building import check_recipe


@pytest.fixture(autouse=True)
def another(add_kind):
    add_kind("malsori.sharings", "tests_mmoe", "mmoe:MMoE", Path(__file__).parent)


@pytest.fixture
def model(make_model):
    return make_model("late", sharing=ComponentConfig(kind="tests_mmoe", dim=16))


@pytest.fixture
def batch():
    urgency, sentiment = torch.arange(24) % 3, torch.arange(24) % 4
    features = {
        "speech": torch.randn(24, 2, 6) + 2 * torch.eye(6)[urgency].unsqueeze(1),
        "text": torch.randn(24, 3, 4) + 2 * torch.eye(4)[sentiment].unsqueeze(1),
    }
    masks = {m: torch.ones(x.shape[:2], dtype=torch.bool) for m, x in features.items()}
    return Batch(features, masks, {"urgency": urgency, "sentiment": sentiment})


def test_it_learns_with_a_plain_backward_pass(model, batch):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    seen = []
    for _ in range(60):
        losses = model.loss(model(batch), batch.wanted)
        total = sum(loss.mean() for loss in losses.values())
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        seen.append(total.item())
    assert seen[-1] < 0.3 * seen[0]


def test_what_is_shared_are_the_experts_and_not_the_gates(model):
    groups = model.shared_groups()
    assert list(groups) == ["fusion", "sharing.speech", "sharing.text"]
    assert [id(p) for p in groups["sharing.text"]] == [
        id(p) for p in model.sharing("text").experts.parameters()
    ]
    gate = model.users()["sharing.text.gate.urgency"]
    assert gate.tasks == ("urgency",)


def test_an_engine_that_needs_a_cut_is_refused_in_one_sentence(model, batch):
    with pytest.raises(MalsoriError, match="MMoE has no one place where the tasks part"):
        model(batch, lambda *shared: dict.fromkeys(model.tasks, shared))
    recipe = Recipe.load("demo", ["sharing.kind=tests_mmoe"])
    with pytest.raises(MalsoriError, match=r"sharing\.kind: tests_mmoe has no one place"):
        check_recipe(recipe, {})
