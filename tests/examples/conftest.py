import importlib
import itertools
import json
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.signals.audio import Audio, write_audio

EXAMPLES = Path(__file__).parents[2] / "examples"
SHARED = ("_cross_validation", "reference_svm", "emotiontts", "mosi", "augmentation", "encoders",
          "families", "_tiny_models")  # fmt: skip


@pytest.fixture(scope="module")
def example_named():
    """Imports an example as its own script would, and forgets it and what it imports after."""
    sys.path.insert(0, str(EXAMPLES))
    before = {name: sys.modules.pop(name, None) for name in SHARED}
    yield importlib.import_module
    sys.path.remove(str(EXAMPLES))
    for name in SHARED:
        sys.modules.pop(name, None)
    sys.modules.update({name: module for name, module in before.items() if module})


@pytest.fixture(scope="module")
def shared(example_named):
    return example_named("_cross_validation")


@pytest.fixture
def small(shared, example_named, monkeypatch):
    """Three folds of one epoch."""
    monkeypatch.setattr(example_named("emotiontts"), "FOLDS", 3)
    monkeypatch.setattr(shared, "QUICK", ["training.epochs=1", "fusion.dim=8", "sharing.dim=8"])


@pytest.fixture
def run(shared, tmp_path, monkeypatch):
    """Runs an example as its script does, into ``out``, and gives the numbers that it wrote."""

    def running(example):
        numbers = tmp_path / "numbers.json"
        call = ["--quick", "--out", str(tmp_path / "out"), "--workers", "1"]
        monkeypatch.setattr(sys, "argv", ["example", *call, "--json", str(numbers)])
        shared.run_example(example.main, example.__doc__, "runs/example")
        return json.loads(numbers.read_text())["results"]

    return running


@pytest.fixture(scope="session")
def voices(tmp_path_factory):
    """144 buzzing voices: an emotion is louder, higher and faster than the one before it.

    Half of the twelve speakers read three texts in every emotion, the others some for each.
    """
    root = tmp_path_factory.mktemp("data") / "emotiontts"
    (root / "audio").mkdir(parents=True)
    rng, rows = np.random.default_rng(0), []
    emotions = list(enumerate(["neutral", "happy", "sad", "angry"]))
    for speaker, (e, emotion), text in itertools.product(range(12), emotions, "가나다"):
        time = np.arange(6400) / 8000
        f0 = (120 + 10 * speaker) * (1 + 0.2 * e)
        sound = (0.05 + 0.1 * e) * np.sign(np.sin(2 * np.pi * f0 * time))
        sound = sound * (1 + np.sin(2 * np.pi * (3 + e) * time)) / 2
        name = f"audio/{len(rows)}.wav"
        sound += rng.normal(0, 0.01, len(time))
        write_audio(root / name, Audio(sound.astype(np.float32), 8000))
        plain = speaker < 6
        words = f"{'불이 났어요' if plain else emotion} {text * 6}"
        subset = "plain-to-emotional" if plain else "emotional-to-emotional"
        gender = "male" if speaker % 2 else "female"
        rows.append((f"u{len(rows)}", name, words, emotion, gender, f"s{speaker}", subset))
    heads = ["id", "audio", "text", "emotion", "gender", "speaker", "subset"]
    pl.DataFrame(rows, schema=heads, orient="row").write_csv(root / "utterances.csv")
    return root.parent


@pytest.fixture
def emotiontts_data(voices, small, monkeypatch):
    """The voices stand in for the real corpus."""
    monkeypatch.setenv("MALSORI_DATA", str(voices))
