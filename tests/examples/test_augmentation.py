import json
import sys

import numpy as np
import polars as pl
import pytest

from malsori.signals.audio import Audio, write_audio

EMOTIONS = ("neutral", "happy", "sad", "angry")


@pytest.fixture
def small(example_named, tmp_path, monkeypatch):
    """Twelve speakers say a word in each emotion; three folds, one epoch."""
    root = tmp_path / "data" / "emotiontts"
    root.mkdir(parents=True)
    rng, time = np.random.default_rng(0), np.arange(4800) / 8000
    rows = []
    for speaker in range(12):
        for e, emotion in enumerate(EMOTIONS):
            sound = (0.1 + 0.1 * e) * np.sin(2 * np.pi * (120 + 100 * (speaker % 2)) * time)
            sound *= (1 + np.sin(2 * np.pi * (4 + e) * time)) / 2
            name = f"{speaker}-{emotion}.wav"
            noisy = sound + rng.normal(0, 0.01, len(time))
            write_audio(root / name, Audio(noisy.astype(np.float32), 8000))
            gender = "male" if speaker % 2 else "female"
            rows.append((name, name, f"말 {speaker} {e}", emotion, gender, f"s{speaker}", "all"))
    heads = ["id", "audio", "text", "emotion", "gender", "speaker", "subset"]
    pl.DataFrame(rows, schema=heads, orient="row").write_csv(root / "utterances.csv")
    monkeypatch.setenv("MALSORI_DATA", str(root.parent))
    shared = example_named("_cross_validation")
    monkeypatch.setattr(shared, "QUICK", ["training.epochs=1", "fusion.dim=8", "sharing.dim=8"])
    monkeypatch.setattr(example_named("emotiontts"), "FOLDS", 3)
    return example_named("augmentation")


@pytest.mark.slow
def test_every_model_hears_every_condition(small, tmp_path, monkeypatch):
    numbers = tmp_path / "numbers.json"
    call = ["augmentation.py", "--quick", "--out", str(tmp_path / "out"), "--workers", "1"]
    monkeypatch.setattr(sys, "argv", [*call, "--json", str(numbers)])
    small.main()
    results = json.loads(numbers.read_text())["results"]
    scores = {(r["table"], r["model"]): r for r in results if r.get("metric") == "uar"
              and "model" in r}  # fmt: skip
    assert len(scores) == len(small.MODELS) * len(small.HEARD)
    assert {r["n"] for r in scores.values()} == {48}
    assert len({r["value"] for r in scores.values()}) > 3


def test_every_model_is_a_recipe(example_named):
    from malsori.recipe import Recipe

    models = example_named("augmentation").MODELS
    recipes = {name: Recipe.load("emotiontts", changes) for name, changes in models.items()}
    assert "speech" not in recipes["as recorded"].augment
    for name in list(models)[1:]:
        assert recipes[name].augment["speech"].copies == 2
