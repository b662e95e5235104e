import json
import sys

import numpy as np
import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.recipe import BUILT_IN, Recipe
from malsori.signals.audio import Audio, write_audio

EMOTIONS = ("neutral", "happy", "sad", "angry")
SPEAKERS, TEXTS = 9, 3


@pytest.fixture(scope="module")
def encoders(example_named):
    return example_named("encoders")


@pytest.fixture(scope="module")
def shared(example_named):
    return example_named("_cross_validation")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Buzzing voices: an emotion is louder, higher and faster than the one before it."""
    root = tmp_path_factory.mktemp("data") / "emotiontts"
    (root / "audio").mkdir(parents=True)
    rng, rows = np.random.default_rng(0), []
    for speaker, (e, emotion), text in (
        (s, e, t) for s in range(SPEAKERS) for e in enumerate(EMOTIONS) for t in range(TEXTS)
    ):
        time = np.arange(6400) / 8000
        f0 = (120 + 10 * speaker) * (1 + 0.2 * e)
        sound = (0.05 + 0.1 * e) * np.sign(np.sin(2 * np.pi * f0 * time))
        sound = sound * (1 + np.sin(2 * np.pi * (3 + e) * time)) / 2
        name = f"audio/{len(rows)}.wav"
        sound += rng.normal(0, 0.01, len(time))
        write_audio(root / name, Audio(sound.astype(np.float32), 8000))
        plain = speaker < SPEAKERS // 2
        words = f"{'불이 났어요' if plain else emotion} {'가나다라마바'[text] * 6}"
        subset = "plain-to-emotional" if plain else "emotional-to-emotional"
        gender = "male" if speaker % 2 else "female"
        rows.append((f"u{len(rows)}", name, words, emotion, gender, f"s{speaker}", subset))
    heads = ["id", "audio", "text", "emotion", "gender", "speaker", "subset"]
    pl.DataFrame(rows, schema=heads, orient="row").write_csv(root / "utterances.csv")
    return root.parent


def test_without_data_it_says_what_to_do(encoders, tmp_path, monkeypatch):
    monkeypatch.delenv("MALSORI_DATA", raising=False)
    monkeypatch.setattr(sys, "argv", ["encoders.py", "--out", str(tmp_path)])
    with pytest.raises(MalsoriError, match="MALSORI_DATA"):
        encoders.main()


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
def test_all_of_it_on_generated_voices(encoders, shared, data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MALSORI_DATA", str(data))
    monkeypatch.setattr(sys.modules["emotiontts"], "FOLDS", 3)
    small = ["training.epochs=1", "fusion.dim=8", "sharing.dim=8"]
    monkeypatch.setattr(shared, "QUICK", small)
    numbers = tmp_path / "numbers.json"
    call = ["encoders.py", "--quick", "--out", str(tmp_path / "out"), "--workers", "1"]
    monkeypatch.setattr(sys, "argv", [*call, "--json", str(numbers)])
    encoders.main()
    results = json.loads(numbers.read_text())["results"]
    scores = [r for r in results if "model" in r]  # the others are differences
    uar = {r["model"]: r for r in scores if (r["metric"], r["part"]) == ("uar", "all")}
    assert set(encoders.NETWORKS) < set(uar)
    assert {r["n"] for r in uar.values()} == {SPEAKERS * len(EMOTIONS) * TEXTS}
    assert uar["SVM, acoustic, functionals"]["value"] > 0.9
    assert "paired with the SVM" in capsys.readouterr().out
