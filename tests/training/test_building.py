import pytest

from malsori.errors import MalsoriError
from malsori.nn.fusion import FUSIONS
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.training.building import (
    build_encoders,
    build_model,
    check_recipe,
    head_of,
    made_up_counts,
)

TASKS = {
    "urgency": Task(name="urgency", kind="ordinal", classes=("low", "mid", "high")),
    "sentiment": Task(name="sentiment", kind="nominal", classes=("neg", "neu", "pos")),
}


def model_of(*changes):
    recipe = Recipe.load("demo", ["encoders.text.buckets=64", *changes])
    encoders = build_encoders(recipe)
    widths = {m: e.width or 16 for m, e in encoders.items()}
    return build_model(recipe, TASKS, encoders, widths, made_up_counts(TASKS))


def test_a_fusion_may_tie_its_heads_over_views(monkeypatch):
    apart = model_of("fusion.kind=late")
    monkeypatch.setattr(FUSIONS.load("late"), "tied", True)
    tied = model_of("fusion.kind=late")
    assert tied.head("urgency", "speech") is tied.head("urgency", "text")
    numbers = [sum(p.numel() for p in model.heads.parameters()) for model in (apart, tied)]
    assert numbers[0] == 2 * numbers[1]


def test_tied_heads_need_views_of_one_size(monkeypatch):
    monkeypatch.setattr(FUSIONS.load("late"), "tied", True)
    changes = ["fusion.kind=late", "sharing.kind=none"]
    assert model_of(*changes).head("urgency").dim == 128
    make = FUSIONS.load("late").__init__

    def uneven(self, dims, **options):
        make(self, dims, **options)
        self.view_dims = {view: 8 + i for i, view in enumerate(self.view_dims)}

    monkeypatch.setattr(FUSIONS.load("late"), "__init__", uneven)
    with pytest.raises(MalsoriError, match="of different sizes: speech 8, text 9"):
        model_of(*changes)


def test_a_head_without_a_kind_is_of_its_tasks_kind():
    recipe = Recipe.load("demo", ["heads.urgency.hidden=8", "heads.sentiment.loss.tau=0.5",
                                  "heads.sentiment.loss.kind=logit_adjusted"])  # fmt: skip
    assert head_of(recipe, TASKS["urgency"]).options["hidden"] == 8
    assert head_of(recipe, TASKS["urgency"]).kind == "ordinal"
    loss = head_of(recipe, TASKS["sentiment"]).options["loss"]
    assert loss == {"kind": "logit_adjusted", "tau": 0.5}
    changed = Recipe.load("demo", ["heads.sentiment.thresholds=shared"])
    with pytest.raises(MalsoriError, match=r"heads\.sentiment\.thresholds: no such option"):
        head_of(changed, TASKS["sentiment"])


@pytest.mark.parametrize("loss", ["logit_adjusted", "binary_cross_entropy", "huber"])
def test_a_recipe_is_checked_though_nobody_knows_its_tasks(loss):
    check_recipe(Recipe.load("demo", [f"heads.sentiment.loss.kind={loss}"]), {})


def test_counts_reach_the_loss():
    model = model_of("heads.sentiment.loss.kind=logit_adjusted")
    assert model.head("sentiment").criterion.shift.exp().tolist() == pytest.approx([1 / 3] * 3)
