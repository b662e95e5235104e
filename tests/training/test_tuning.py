"""Pretrained encoders in a run: frozen and stored, tuned, or with LoRA, by one line of a recipe."""

import numpy as np
import polars as pl
import pytest
import torch

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.encoders.pretrained import precision
from malsori.errors import MalsoriError
from malsori.nn.counts import Counts
from malsori.recipe import Recipe
from malsori.schema import Task
from malsori.signals.audio import Audio, audio_hash, write_audio
from malsori.training import Predictor, train
from malsori.training.building import build_encoders, build_model
from malsori.training.checkpoints import read_best
from malsori.training.optimizing import make_optimizer, parameter_counts

MOOD = Task(name="mood", kind="nominal", classes=("low", "high"))


@pytest.fixture(autouse=True)
def one_thread(monkeypatch):
    """A frozen model takes every core; tests run beside each other, and would fight for them."""
    monkeypatch.setattr(precision, "cores", lambda: 1)


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Forty tones in noise; high and low ones are to be told apart."""
    folder = tmp_path_factory.mktemp("calls")
    rows = []
    for i in range(40):
        rng = np.random.default_rng(i)
        time = np.arange(3200 + 40 * i) / 8000
        wave = 0.3 * np.sin(2 * np.pi * (150, 700)[i % 2] * time) + 0.02 * rng.normal(
            size=len(time)
        )
        audio = Audio((np.rint(wave * 32768) / 32768).astype(np.float32), 8000)
        write_audio(folder / f"{i}.wav", audio)
        rows.append(
            {"id": f"call-{i}", "speaker": f"caller-{i // 4}", "audio": f"{i}.wav",
             "audio_hash": audio_hash(audio), "sample_rate": 8000, "duration": audio.duration,
             "label.mood": MOOD.classes[i % 2]}
        )  # fmt: skip
    spec = CorpusSpec(name="tones", adapter="table", tasks=(MOOD,), audio_root=str(folder))
    corpus = write_corpus(folder / "corpus", spec, pl.DataFrame(rows))
    make_split(corpus, "by-speaker", by=["speaker"])
    return corpus


def recipe_of(calls, model, tune, **more) -> Recipe:
    speech = {"kind": "wav2vec2", "model": str(model), "tune": tune, "precision": "float32"}
    return Recipe.parse(
        {
            "corpus": {"path": str(calls.path), "split": "by-speaker"},
            "tasks": ["mood"],
            "encoders": {"speech": {**speech, **more}},
            "training": {"epochs": 2, "batch_size": 8, "threads": 1},
        }
    )


def encoder_weights(run) -> dict[str, torch.Tensor]:
    """The speech model's weights in a finished run."""
    return {
        k.partition("hearing.model.")[2]: v
        for k, v in read_best(run)[0].items()
        if "hearing.model." in k
    }


def model_of(recipe):
    encoders = build_encoders(recipe)
    widths = {m: e.width or 16 for m, e in encoders.items()}
    counts = {"mood": Counts(20, (10, 10))}
    return build_model(recipe, {"mood": MOOD}, encoders, widths, counts)


@pytest.mark.parametrize("tune", ["all", "last:1", "lora:2"])
def test_what_is_trained_moves_and_nothing_else(calls, tiny_model, tmp_path, tune, capsys):
    recipe = recipe_of(calls, tiny_model("wav2vec2"), tune, lr=1e-3)
    fresh = model_of(recipe)
    before = {k.partition("hearing.model.")[2]: v.clone() for k, v in fresh.state_dict().items()
              if "hearing.model." in k}  # fmt: skip
    trained = {k.partition("hearing.model.")[2] for k, p in fresh.named_parameters()
               if "hearing.model." in k and p.requires_grad}  # fmt: skip
    run = train(recipe, tmp_path / "run", workers=1)
    after = encoder_weights(run)
    moved = {k for k in before if not torch.equal(before[k], after[k])}
    assert moved, "nothing was trained"
    assert moved <= trained
    assert not any(k.startswith("feature_extractor.") for k in moved)
    if tune == "last:1":
        assert all(k.startswith("encoder.layers.1.") for k in moved)
    if tune == "lora:2":
        assert all("lora_" in k for k in moved)
    told = parameter_counts(fresh)["encoders.speech"]
    assert f"encoders.speech {told[0]:,}" in capsys.readouterr().err


def test_an_encoder_that_is_trained_in_name_only_is_refused(
    calls, tiny_model, tmp_path, monkeypatch
):
    # peft's updates of WavLM's attention are never used: its layers are read, not called.
    recipe = recipe_of(calls, tiny_model("wavlm"), "lora:2", kind="wavlm")
    assert train(recipe, tmp_path / "run", workers=1).finished
    monkeypatch.setattr("malsori.encoders.pretrained.tuning._UNCALLED", ())
    with pytest.raises(MalsoriError, match=r"no gradient has reached any of its 512 trained"):
        train(recipe, tmp_path / "in-name-only", workers=1)


def test_a_frozen_encoder_is_no_part_of_the_network(calls, tiny_model, tmp_path):
    recipe = recipe_of(calls, tiny_model("wav2vec2"), "frozen")
    run = train(recipe, tmp_path / "run", store=tmp_path / "store", workers=1)
    assert parameter_counts(model_of(recipe))["encoders.speech"] == (0, 0)
    assert run.finished


def test_the_encoder_has_a_learning_rate_of_its_own(calls, tiny_model):
    recipe = recipe_of(calls, tiny_model("wav2vec2"), "all", lr=3e-5)
    model = model_of(recipe)
    groups = make_optimizer(model, recipe.training.optimizer).param_groups
    of_encoder = {id(p) for p in model.encoders.parameters() if p.requires_grad}
    for group in groups:
        expected = {3e-5} if {id(p) for p in group["params"]} & of_encoder else {1e-3, 3e-5}
        assert group["base_lr"] in expected
    assert sum(len(g["params"]) for g in groups if g["base_lr"] == 3e-5) == len(of_encoder)


def test_a_tuned_run_continues_to_the_same_bits(calls, tiny_model, tmp_path, monkeypatch):
    recipe = recipe_of(calls, tiny_model("wav2vec2"), "last:1", lr=1e-3)
    whole = train(recipe, tmp_path / "whole", workers=1)

    from malsori.training.loop import Loop

    steps = Loop.step

    def stop(self, rows):
        if self.progress.step == 5:
            self.hooks[-1].save(self)
            raise KeyboardInterrupt
        steps(self, rows)

    monkeypatch.setattr(Loop, "step", stop)
    with pytest.raises(KeyboardInterrupt):
        train(recipe, tmp_path / "cut", workers=1)
    monkeypatch.setattr(Loop, "step", steps)
    cut = train(recipe, tmp_path / "cut", workers=1)
    one, two = (encoder_weights(r) for r in (whole, cut))
    assert one.keys() == two.keys()
    assert all(torch.equal(one[k], two[k]) for k in one)


def test_a_tuned_run_predicts_a_file(calls, tiny_model, tmp_path):
    run = train(recipe_of(calls, tiny_model("wav2vec2"), "last:1"), tmp_path / "run", workers=1)
    answer = Predictor.load(run.path).predict_files([calls.path.parent / "3.wav"])[0]
    assert answer.labels["mood"] in MOOD.classes
