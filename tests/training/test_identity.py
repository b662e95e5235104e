import shutil

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.training import Predictor, Run, train
from malsori.training.building import build_encoders
from malsori.training.identity import check_encoders, fingerprints, with_models_found
from malsori.training.tiny import tiny_corpus

TEXT = {"text": "빨리 와 주세요 7 번지예요"}
# The toy's vocabulary has no numbers, and so many texts are one to it.
ALLOW = ["duplicate"]


@pytest.fixture
def project(tmp_path, tiny_model, monkeypatch):
    """A folder with a model, where commands are called."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(tiny_model("electra"), tmp_path / "models" / "electra")
    tiny_corpus(tmp_path / "corpus")
    return tmp_path


def recipe_of(project, **options) -> Recipe:
    data = {
        "corpus": {"path": str(project / "corpus"), "split": "by-speaker"},
        "tasks": ["urgency"],
        "training": {"epochs": 2, "threads": 1},
    }
    text = {"kind": "transformer", "model": "models/electra", "precision": "float32", **options}
    return Recipe.parse({**data, "encoders": {"text": text}})


def change_weights(project) -> None:
    path = project / "models" / "electra" / "model.safetensors"
    weights = load_file(path)
    for value in weights.values():
        value.mul_(1.5)
    save_file(weights, path, {"format": "pt"})


def test_other_weights_in_the_folder_are_refused(project):
    run = train(recipe_of(project), "run", allow=ALLOW, workers=1)
    assert Predictor.load("run").predict(TEXT).labels
    change_weights(project)
    with pytest.raises(
        MalsoriError, match=r"models/electra is not what .* weights \w{12} → \w{12}"
    ):
        Predictor.load(run.path)


def test_an_interrupted_run_does_not_go_on_with_other_weights(project, monkeypatch):
    from malsori.training.loop import Loop

    def interrupt(self):
        self.hooks[-1].save(self)
        raise KeyboardInterrupt

    recipe = recipe_of(project)
    with monkeypatch.context() as patch:
        patch.setattr(Loop, "end_epoch", interrupt)
        with pytest.raises(KeyboardInterrupt):
            train(recipe, "run", allow=ALLOW, workers=1)
    change_weights(project)
    with pytest.raises(MalsoriError, match="is not what this run was trained with"):
        train(recipe, "run", allow=ALLOW, workers=1)


def test_a_model_is_found_from_elsewhere(project, monkeypatch, tmp_path_factory):
    run = train(recipe_of(project), "runs/first", allow=ALLOW, workers=1)
    expected = Predictor.load("runs/first").predict(TEXT).probabilities
    path = run.path.resolve()
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert Predictor.load(path).predict(TEXT).probabilities == expected
    run = Run.open(path)
    found = with_models_found(run.recipe, run).encoders["text"].model
    assert found == str(project / "models" / "electra")


def test_another_precision_is_no_other_model(project):
    run = train(recipe_of(project), "run", allow=ALLOW, workers=1)
    lower = build_encoders(recipe_of(project, precision="bfloat16"))
    check_encoders(run, lower)
    with pytest.raises(MalsoriError, match="pool cls → mean"):
        check_encoders(run, build_encoders(recipe_of(project, pool="mean")))


def test_a_run_of_an_earlier_version_passes(project):
    run = train(recipe_of(project), "run", allow=ALLOW, workers=1)
    run.update(encoders={})
    check_encoders(run, build_encoders(recipe_of(project, pool="mean")))


def test_fingerprints_are_as_json_gives_them_back(project):
    assert fingerprints(build_encoders(recipe_of(project)))["text"]["clean"] == ["nfc", "spaces"]


def test_held_out_signals_are_read_no_more_often_than_needed(project):
    """A trained encoder's signals are read anew each time; text alone must not read audio."""
    from malsori.corpus.corpus import Corpus
    from malsori.training.choosing import choose_for
    from malsori.training.inference import predict_examples
    from malsori.training.preparing import prepare_examples, store_of

    run = train(recipe_of(project), "run", allow=ALLOW, workers=1)
    recipe, corpus = run.recipe, Corpus.open(project / "corpus")
    encoders = build_encoders(recipe)
    chosen = choose_for(recipe, corpus, encoders)
    examples = prepare_examples(recipe, corpus, encoders, store_of(corpus, None), chosen)
    reads = np.zeros(len(examples), int)
    fetch = examples.fetch["text"]

    def counted(row):
        reads[row] += 1
        return fetch(row)

    examples.fetch["text"] = counted
    predict_examples(Predictor.load("run").model, examples, run.tasks)
    held_out = np.isin(examples.split, ["validation", "test"])
    assert set(reads[held_out]) == {2}  # whether it is there, and once to answer
    keep = {"text": np.zeros(3, bool)}
    before = reads.sum()
    examples.batch(np.arange(3), keep)
    assert reads.sum() == before
