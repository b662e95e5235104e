import polars as pl
import pytest


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_every_model_hears_every_condition(example_named, run, voices, tmp_path, monkeypatch):
    (tmp_path / "emotiontts").mkdir()
    (tmp_path / "emotiontts" / "audio").symlink_to(voices / "emotiontts" / "audio")
    table = pl.read_csv(voices / "emotiontts" / "utterances.csv").gather_every(3)
    table.write_csv(tmp_path / "emotiontts" / "utterances.csv")
    monkeypatch.setenv("MALSORI_DATA", str(tmp_path))
    augmentation = example_named("augmentation")
    scores = {(r["table"], r["model"]): r for r in run(augmentation) if r.get("metric") == "uar"
              and "model" in r}  # fmt: skip
    assert len(scores) == len(augmentation.MODELS) * len(augmentation.HEARD)
    assert {r["n"] for r in scores.values()} == {48}
    assert len({r["value"] for r in scores.values()}) > 3


def test_every_model_is_a_recipe(example_named):
    from malsori.recipe import Recipe

    models = example_named("augmentation").MODELS
    recipes = {name: Recipe.load("emotiontts", changes) for name, changes in models.items()}
    assert "speech" not in recipes["as recorded"].augment
    for name in list(models)[1:]:
        assert recipes[name].augment["speech"].copies == 2
