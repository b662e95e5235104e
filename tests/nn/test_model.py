import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from malsori.balance.engines.split import Split
from malsori.balance.solvers.sum import Sum
from malsori.balance.weightings.static import Static
from malsori.errors import MalsoriError
from malsori.nn.batches import Batch
from malsori.nn.fusion import FUSIONS
from malsori.nn.model import Model
from malsori.nn.sharing import CutSharing
from malsori.registry import ComponentConfig
from malsori.schema import Task

TASKS = ["urgency", "sentiment"]


def batch_of(rows=6, seed=0):
    torch.manual_seed(seed)
    features = {"speech": torch.randn(rows, 5, 6), "text": torch.randn(rows, 3, 4)}
    masks = {n: torch.ones(v.shape[:2], dtype=torch.bool) for n, v in features.items()}
    masks["text"][0] = False
    masks["speech"][1] = False
    targets = {
        "urgency": torch.tensor([0, 1, 2, -1, -1, 2])[:rows],
        "sentiment": torch.tensor([-1, 3, 1, -1, 0, 2])[:rows],
    }
    return Batch(features, masks, targets, [str(i) for i in range(rows)])


@pytest.mark.parametrize("fusion", FUSIONS.kinds())
@pytest.mark.parametrize("loss_on", ["vote", "views", "both"])
@pytest.mark.parametrize("vote", ["logits", "probabilities"])
def test_shapes_finite_and_differentiable(make_model, fusion, loss_on, vote):
    model, batch = make_model(fusion, vote=vote, loss_on=loss_on), batch_of()
    output = model(batch)
    count = len(model.views)
    assert output.logits["urgency"].shape == (6, 2)
    assert output.probabilities["sentiment"].shape == (6, 4)
    assert output.views["sentiment"].shape == (6, count, 4)
    assert output.present.shape == (6, count)
    sum(loss.mean() for loss in model.loss(output, batch.targets).values()).backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_rows_without_a_label_do_not_count(make_model):
    model, batch = make_model().eval(), batch_of()
    losses = model.loss(model(batch), batch.targets)
    assert losses["urgency"].valid.tolist() == [True, True, True, False, False, True]
    assert losses["urgency"].values[3:5].tolist() == [0.0, 0.0]
    head, logits = model.head("urgency"), model(batch).logits["urgency"]
    rows = torch.tensor([0, 1, 2, 5])
    expected = head.loss(logits[rows], batch.targets["urgency"][rows])
    torch.testing.assert_close(losses["urgency"].values[rows], expected)
    torch.testing.assert_close(losses["urgency"].mean(), expected.mean())


def test_unlabelled_rows_get_no_gradient_from_the_task(make_model):
    model, batch = make_model().eval(), batch_of()
    batch.features["speech"].requires_grad_(True)
    losses = model.loss(model(batch), batch.targets)
    losses["urgency"].mean().backward()
    reached = batch.features["speech"].grad.abs().sum(dim=(1, 2)) > 0
    assert reached.tolist() == [True, False, True, False, False, True]


def test_a_task_without_a_label_is_absent(make_model):
    model, batch = make_model(), batch_of()
    batch.targets["sentiment"] = torch.full((6,), -1)
    assert list(model.loss(model(batch), batch.targets)) == ["urgency"]
    del batch.targets["urgency"]
    assert model.loss(model(batch), batch.targets) == {}


def test_a_row_depends_on_itself_alone(make_model):
    model, batch = make_model("late").eval(), batch_of()
    rows = torch.tensor([4, 1])
    part = Batch(
        {n: v[rows] for n, v in batch.features.items()},
        {n: v[rows] for n, v in batch.masks.items()},
    )
    whole, found = model(batch), model(part)
    for task in TASKS:
        torch.testing.assert_close(whole.logits[task][rows], found.logits[task])


def test_late_views_without_their_modality_have_no_vote(make_model):
    model, batch = make_model("late").eval(), batch_of()
    output = model(batch)
    assert output.present[:2].tolist() == [[True, False], [False, True]]
    torch.testing.assert_close(output.logits["urgency"][0], output.views["urgency"][0, 0])
    torch.testing.assert_close(output.logits["urgency"][2], output.views["urgency"][2].mean(0))


