import pytest

from malsori.errors import MalsoriError
from malsori.recipe import BUILT_IN, Recipe


@pytest.fixture(scope="module")
def encoders(example_named):
    return example_named("encoders")


def test_without_data_it_says_what_to_do(encoders, run, monkeypatch):
    monkeypatch.delenv("MALSORI_DATA", raising=False)
    with pytest.raises(SystemExit, match="MALSORI_DATA"):
        run(encoders)


def test_every_network_is_a_valid_recipe_of_its_own(encoders):
    loaded = {
        name: Recipe.load(BUILT_IN / "emotiontts.yaml", changes)
        for name, changes in encoders.NETWORKS.items()
    }
    assert all(list(recipe.encoders) == ["speech"] for recipe in loaded.values())
    assert len({str(recipe.encoders) for recipe in loaded.values()}) == len(loaded)


def test_an_unreadable_file_is_named(encoders, tmp_path):
    with pytest.raises(MalsoriError, match="nothing"):
        encoders.features_of([str(tmp_path / "nothing.wav")])


@pytest.mark.slow
@pytest.mark.usefixtures("emotiontts_data")
def test_all_of_it_on_generated_voices(encoders, run, capsys):
    scores = [r for r in run(encoders) if "model" in r]  # the others are differences
    uar = {r["model"]: r for r in scores if (r["metric"], r["part"]) == ("uar", "all")}
    assert set(encoders.NETWORKS) < set(uar)
    assert {r["n"] for r in uar.values()} == {144}
    assert uar["SVM, acoustic, functionals"]["value"] > 0.9
    assert "paired with the SVM" in capsys.readouterr().out
