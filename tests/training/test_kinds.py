"""Tasks of every kind learn together, from corpora that leave some of their labels out."""

import numpy as np
import polars as pl
import pytest

from malsori.corpus.corpus import Corpus
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.errors import MalsoriError
from malsori.evaluation.scoring import prior_of
from malsori.recipe import Recipe
from malsori.training import Predictor, evaluate_run, train
from malsori.training.tiny import EVERY_KIND, corpus_of_every_kind

EMOTION, URGENCY, SYMPTOM, VALENCE = TASKS = EVERY_KIND
RECIPES = {}


def opened(recipe):
    corpus = Corpus.open(recipe.corpus.path)
    RECIPES[corpus.path] = recipe
    return corpus


def recipe_of(corpus, /, **parts):
    return Recipe.parse({**RECIPES[corpus.path].data(), **parts})


def copied(corpus, folder, change):
    """The same corpus with other columns, and vectors that tell nothing."""
    rows = change(corpus.utterances.drop("features.voice"))
    spec = corpus.spec.model_copy(update={"features": {}})
    vectors = [np.full((1, 2), i, np.float32) for i in range(rows.height)]
    other = write_corpus(folder, spec, rows, features={"voice": vectors})
    make_split(other, "by-speaker", by=["speaker"], test=0.3, validation=0.2)
    place = {"path": str(folder), "split": "by-speaker"}
    return opened(recipe_of(corpus, corpus=place))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    return opened(corpus_of_every_kind(tmp_path_factory.mktemp("kinds") / "corpus"))


@pytest.fixture(scope="module")
def run(corpus, tmp_path_factory):
    return train(recipe_of(corpus), tmp_path_factory.mktemp("kinds") / "run")


def test_what_was_planted_is_learned_of_every_kind(run):
    found = evaluate_run(run, resamples=200)
    for task in TASKS:
        result = found.get("test", "voice", task.name)
        assert result.numbers["skill"].low > 0.1, task.name
        assert result.unlabelled > 0
    assert found.get("test", "voice", "valence").numbers["ccc"].value > 0.7
    assert found.get("test", "voice", "symptom").numbers["macro_f1"].value > 0.6


def test_of_labels_that_know_nothing_nothing_is_learned(tmp_path):
    recipe = corpus_of_every_kind(tmp_path / "corpus", informative=False)
    found = evaluate_run(train(recipe, tmp_path / "run"), resamples=50)
    for task in TASKS:
        assert abs(found.get("test", "voice", task.name).numbers["skill"].value) < 0.1, task.name


def test_training_starts_at_what_is_known_without_looking(run, corpus):
    first = run.history()[0]["train"]
    assert all(first[t.name]["prior_score"] > 0 for t in TASKS)
    split = dict(corpus.split("by-speaker").iter_rows())
    rows = [split[i] == "train" for i in corpus.utterances["id"]]
    for task in TASKS:
        expected = prior_of(task, corpus.labels(task.name)[rows])
        assert run.priors[task.name].tolist() == pytest.approx(expected.tolist())


def test_the_folder_says_everything_of_every_kind(run):
    assert run.tasks == {task.name: task for task in TASKS}
    frame = run.predictions()
    symptom = frame.filter(pl.col("task") == "symptom")
    assert symptom["target"].null_count() == symptom.height
    assert symptom["targets"].list.len().drop_nulls().unique().to_list() == [3]
    assert symptom["values"].null_count() == 0
    valence = frame.filter(pl.col("task") == "valence")
    assert valence["probabilities"].null_count() == valence.height
    assert valence["value"].is_between(1, 5).all()
    assert 0 < valence["target"].null_count() < valence.height
    emotion = frame.filter(pl.col("task") == "emotion")
    assert emotion["targets"].null_count() == emotion.height


def test_gradients_of_every_kind_are_measured_and_balanced(corpus, tmp_path):
    recipe = recipe_of(
        corpus,
        balance={"weighting": {"kind": "norm_matched"}, "solver": {"kind": "pcgrad"},
                 "monitor": {"every": 10}},
        training={"epochs": 2, "batch_size": 32, "threads": 1},
    )  # fmt: skip
    rows = train(recipe, tmp_path / "run").gradient_rows()
    assert set(rows["task_i"]) | set(rows["task_j"]) == {task.name for task in TASKS}
    assert rows["inner"].is_finite().all()


@pytest.mark.parametrize("over", ["logits", "probabilities"])
def test_several_views_vote_on_every_kind(corpus, tmp_path, over):
    recipe = recipe_of(
        corpus,
        fusion={"kind": "late"},
        vote={"over": over, "loss_on": "both"},
        training={"epochs": 1, "batch_size": 64, "threads": 1},
    )
    assert train(recipe, tmp_path / "run").finished