def test_loss_on_views_is_the_mean_over_voting_views_and_both_the_mean_of_both(make_model):
    batch = batch_of()
    found = {}
    for loss_on in ("vote", "views", "both"):
        torch.manual_seed(0)
        model = make_model("late", loss_on=loss_on).eval()
        output = model(batch)
        found[loss_on] = model.loss(output, batch.targets)["urgency"].values
    head, target = model.head("urgency"), batch.targets["urgency"]
    each = [head.loss(output.views["urgency"][:, v], target.clamp(min=0)) for v in range(2)]
    torch.testing.assert_close(found["views"][2], (each[0][2] + each[1][2]) / 2)
    torch.testing.assert_close(found["views"][0], each[0][0])
    torch.testing.assert_close(found["both"], (found["vote"] + found["views"]) / 2)


@pytest.mark.parametrize("fusion", FUSIONS.kinds())
def test_part_stands_where_the_tasks_part(make_model, fusion):
    model, batch = make_model(fusion).eval(), batch_of()
    split = Split(TASKS, Static(TASKS), Sum())
    plain, parted = model(batch), model(batch, split.part)
    gradients = []
    for output in (plain, parted):
        model.zero_grad()
        losses = {t: loss.mean() for t, loss in model.loss(output, batch.targets).items()}
        split.total(losses).backward()
        gradients.append([None if p.grad is None else p.grad.clone() for p in model.parameters()])
    assert split.last.tasks == tuple(TASKS)
    for one, two in zip(*gradients, strict=True):
        assert (one is None and two is None) or torch.equal(one, two)


class Halves(CutSharing):
    """Two shared tensors for each view, a penalty, and branches that training may close."""

    def __init__(self, in_dim, tasks):
        super().__init__(in_dim, tasks)
        self.trunks = nn.ModuleList([nn.Linear(in_dim, 16), nn.Linear(in_dim, 16)])
        self.out_dim, self.closed = 16, set()

    def shared(self, view):
        return [trunk(view) for trunk in self.trunks]

    def branches(self, copies):
        return {t: own[0] if t in self.closed else own[0] + own[1] for t, own in copies.items()}

    def penalty(self):
        return self.trunks[0].weight.square().sum()

    def structure(self):
        return {"closed": sorted(self.closed)} if self.closed else {}

    def restructure(self, structure):
        self.closed = set(structure.get("closed", ()))


@pytest.fixture
def halves(make_model):
    def make(fusion):
        made = make_model(fusion)
        sharings = {v: Halves(d, TASKS) for v, d in made.fusion.view_dims.items()}
        heads = {v: {t: made.head(t, v) for t in TASKS} for v in made.views}
        encoders = {m: made.encoders[m] for m in made.modalities}
        return Model(encoders, made.fusion, sharings, heads).eval()

    return make


@pytest.mark.parametrize("fusion", FUSIONS.kinds())
def test_part_gets_the_shared_tensors_of_all_views_one_by_one(halves, fusion):
    model, batch, seen = halves(fusion), batch_of(), []

    def part(*shared):
        seen.extend(shared)
        return {task: [x.clone() for x in shared] for task in TASKS}

    plain, parted = model(batch), model(batch, part)
    assert [tuple(x.shape) for x in seen] == [(6, 16)] * 2 * len(model.views)
    for task in TASKS:
        assert torch.equal(plain.logits[task], parted.logits[task])


def test_penalties_of_all_views_add_up_and_none_is_none(halves, make_model):
    model = halves("late")
    expected = sum(model.sharing(v).trunks[0].weight.square().sum() for v in model.views)
    torch.testing.assert_close(model.penalty(), expected)
    assert make_model("late").penalty() is None
    model.fusion.penalty = lambda: torch.tensor(2.0)
    torch.testing.assert_close(model.penalty(), expected + 2)


def test_a_changed_structure_travels_beside_the_weights(halves):
    torch.manual_seed(0)
    one, two, batch = halves("late"), halves("late"), batch_of()
    assert one.structure() == {}
    one.sharing("text").closed = {"urgency"}
    saved = json.loads(json.dumps(one.structure()))
    assert saved == {"text": {"closed": ["urgency"]}}
    two.restructure(saved)
    two.load_state_dict(one.state_dict())
    for task in TASKS:
        assert torch.equal(one(batch).logits[task], two(batch).logits[task])
    with pytest.raises(MalsoriError, match="a view 'video', and this model has speech, text"):
        two.restructure({"video": {}})


def test_heads_directly_on_the_view(make_model):
    model, batch = make_model("late", sharing=ComponentConfig(kind="none")).eval(), batch_of()
    assert list(model.shared_groups()) == ["fusion"]
    view = model.fusion(model._tokens(batch)).views[0]
    output = model(batch, lambda *shared: dict.fromkeys(TASKS, shared))
    assert torch.equal(output.views["urgency"][:, 0], model.head("urgency", "speech")(view))


