"""A report of tasks of every kind, from a run that was trained."""

import json

import numpy as np
import polars as pl
import pytest
from scipy import stats
from sklearn import metrics as sk

from malsori.corpus.corpus import Corpus
from malsori.report.corpus_figure import corpus_figure
from malsori.report.facts import gather
from malsori.report.markdown import escaped
from malsori.report.writing import write_report
from malsori.training import train
from malsori.training.tiny import EVERY_KIND, corpus_of_every_kind
from malsori.words import Words

SYMPTOM = EVERY_KIND[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kinds")


@pytest.fixture(scope="module")
def run(folder):
    return train(corpus_of_every_kind(folder / "corpus"), folder / "run")


@pytest.fixture(scope="module")
def page(run, folder):
    out = write_report([run.path], folder / "out.html", resamples=50)
    return out.with_suffix(".md").read_text("utf-8")


def rows_of(run, task):
    frame = run.predictions().filter((pl.col("task") == task) & (pl.col("split") == "test"))
    return frame.filter(pl.col("target").is_not_null() | pl.col("targets").is_not_null())


def test_a_number_is_told_by_how_far_off_it_is(run, page):
    rows = rows_of(run, "valence")
    y, v = rows["target"].to_numpy(), rows["value"].to_numpy()
    told = next(line for line in page.splitlines() if line.startswith("Predictions of "))
    assert f"Predictions of {len(y)} labelled rows are off by {np.abs(v - y).mean():.3f}" in told
    assert f"and {abs((v - y).mean()):.2f} too {'high' if v.mean() > y.mean() else 'low'}" in told
    assert f"with the labels is {stats.pearsonr(y, v).statistic:.3f}" in told
    farthest = np.abs(v - y).argmax()
    first = page.split("**valence: the rows farthest off**")[1].split("\n")[4]
    assert first.split(" | ")[0] == f"| {rows['id'][int(farthest)]}"
    assert f"| {y[farthest]:.2f} | {v[farthest]:.2f} |" in first
    assert "skill is R² against that mean" in page


def test_classes_that_go_together_are_told_one_by_one(run, page):
    rows = rows_of(run, "symptom")
    y, v = (np.array(rows[name].to_list()) for name in ("targets", "values"))
    p = np.array(rows["probabilities"].to_list())
    wrong = int((y != v).any(axis=1).sum())
    assert f"In {wrong} of {len(y)} labelled rows at least one class is missed or added" in page
    table = page.split("**symptom: class by class**")[1].split("\n\n")[1]
    for k, (name, line) in enumerate(zip(SYMPTOM.classes, table.splitlines()[2:], strict=True)):
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        assert cells[:3] == [name, str(y[:, k].sum()), str(v[:, k].sum())]
        assert cells[3].startswith(f"{sk.recall_score(y[:, k], v[:, k]):.3f}")
        assert cells[4].startswith(f"{sk.f1_score(y[:, k], v[:, k]):.3f}")
        assert cells[5].startswith(f"{int(((y > v)[:, k]).sum())} ")
        assert cells[6] == str(int(((v > y)[:, k]).sum()))
        assert cells[7] == f"{sk.average_precision_score(y[:, k], p[:, k]):.3f}"
    answer = next(li for li in page.splitlines() if li.startswith("| symptom | "))
    assert f"{sk.accuracy_score(y, v):.3f}" in answer
    assert f"{sk.f1_score(y, v, average='micro'):.3f}" in answer


def test_the_data_are_counted_in_classes_and_ranges(run, page):
    data = page.split("## The data")[1]
    assert "symptom: any number of classes" in data
    assert "do not sum to 100 %" in data
    assert "| mean ± standard deviation |" in data
    assert "| 1 … 1.5 |" in data


def test_it_is_all_in_the_twin_and_the_page(run, page, folder):
    twin = json.loads((folder / "out.json").read_text("utf-8"))
    errors = twin["subject"]["errors"]
    counts = np.array(errors["valence"]["numbers"]["counts"])
    assert counts.sum() == len(rows_of(run, "valence"))
    assert errors["emotion"]["numbers"] is None
    assert errors["symptom"]["bins"]
    html = (folder / "out.html").read_text("utf-8")
    assert "What is predicted for which label" in html
    assert html.count("What is taken for what</") == 2


def test_in_korean_too(run, folder):
    out = write_report([run.path], folder / "ko.html", "ko", resamples=20)
    text = out.with_suffix(".md").read_text("utf-8")
    for part in ("피어슨 r은", "빠뜨리거나 더했습니다", "여럿일 수 있는 클래스", "평균 ± 표준편차"):
        assert part in text


def test_two_runs_are_compared_in_the_metrics_of_each_kind(run, folder):
    recipe = run.recipe.model_copy(
        update={"training": run.recipe.training.model_copy(update={"epochs": 2, "seed": 1})}
    )
    other = train(recipe, folder / "short")
    facts = gather([run.path, other.path], resamples=50)
    found = {(d.task, d.found.metric): d.found for d in facts.differences}
    assert {m for t, m in found if t == "symptom"} == {"skill", "macro_f1", "subset_accuracy"}
    assert {m for t, m in found if t == "valence"} == {"skill", "ccc", "mae"}
    out = write_report([run.path, other.path], folder / "two.html", resamples=50)
    lines = out.with_suffix(".md").read_text("utf-8").splitlines()
    mae = next(li for li in lines if li.startswith("| valence | MAE | "))
    # The difference is short − run: more error is worse.
    assert mae.strip("| ").split(" | ")[-1] == "worse"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_knowing_nothing_is_warned_of_in_the_words_of_the_terminal(folder, lang):
    path = folder / f"nothing-{lang}"
    recipe = corpus_of_every_kind(path / "corpus", rows=200, informative=False)
    run = train(recipe, path / "run")
    page = write_report([run.path], path / "report.html", lang, resamples=50)
    text = page.with_suffix(".md").read_text("utf-8")
    for task in EVERY_KIND:
        warned = gather([run.path], resamples=50).subject.result(task.name).warnings
        assert warned
        for note in warned:
            said = Words(lang).say(note).replace(" -", " −").replace("[-", "[−")
            assert escaped(f"{task.name}: {said}") in text


@pytest.mark.parametrize("split", [None, "by-speaker"])
def test_the_corpus_is_drawn(run, folder, split):
    corpus = Corpus.open(run.recipe.corpus.path)
    text = corpus_figure(corpus, split, folder / "c.svg").read_text("utf-8")
    assert "symptom (any number of classes)" in text
    assert "valence (a number)" in text
    assert "2.5 … 3" in text
