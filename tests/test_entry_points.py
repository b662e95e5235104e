"""Kinds from other packages: a fusion that no file here knows, and packages that are broken."""

import json

import pytest
import torch
from typer.testing import CliRunner

from malsori.cli import app
from malsori.encoders.tokens import Tokens
from malsori.errors import MalsoriError
from malsori.nn.fusion import FUSIONS
from malsori.nn.sharing import SHARINGS
from malsori.recipe import Recipe
from malsori.recipe_schema import json_schema
from malsori.registry import ComponentConfig
from malsori.training import Predictor, train
from malsori.training.tiny import tiny_corpus

GATED = '''
import torch
from torch import nn
from malsori.nn.fusion import Fused, Fusion
from malsori.nn.fusion.base import Summaries

class Gated(Fusion):
    """One view: the modalities weighed by a gate for each utterance."""

    def __init__(self, dims, *, dim: int = 16) -> None:
        super().__init__(dims)
        self.summaries = Summaries(dims, dim, "mean", 0.1)
        self.gate = nn.Linear(dim, 1)
        self.view_dims = {"gated": dim}

    def forward(self, tokens):
        rows = self.check(tokens)
        vectors = torch.stack(self.summaries(tokens, rows)[0], dim=1)
        weights = torch.softmax(self.gate(vectors), dim=1)
        present = torch.stack([each.present for each in tokens.values()]).any(dim=0)
        view = (weights * vectors).sum(dim=1)
        attention = {"gate": weights.transpose(1, 2).unsqueeze(1)}
        return Fused([view], present.unsqueeze(1), ["gated"], attention)
'''


@pytest.fixture
def package(tmp_path):
    (tmp_path / "gated_of_a_test.py").write_text(GATED, encoding="utf-8")
    return tmp_path


def test_a_fusion_of_another_package_is_found_and_used(add_kind, package):
    add_kind("malsori.fusions", "gated_test", "gated_of_a_test:Gated", package)
    assert "gated_test" in FUSIONS.kinds()
    assert FUSIONS.about("gated_test") == "from another 1.5"
    fusion = FUSIONS.build(ComponentConfig(kind="gated_test", dim=8), {"text": 4})
    tokens = {"text": Tokens(torch.randn(2, 3, 4), torch.ones(2, 3).bool())}
    assert fusion(tokens).views[0].shape == (2, 8)
    with pytest.raises(MalsoriError, match=r"fusion\.dmi: no such option .*'dim'"):
        Recipe.load("demo", ["fusion.kind=gated_test", "fusion.dmi=8"])
    recipe = Recipe.load("demo", ["fusion.kind=gated_test"])
    assert recipe.fusion.options == {"dim": 16}
    kinds = {s["properties"]["kind"]["const"] for s in choices(json_schema())}
    assert {"early", "late", "gated_test"} <= kinds


def test_it_trains_in_a_recipe_and_is_loaded_again(add_kind, package, tmp_path):
    add_kind("malsori.fusions", "gated_test", "gated_of_a_test:Gated", package)
    data = tiny_corpus(tmp_path / "corpus").data()
    recipe = Recipe.parse({**data, "fusion": {"kind": "gated_test", "dim": 8}})
    run = train(recipe, tmp_path / "run")
    assert run.recipe.fusion.options == {"dim": 8}
    assert type(Predictor.load(run.path).model.fusion).__name__ == "Gated"


def choices(schema):
    return schema["properties"]["fusion"]["anyOf"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("no_such_module_of_a_test:Gated", "ModuleNotFoundError: No module named"),
        ("gated_of_a_test:Gatd", "AttributeError: .*has no attribute 'Gatd'"),
        ("gated_of_a_test:torch", "gated_of_a_test:torch is no class"),
        ("gated_of_a_test:Summaries", "gated_of_a_test:Summaries is no Fusion"),
    ],
)
def test_a_broken_package_is_named_and_breaks_nothing_else(add_kind, package, value, why):
    add_kind("malsori.fusions", "gated_test", value, package)
    said = rf"fusion\.kind: 'gated_test' of the package another 1\.5.*{why}"
    with pytest.raises(MalsoriError, match=said):
        Recipe.load("demo", ["fusion.kind=gated_test"])
    assert Recipe.load("demo").fusion.kind == "early"
    found = {s["properties"]["kind"]["const"]: s for s in choices(json_schema())}
    assert "another 1.5" in found["gated_test"]["description"]
    assert "dim" in found["early"]["properties"]


def test_a_name_that_is_taken_is_refused_with_both_origins(add_kind, package):
    add_kind("malsori.fusions", "early", "gated_of_a_test:Gated", package)
    assert FUSIONS.kinds().count("early") == 1
    message = (
        r"fusion\.kind: 'early' comes from malsori \(malsori\.nn\.fusion\.early\) "
        r"and from another 1\.5 \(gated_of_a_test:Gated\)"
    )
    with pytest.raises(MalsoriError, match=message):
        Recipe.load("demo")
    assert Recipe.load("demo", ["fusion.kind=late"]).fusion.kind == "late"


def test_two_packages_with_one_name_are_refused_too(add_kind, package):
    add_kind("malsori.fusions", "gated_test", "gated_of_a_test:Gated", package)
    add_kind("malsori.fusions", "gated_test", "other:Gated", package="further")
    with pytest.raises(MalsoriError, match=r"from further 1\.5 .*and from another 1\.5"):
        FUSIONS.load("gated_test")


def test_other_families_are_not_concerned(add_kind, package):
    add_kind("malsori.fusions", "gated_test", "gated_of_a_test:Gated", package)
    assert "gated_test" not in SHARINGS.kinds()


def test_the_command_line_lists_it(add_kind, package):
    add_kind("malsori.fusions", "gated_test", "gated_of_a_test:Gated", package)
    shown = CliRunner().invoke(app, ["recipe", "kinds", "--json"])
    listed = json.loads(shown.stdout)
    assert listed["fusion"]["gated_test"] == "from another 1.5"
    assert listed["heads.TASK.loss"]["logit_adjusted"].startswith("Cross-entropy for classes")
    assert "  gated_test" in CliRunner().invoke(app, ["recipe", "kinds"]).stdout


def test_a_misspelt_group_is_told(add_kind, package):
    add_kind("malsori.fusion", "gated_lost", "gated_of_a_test:Gated", package)
    with pytest.raises(MalsoriError) as error:
        FUSIONS.load("gated_lost")
    assert "adds 'gated_lost' to 'malsori.fusion'" in error.value.hint
    assert "did you mean 'malsori.fusions'?" in error.value.hint
    told = CliRunner().invoke(app, ["recipe", "kinds"])
    assert "not listed: the package another adds 'gated_lost'" in told.stderr


def test_a_run_without_the_package_of_a_kind_names_it(add_kind, package, tmp_path, monkeypatch):
    recipe = tiny_corpus(tmp_path / "corpus")
    with monkeypatch.context():
        add_kind("malsori.fusions", "gated_gone", "gated_of_a_test:Gated", package)
        fusion = FUSIONS.validate(ComponentConfig(kind="gated_gone"), "fusion")
        run = train(recipe.model_copy(update={"fusion": fusion}), tmp_path / "run")
        assert run.state["packages"] == {"gated_gone": "another 1.5"}
    monkeypatch.undo()
    with pytest.raises(MalsoriError, match="no kind 'gated_gone'") as error:
        _ = run.recipe
    assert error.value.hint == (
        "it was trained with another 1.5 (for gated_gone); install that here"
    )