def test_tied_heads_are_one_for_all_views(make_model, monkeypatch):
    monkeypatch.setattr(FUSIONS.load("late"), "tied", True)
    model, batch = make_model("late").eval(), batch_of()
    assert model.head("urgency", "speech") is model.head("urgency", "text")
    assert [k for k in model.state_dict() if k.startswith("heads.tied.urgency")] == [
        "heads.tied.urgency.last.weight", "heads.tied.urgency.last.bias",
    ]  # fmt: skip
    assert len(model.users()["head.urgency"].parameters) == 2
    model.set_priors({"urgency": np.array([0.6, 0.3, 0.1])})
    torch.testing.assert_close(
        model(batch).probabilities["urgency"], torch.tensor([[0.6, 0.3, 0.1]] * 6)
    )
    losses = model.loss(model(batch), batch.targets)
    sum(loss.mean() for loss in losses.values()).backward()
    assert all(p.grad.abs().sum() > 0 for p in model.head("sentiment").parameters())


def test_attention_of_the_fusion_is_handed_on(make_model):
    model, batch = make_model().eval(), batch_of()
    assert model(batch).attention is None
    attention = {"speech": torch.ones(6, 1, 1, 5)}
    forward = type(model.fusion).forward
    model.fusion.forward = lambda tokens: replace(
        forward(model.fusion, tokens), attention=attention
    )
    assert model(batch).attention is attention


def test_set_prior_is_skill_zero(make_model):
    for fusion in FUSIONS.kinds():
        model, batch = make_model(fusion), batch_of()
        model.set_priors({"urgency": np.array([0.6, 0.3, 0.1]), "sentiment": np.full(4, 0.25)})
        found = model(batch).probabilities
        torch.testing.assert_close(found["urgency"], torch.tensor([[0.6, 0.3, 0.1]] * 6))
        torch.testing.assert_close(found["sentiment"], torch.full((6, 4), 0.25))


def count(modules):
    return sum(p.numel() for module in modules for p in module.parameters())


@pytest.mark.parametrize("tasks", [1, 2, 5])
def test_hard_sharing_has_one_trunk_and_a_head_for_each_task(make_model, tasks):
    classes = tuple("abcd")
    asked = [Task(name=f"t{k}", kind="nominal", classes=classes) for k in range(tasks)]
    shared = make_model(tasks=tuple(asked))
    single = [make_model(tasks=(task,)) for task in asked]
    trunk = count([shared.fusion, *shared.sharings.values(), *shared.encoders.values()])
    heads = [count([shared.head(task.name)]) for task in asked]
    assert count([shared]) == trunk + sum(heads)
    assert count(single) == sum(trunk + head for head in heads)


def shared_parameters(model):
    return [p for group in model.shared_groups().values() for p in group]


def test_shared_parameters_are_everything_but_heads(make_model):
    model = make_model("late")
    shared = {id(p) for p in shared_parameters(model)}
    heads = {id(p) for p in model.heads.parameters()}
    assert shared == {id(p) for p in model.parameters()} - heads
    assert list(model.shared_groups()) == ["fusion", "sharing.speech", "sharing.text"]
    next(iter(model.fusion.parameters())).requires_grad_(False)
    assert len(shared_parameters(model)) == len(shared) - 1
    alone = make_model(tasks=(Task(name="t", kind="nominal", classes=("a", "b")),))
    assert shared_parameters(alone) == []


def test_state_round_trip(make_model):
    one, batch = make_model("late").eval(), batch_of()
    torch.manual_seed(9)
    two = make_model("late").eval()
    two.load_state_dict(one.state_dict())
    assert torch.equal(one(batch).logits["urgency"], two(batch).logits["urgency"])


def test_absent_modality_may_be_left_out_of_the_batch(make_model):
    model, batch = make_model().eval(), batch_of()
    only = Batch({"speech": batch.features["speech"]}, {"speech": batch.masks["speech"]})
    batch.masks["text"][:] = False
    torch.testing.assert_close(model(only).logits["urgency"], model(batch).logits["urgency"])


def test_wrong_parts_and_modalities_are_named(make_model):
    model, batch = make_model(), batch_of()
    batch.features["spech"] = batch.features["speech"]
    with pytest.raises(MalsoriError, match="did you mean 'speech'"):
        model(batch)
    heads = {"early": {t: model.head(t) for t in TASKS}}
    with pytest.raises(MalsoriError, match="the fusion has views"):
        Model({}, SimpleNamespace(view_dims={"early": 4, "x": 4}, tied=False), {}, heads)