def test_single_answers_equal_the_runs_own_predictions(run, corpus):
    predictor = Predictor.load(run.path)
    frame = run.predictions().filter(pl.col("split") == "test")
    row = next(r for r in corpus.utterances.iter_rows(named=True) if r["id"] == frame["id"][0])
    answer = predictor.predict({"voice": corpus.signal(row, "features", "voice")})
    mine = {r["task"]: r for r in frame.filter(pl.col("id") == row["id"]).iter_rows(named=True)}
    assert answer.labels["valence"] == pytest.approx(mine["valence"]["value"], abs=1e-5)
    assert "valence" not in answer.probabilities
    said = [c for c, yes in zip(SYMPTOM.classes, mine["symptom"]["values"], strict=True) if yes]
    assert answer.labels["symptom"] == said
    shares = list(answer.probabilities["symptom"].values())
    assert shares == pytest.approx(mine["symptom"]["probabilities"], abs=1e-6)
    assert answer.labels["emotion"] == EMOTION.classes[int(mine["emotion"]["value"])]


def test_soft_labels_train_and_hard_ones_score(corpus, tmp_path):
    soft = {"emotion": {"kind": "nominal", "target": "soft"}}
    recipe = recipe_of(corpus, tasks=["emotion"], heads=soft)
    run = train(recipe, tmp_path / "run")
    result = evaluate_run(run, resamples=50).get("test", "voice", "emotion")
    assert result.numbers["skill"].value > 0.1
    targets = run.predictions()["target"].drop_nulls().unique().sort().to_list()
    assert targets == [0, 1, 2]
    # Raters who agree on 80 % at most teach less certainty than labels that are always sure.
    hard = train(recipe_of(corpus, tasks=["emotion"]), tmp_path / "hard")

    def sure(run):
        return np.array(run.predictions()["probabilities"].to_list()).max(axis=1).mean()

    assert sure(run) < sure(hard) - 0.03


def test_soft_labels_that_are_not_there_are_asked_for(corpus, tmp_path):
    bare = copied(corpus, tmp_path / "bare", lambda rows: rows.drop("soft.emotion"))
    soft = {"emotion": {"kind": "nominal", "target": "soft"}}
    with pytest.raises(MalsoriError, match=r"heads\.emotion\.target: .* no soft labels"):
        train(recipe_of(bare, tasks=["emotion"], heads=soft), tmp_path / "run")


def test_compound_labels_change_in_training_rows_only(corpus, tmp_path, capsys):
    change = {"emotion": {"compound": "other_than_neutral", "neutral": "neutral"}}
    recipe = recipe_of(corpus, tasks=["emotion"], labels=change)
    changed, plain = (
        train(r, tmp_path / name)
        for name, r in {"changed": recipe, "plain": recipe_of(corpus, tasks=["emotion"])}.items()
    )
    split = dict(corpus.split("by-speaker").iter_rows())
    ties = corpus.utterances.filter(pl.col("compound.emotion").is_not_null())["id"]
    added = sum(split[i] == "train" for i in ties)
    assert changed.state["labels_added"] == {"emotion": added}
    assert added > 0
    assert f"emotion: {added} of" in capsys.readouterr().err + capsys.readouterr().out
    assert changed.recipe.labels == recipe.labels
    held_out = [r.predictions().select("id", "target").sort("id") for r in (changed, plain)]
    assert held_out[0].equals(held_out[1])
    assert (changed.priors["emotion"] != plain.priors["emotion"]).any()
    counts = np.zeros(3)
    for row in corpus.utterances.iter_rows(named=True):
        if split[row["id"]] == "train":
            tie = row["compound.emotion"]
            counts[EMOTION.index(row["label.emotion"] or tie[1])] += 1
    assert changed.priors["emotion"].tolist() == pytest.approx((counts / counts.sum()).tolist())


def test_a_recipe_without_transform_is_the_same_as_before_there_was_one(corpus):
    recipe = recipe_of(corpus)
    assert "labels" not in recipe.data()
    assert recipe.digest() == Recipe.parse({**recipe.data(), "labels": {}}).digest()


@pytest.mark.parametrize("task", ["symptom", "valence"])
def test_labels_that_are_all_the_same_teach_nothing(corpus, tmp_path, task):
    same = {"symptom": ["열"], "valence": 2.0}[task]
    column = pl.Series(f"label.{task}", [same] * corpus.utterances.height)
    dull = copied(corpus, tmp_path / "dull", lambda rows: rows.with_columns(column))
    with pytest.raises(MalsoriError, match=f"task '{task}': training rows all have the same label"):
        train(recipe_of(dull, tasks=[task]), tmp_path / "run")


@pytest.mark.parametrize(
    ("task", "head"),
    [
        ("emotion", "ordinal"),
        ("urgency", "regression"),
        ("symptom", "nominal"),
        ("valence", "multilabel"),
    ],
)
def test_a_head_of_another_kind_is_refused(corpus, tmp_path, task, head):
    with pytest.raises(MalsoriError, match=f"heads.{task}: a head of kind {head} answers"):
        train(recipe_of(corpus, heads={task: {"kind": head}}), tmp_path / "run")
