"""What the figures draw is computed again from the runs' folders, with numpy and scikit-learn."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from justhtml import JustHTML
from sklearn import metrics as sk

from malsori.report.writing import write_report
from malsori.training import Run


def score(task, p, y):
    if task.kind == "nominal":
        return float(-np.log(np.clip(p[np.arange(len(y)), y], 1e-7, 1)).mean())
    above = 1 - np.cumsum(p, axis=1)[:, :-1]
    passed = y[:, None] > np.arange(p.shape[1] - 1)
    return float(-np.log(np.clip(np.where(passed, above, 1 - above), 1e-7, 1)).mean())


class Told:
    """The labelled test rows of a run under one condition, as arrays."""

    def __init__(self, folder, task, condition="speech+text"):
        run = Run(folder)
        rows = run.predictions().filter(
            (pl.col("split") == "test") & (pl.col("task") == task)
            & (pl.col("condition") == condition) & pl.col("target").is_not_null()
        )  # fmt: skip
        self.task, self.y = run.tasks[task], rows["target"].to_numpy()
        self.value = rows["value"].to_numpy().astype(int)
        self.p = np.array(rows["probabilities"].to_list())
        prior = np.tile(run.priors[task], (len(self.y), 1))
        self.skill = 1 - score(self.task, self.p, self.y) / score(self.task, prior, self.y)


@pytest.fixture
def page(make):
    folders = {"both": make.run("both"), "again": make.run("again", seed=2)}
    html = write_report(list(folders.values()), make.folder / "out.html", resamples=20)
    tree = JustHTML(html.read_text("utf-8"), sanitize=False)

    def drawn(section, attribute):
        return [e.attrs for e in tree.query(f"section#{section} svg [{attribute}]")]

    return folders, drawn


def test_skill_of_runs_under_conditions_and_their_differences(page):
    folders, drawn = page
    answers = drawn("answer", "data-run")
    assert {a["data-run"] for a in answers} == set(folders)
    for a in answers:
        mine = Told(folders[a["data-run"]], a["data-task"])
        assert float(a["data-value"]) == pytest.approx(mine.skill, abs=1e-6)
    conditions = drawn("modalities", "data-condition")
    assert {c["data-condition"] for c in conditions} == {"speech+text", "speech", "text"}
    for c in conditions:
        mine = Told(folders["both"], c["data-task"], c["data-condition"])
        assert float(c["data-value"]) == pytest.approx(mine.skill, abs=1e-6)
    differences = [d for d in drawn("comparison", "data-a") if d["data-metric"] == "skill"]
    assert differences
    for d in differences:
        a, b = (Told(folders[d[f"data-{k}"]], d["data-task"]).skill for k in "ab")
        assert float(d["data-value"]) == pytest.approx(a - b, abs=1e-6)


def test_confusion_recall_distance_and_reliability(page):
    folders, drawn = page
    both = [Told(folders["both"], task) for task in ("urgency", "sentiment")]
    cells, recalls, bins = Counter(), {}, Counter()
    for mine in both:
        names = mine.task.classes
        confusion = sk.confusion_matrix(mine.y, mine.value, labels=range(len(names)))
        for (i, j), n in np.ndenumerate(confusion):
            cells[i, j, int(n)] += 1
        share = sk.recall_score(mine.y, mine.value, labels=range(len(names)), average=None)
        recalls |= {c: (share[k], int((mine.y == k).sum())) for k, c in enumerate(names)}
        sure = mine.p[np.arange(len(mine.y)), mine.value]
        which = np.minimum((sure * 10).astype(int), 9)
        for b in set(which.tolist()):
            here = which == b
            right = (mine.value == mine.y)[here].mean()
            bins[round(sure[here].mean(), 6), round(right, 6), int(here.sum())] += 1
    found = drawn("errors", "data-true")
    assert cells == Counter(
        (int(c["data-true"]), int(c["data-predicted"]), int(c["data-count"])) for c in found
    )
    found = {c["data-class"]: c for c in drawn("errors", "data-support")}
    assert found.keys() == recalls.keys()
    for name, (share, n) in recalls.items():
        assert int(found[name]["data-support"]) == n
        assert float(found[name]["data-value"]) == pytest.approx(share)
    apart = Counter((both[0].value - both[0].y).tolist())
    distances = {
        int(d["data-distance"]): int(d["data-count"]) for d in drawn("errors", "data-distance")
    }
    assert {d: n for d, n in distances.items() if n} == dict(apart)
    assert bins == Counter(
        (round(float(b["data-confidence"]), 6), round(float(b["data-accuracy"]), 6),
         int(b["data-count"])) for b in drawn("errors", "data-accuracy")
    )  # fmt: skip


def test_learning_draws_the_history(page):
    folders, drawn = page
    history = Run(folders["both"]).history()
    wanted = {
        (task, tuple(row[part][task]["score"] for row in history))
        for task in ("urgency", "sentiment")
        for part in ("train", "validation")
    }
    found = {
        (s["data-task"], tuple(map(float, s["data-scores"].split())))
        for s in drawn("learning", "data-scores")
    }
    assert found == wanted