def test_awkward_names_work(make_model):
    task = Task(name="type", kind="nominal", classes=("a", "b"))
    other = Task(name="v2.0", kind="nominal", classes=("a", "b"))
    model = make_model("late", (task, other), {"speech": 6, "items": 4})
    batch = batch_of()
    batch = Batch(
        {"speech": batch.features["speech"], "items": batch.features["text"]},
        {"speech": batch.masks["speech"], "items": batch.masks["text"]},
    )
    assert list(model(batch).logits) == ["type", "v2.0"]


def test_moving_a_batch_keeps_everything():
    batch = batch_of()
    moved = batch.to("cpu")
    assert moved.ids == batch.ids
    assert torch.equal(moved.targets["urgency"], batch.targets["urgency"])


@pytest.mark.parametrize("fusion", FUSIONS.kinds())
def test_bfloat16_autocast(make_model, fusion):
    model, batch = make_model(fusion), batch_of()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        losses = model.loss(model(batch), batch.targets)
    assert all(loss.values.dtype == torch.float32 for loss in losses.values())
    sum(loss.mean() for loss in losses.values()).backward()


OTHERS = (
    Task(name="symptom", kind="multilabel", classes=("열", "통증")),
    Task(name="valence", kind="regression", low=1, high=5),
    Task(name="urgency", kind="ordinal", classes=("low", "mid", "high")),
)


@pytest.mark.parametrize("fusion", ["early", "late"])
@pytest.mark.parametrize("loss_on", ["vote", "views", "both"])
@pytest.mark.parametrize("vote", ["logits", "probabilities"])
def test_every_kind_of_task_learns_from_its_own_labelled_rows(make_model, fusion, loss_on, vote):
    model, batch = make_model(fusion, OTHERS, vote=vote, loss_on=loss_on), batch_of()
    nan = float("nan")
    batch.targets = {
        "symptom": torch.tensor([[1, 0], [-1, -1], [0, 0], [1, 1], [0, 1], [-1, -1]]).to(
            torch.int8
        ),
        "valence": torch.tensor([nan, 2.0, 3.5, nan, 1.0, 5.0]),
        "urgency": torch.full((6,), -1),
    }
    output = model(batch)
    assert {t: p.shape[1] for t, p in output.probabilities.items()} == {
        "symptom": 2, "valence": 1, "urgency": 3,
    }  # fmt: skip
    losses = model.loss(output, batch.targets)
    assert list(losses) == ["symptom", "valence"]
    assert losses["symptom"].valid.tolist() == [True, False, True, True, True, False]
    assert losses["valence"].valid.tolist() == [False, True, True, False, True, True]
    assert (losses["symptom"].values[[1, 5]] == 0).all()
    assert (losses["valence"].values[[0, 3]] == 0).all()
    sum(loss.mean() for loss in losses.values()).backward()
    assert all(torch.isfinite(p.grad).all() for p in model.parameters() if p.grad is not None)


def test_soft_labels_stand_for_hard_ones_where_there_are_any(make_model):
    model, batch = make_model(), batch_of()
    nan = [float("nan")] * 4
    soft = [nan, [0, 0.4, 0, 0.6], [0, 1, 0, 0], [0.5, 0.5, 0, 0], nan, [0, 0, 1, 0]]
    batch.soft = {"sentiment": torch.tensor(soft)}
    losses = model.loss(model(batch), batch.wanted)
    assert losses["sentiment"].valid.tolist() == [False, True, True, True, False, True]
    assert list(losses) == ["urgency", "sentiment"]
    moved = batch.to("cpu")
    torch.testing.assert_close(moved.soft["sentiment"], batch.soft["sentiment"], equal_nan=True)


def test_a_loss_that_is_not_one_number_a_row_is_refused(make_model, monkeypatch):
    model = make_model()
    head = model.head(TASKS[0])
    whole = type(head).loss
    monkeypatch.setattr(type(head), "loss", lambda self, x, y: whole(self, x, y).view(-1, 1))
    batch = batch_of()
    with pytest.raises(MalsoriError, match=rf"heads\.{TASKS[0]}: the loss of .* for \d+ rows"):
        model.loss(model(batch), batch.targets)


def test_a_fusion_must_give_what_its_view_dims_promise(make_model):
    model = make_model()
    name = next(iter(model.fusion.view_dims))
    model.fusion.view_dims = {name: model.fusion.view_dims[name] + 1}
    with pytest.raises(MalsoriError, match="gives views of shapes"):
        model(batch_of())
