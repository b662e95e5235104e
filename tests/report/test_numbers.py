"""Every marked number of the page is computed again from what lies in the runs' folders."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
from justhtml import JustHTML
from sklearn import metrics as sk

from malsori.console import number
from malsori.evaluation import Bootstrap, Estimate, difference, evaluate
from malsori.report.writing import write_report
from malsori.training import Run

RESAMPLES = 60


def minus(text):
    return text.replace("-", "−")


def percent(share, digits=0):
    return f"{100 * share:.{digits}f} %"


class Again:
    """Computes again what a mark says; one method for each kind of number."""

    def __init__(self, folders):
        self.runs = {f.name: Run(f) for f in folders}
        self.predictions = {n: r.predictions() for n, r in self.runs.items() if r.finished}
        self.references = {n: r.references() for n, r in self.runs.items()}
        self.corpora = {n: json.loads(r.corpus_file.read_text()) for n, r in self.runs.items()}
        self.subject = folders[0].name

    def text(self, at):
        at = dict(at)
        return getattr(self, f"is_{at.pop('metric')}")(at)

    # predictions

    def rows(self, at, condition=None):
        frame = self.predictions[at["run"]]
        if "reference" in at:
            frame = self.references[at["run"]]
            frame = frame.filter(pl.col("reference") == at["reference"]).drop("reference")
        condition = condition or at.get("condition") or "speech+text"
        return frame.filter(
            (pl.col("split") == at["split"])
            & (pl.col("task") == at["task"])
            & (pl.col("condition") == condition)
        )

    def known(self, at, condition=None):
        return self.rows(at, condition).filter(pl.col("target").is_not_null()).sort("id")

    def task(self, at):
        run = self.runs[at["run"]]
        return run.tasks[at["task"]], run.priors[at["task"]]

    def value(self, name, known, task, prior):
        """With scikit-learn and numpy, not with the code that the report uses."""
        y, v = known["target"].to_numpy(), known["value"].to_numpy().astype(int)
        p = np.array(known["probabilities"].to_list())
        labels = list(range(len(task.classes)))
        present = [k for k in labels if k in set(y) | set(v)]
        if name == "skill":
            return 1 - self.score(task, p, y) / self.score(task, np.tile(prior, (len(y), 1)), y)
        return {
            "score": lambda: self.score(task, p, y),
            "prior_score": lambda: self.score(task, np.tile(prior, (len(y), 1)), y),
            "accuracy": lambda: sk.accuracy_score(y, v),
            "majority_accuracy": lambda: float((y == np.argmax(prior)).mean()),
            "macro_f1": lambda: sk.f1_score(y, v, labels=present, average="macro",
                                            zero_division=0),
            "uar": lambda: sk.recall_score(y, v, labels=sorted(set(y)), average="macro",
                                           zero_division=0),
            "qwk": lambda: sk.cohen_kappa_score(y, v, labels=labels, weights="quadratic"),
            "mae": lambda: float(np.abs(y - v).mean()),
        }[name]()  # fmt: skip

    @staticmethod
    def score(task, p, y):
        if task.kind == "nominal":
            return float(-np.log(np.clip(p[np.arange(len(y)), y], 1e-7, 1)).mean())
        above = 1 - np.cumsum(p, axis=1)[:, :-1]
        passed = y[:, None] > np.arange(p.shape[1] - 1)
        return float(-np.log(np.clip(np.where(passed, above, 1 - above), 1e-7, 1)).mean())

    def metric(self, name, at):
        task, prior = self.task(at)
        value = self.value(name, self.known(at), task, prior)
        frame = self.rows(at)
        found = evaluate(frame, {task.name: task}, {task.name: list(prior)}, resamples=RESAMPLES)
        other = found.results[0].numbers[name]
        return minus(str(Estimate(value, other.low, other.high)))

    def per_class(self, what, at):
        task, prior = self.task(at)
        k = task.classes.index(at["class"])
        known = self.known(at)
        y, v = known["target"].to_numpy(), known["value"].to_numpy().astype(int)
        score = {"recalls": sk.recall_score, "f1s": sk.f1_score}[what]
        value = float("nan")
        if (y == k).any() or (what == "f1s" and (v == k).any()):
            value = score(y, v, labels=[k], average=None, zero_division=0)[0]
        result = evaluate(
            self.rows(at), {task.name: task}, {task.name: list(prior)}, resamples=RESAMPLES
        ).results[0]
        other = getattr(result, what)[k]
        return minus(str(Estimate(value, other.low, other.high)))

    def is_recall(self, at):
        return self.per_class("recalls", at)

    def is_f1(self, at):
        return self.per_class("f1s", at)

    def is_labelled(self, at):
        return f"{len(self.known(at)):,}"

    def is_unlabelled_rows(self, at):
        return f"{len(self.rows(at)) - len(self.known(at)):,}"

    def is_units(self, at):
        return f"{self.known(at)['group'].n_unique():,} speakers"

    def is_units_count(self, at):
        return f"{self.known(at)['group'].n_unique():,}"

    def class_count(self, column, at):
        task, _ = self.task(at)
        return int((self.known(at)[column] == task.classes.index(at["class"])).sum())

    def is_support(self, at):
        return f"{self.class_count('target', at):,}"

    def is_predicted(self, at):
        return f"{self.class_count('value', at):,}"

    def taken(self, at):
        task, _ = self.task(at)
        known = self.known(at)
        mine = known.filter(pl.col("target") == task.classes.index(at["class"]))
        return int((mine["value"] == task.classes.index(at["predicted"])).sum()), len(mine)

    def is_confusion(self, at):
        return f"{self.taken(at)[0]:,}"

    def is_confusion_rate(self, at):
        n, total = self.taken(at)
        return percent(n / total)

    def off(self, at):
        known = self.known(at)
        return (known["value"].cast(pl.Int64) - known["target"]).abs()

    def is_wrong(self, at):
        return f"{int((self.off(at) > 0).sum()):,}"

    def is_far(self, at):
        return f"{int((self.off(at) > 1).sum()):,}"

    def mistake(self, at):
        return self.rows(at).row(by_predicate=pl.col("id") == at["id"], named=True)

    def is_confidence(self, at):
        row = self.mistake(at)
        return number(row["probabilities"][int(row["value"])], 2)

    def is_given(self, at):
        row = self.mistake(at)
        return number(row["probabilities"][row["target"]], 2)

    def is_uar(self, at):
        return self.metric("uar", at)

    def is_qwk(self, at):
        return self.metric("qwk", at)

    def is_chance(self, at):
        return number(1 / len(set(self.known(at)["target"])))

    def is_raw_skill(self, at):
        task, prior = self.task(at)
        raw = self.runs[at["run"]].predictions(raw=True).select("id", "split", "task", "condition")
        raw = raw.with_columns(self.runs[at["run"]].predictions(raw=True)["probabilities"])
        known = self.known(at).drop("probabilities")
        known = known.join(raw, on=["id", "split", "task", "condition"]).sort("id")
        value = self.value("skill", known, task, prior)
        numbers = evaluate(
            self.rows(at), {task.name: task}, {task.name: list(prior)}, resamples=RESAMPLES
        ).results[0].numbers  # fmt: skip
        low, high = numbers["raw_skill"].low, numbers["raw_skill"].high
        return minus(number(value)), minus(str(Estimate(value, low, high)))

    def is_temperature(self, at):
        of = self.runs[at["run"]].state["temperatures"][at["task"]][at["condition"]]
        return number(of, 1), number(of)

    def is_unit_count(self, at):
        return f"{self.runs[at['run']].state['validation_groups']:,}"

    def is_accuracy_value(self, at):
        task, prior = self.task(at)
        return number(self.value("accuracy", self.known(at), task, prior))

    def is_majority_accuracy_value(self, at):
        task, prior = self.task(at)
        return number(self.value("majority_accuracy", self.known(at), task, prior))

    # what is compared

    def gap(self, at, a, b, name):
        task, prior = self.task(at)
        common = set(a["id"]) & set(b["id"])
        a, b = (f.filter(pl.col("id").is_in(sorted(common))) for f in (a, b))
        values = [self.value(name, f, task, prior) for f in (a, b)]
        found = difference(
            a, b, task, list(prior), metric=name, bootstrap=Bootstrap(RESAMPLES)
        ).difference
        return values, Estimate(values[0] - values[1], found.low, found.high)

    def loss(self, at):
        return self.gap(at, self.known(at), self.known(at, at["against"]), "skill")

    def is_loss(self, at):
        return minus(str(self.loss(at)[1]))

    def is_loss_all(self, at):
        return minus(number(self.loss(at)[0][0]))

    def is_loss_left(self, at):
        return minus(number(self.loss(at)[0][1]))

    def runs_apart(self, at):
        other = {**at, "run": at["against"]}
        return self.gap(at, self.known(at), self.known(other), at["name"])

    def is_difference(self, at):
        return minus(str(self.runs_apart(at)[1]))

    def is_difference_a(self, at):
        return minus(number(self.runs_apart(at)[0][0]))

    def is_difference_b(self, at):
        return minus(number(self.runs_apart(at)[0][1]))

    def beaten(self, at):
        network = {k: v for k, v in at.items() if k != "reference"}
        known = self.known(network, at["against"])
        return self.gap(at, self.known(at), known, at["name"])

    def is_gain(self, at):
        return minus(str(self.beaten(at)[1]))

    def is_of_reference(self, at):
        return minus(number(self.beaten(at)[0][0]))

    def is_of_network(self, at):
        return minus(number(self.beaten(at)[0][1]))

    def is_best_skill(self, at):
        bounds = self.corpora[at["run"]]["bounds"][at["task"]]
        if at["condition"] not in bounds:
            return "–"
        return number(1 - bounds[at["condition"]]["score"] / bounds["prior"]["score"])

    # training

    def is_rows(self, at):
        return f"{self.runs[at['run']].state['rows'][at['part']]:,}"

    def is_step(self, at):
        return f"{self.runs[at['run']].state['step']:,}"

    def is_epochs(self, at):
        return f"{len(self.runs[at['run']].history()):,}"

    def is_epoch(self, at):
        return self.is_epochs(at)

    def is_patience(self, at):
        return f"{len(self.runs[at['run']].history()) - self.best_row(at)['epoch']:,}"

    def is_planned(self, at):
        return f"{self.runs[at['run']].recipe.training.epochs:,}"

    def best_row(self, at):
        return max(self.runs[at["run"]].history(), key=lambda row: (row["skill"], -row["epoch"]))

    def is_best_epoch(self, at):
        return f"{self.best_row(at)['epoch']:,}"

    def is_history_prior(self, at):
        return number(self.best_row(at)["validation"][at["task"]]["prior_score"])

    def is_history_best_validation(self, at):
        return number(self.best_row(at)["validation"][at["task"]]["score"])

    def is_history_best_train(self, at):
        return number(self.best_row(at)["train"][at["task"]]["score"])

    def is_history_last_validation(self, at):
        return number(self.runs[at["run"]].history()[-1]["validation"][at["task"]]["score"])

    def is_history_last_train(self, at):
        return number(self.runs[at["run"]].history()[-1]["train"][at["task"]]["score"])

    # gradients

    def pushes(self, at):
        rows = self.runs[at["run"]].gradient_rows()
        return rows.filter((pl.col("space") == at["space"]) & (pl.col("group") == at["group"]))

    def own(self, at, task):
        rows = self.pushes(at)
        return rows.filter((pl.col("task_i") == task) & (pl.col("task_j") == task))

    def norm(self, at, task, weighted):
        rows = self.own(at, task)
        weight = rows["weight_i"] ** 2 if weighted else 1.0
        return float((rows["inner"] * weight).mean()) ** 0.5

    def is_ratio(self, at):
        return f"{self.norm(at, at['a'], False) / self.norm(at, at['b'], False):.1f}"

    def is_weighted(self, at):
        return f"{self.norm(at, at['a'], True) / self.norm(at, at['b'], True):.1f}"

    def is_times(self, at):
        times = self.norm(at, at["a"], True) / self.norm(at, at["b"], True)
        return f"{max(times, 1 / times):.1f}"

    def is_gradient_share(self, at):
        squares = {t: self.norm(at, t, True) ** 2 for t in (at["a"], at["b"])}
        return percent(squares[at["task"]] / sum(squares.values()))

    def cosines(self, at):
        rows = self.pushes(at).filter(pl.col("task_i") != pl.col("task_j"))
        return rows["cosine"].to_numpy()

    def digits(self, at, x):
        return minus(number(x, 3)), minus(number(x, 2))

    def is_cosine(self, at):
        return self.digits(at, self.cosines(at).mean())

    def is_cosine_error(self, at):
        c = self.cosines(at)
        return self.digits(at, 2 * c.std() / (len(c) - 1) ** 0.5)

    def is_conflicts(self, at):
        return percent((self.cosines(at) < 0).mean())

    def is_measurements(self, at):
        return f"{len(self.cosines(at)):,}"

    def is_noise(self, at):
        rows = self.own(at, at["task"])
        if rows["unbiased"].null_count() == len(rows):
            return "–"
        return percent(1 - rows["unbiased"].sum() / rows["inner"].sum())

    # data

    @property
    def corpus(self):
        return self.corpora[self.subject]

    def is_corpus_rows(self, at):
        return f"{self.corpus['summary']['rows']:,}"

    def is_known(self, at):
        return f"{self.corpus['summary']['known'][at['column']]:,}"

    def is_hours(self, at):
        return number(self.corpus["summary"]["hours"], 2)

    def is_duration(self, at):
        return number(self.corpus["summary"]["durations"][at["quantile"]], 1)

    def is_present(self, at):
        return f"{self.corpus['summary']['present'][at['modality']]:,}"

    def is_absent(self, at):
        summary = self.corpus["summary"]
        return f"{summary['rows'] - summary['present'][at['modality']]:,}"

    def classes(self, at):
        tasks = self.corpus["summary"]["tasks"]
        return next(t for t in tasks if t["name"] == at["task"])

    def is_class_rows(self, at):
        return f"{self.classes(at)['classes'][at['class']][at['part']]:,}"

    def is_class_share(self, at):
        every = self.classes(at)["classes"]
        total = sum(parts[at["part"]] for parts in every.values())
        return percent(every[at["class"]][at["part"]] / total, 1)

    def is_unlabelled(self, at):
        return f"{self.classes(at)['unlabelled'][at['part']]:,}"

    def is_part_rows(self, at):
        return f"{self.corpus['split']['counts'][at['part']]:,}"

    def is_part_groups(self, at):
        return f"{self.corpus['split']['groups'][at['column']][at['part']]:,}"

    def is_quarantine(self, at):
        return f"{self.corpus['summary']['quarantine'][at['reason']]:,}"

    def leak(self, at):
        leaks = self.corpus["split"]["leaks_allowed"]
        return next(leak for leak in leaks if leak["column"] == at["column"])

    def is_leak(self, at):
        return f"{self.leak(at)['count']:,}"

    def is_leak_rows(self, at):
        return f"{self.leak(at)['rows']:,}"

    def is_level(self, at):
        return "95 %"

    def is_resamples(self, at):
        return f"{RESAMPLES:,}"


for _name in ("skill", "score", "prior_score", "accuracy", "majority_accuracy", "macro_f1"):
    setattr(Again, f"is_{_name}", lambda self, at, n=_name: self.metric(n, at))


def marks_of(page):
    """Every marked number: what names its origin, and its text."""
    tree = JustHTML(page.read_text("utf-8"), sanitize=False)
    for span in tree.query("span.number"):
        where = {k.removeprefix("data-"): v for k, v in span.attrs.items() if k != "class"}
        if where:
            # a no-break space holds an interval together
            yield where, span.to_text(strip=False).replace("\xa0", " ")


def check(page, folders):
    again, seen = Again(folders), Counter()
    for at, text in marks_of(page):
        expected = again.text(at)
        allowed = expected if isinstance(expected, tuple) else (expected,)
        assert text in allowed, (at, text, expected)
        seen[at["metric"]] += 1
    return seen


@pytest.fixture
def report(make):
    def write(folders):
        return write_report(folders, make.folder / "out.html", resamples=RESAMPLES)

    return write


LEAK = {"kind": "text", "column": "text", "count": 3, "rows": 7, "examples": []}


def test_every_number_of_several_runs(make, report):
    folders = [
        make.run("both", changes={"split": {"leaks_allowed": [LEAK]}}),
        make.run("again", seed=2, solver="pcgrad"),
        make.run("alone", (make.urgency,), seed=1, strength=3.0),
    ]
    seen = check(report(folders), folders)
    # The page says at least this much; a number that nobody computes again would have failed.
    assert seen["skill"] > 10
    assert seen["confusion"] == 9 + 16
    assert seen["difference"] >= 9
    assert {"cosine", "noise", "gradient_share", "loss", "leak", "history_prior"} <= seen.keys()
    assert sum(seen.values()) > 300


def test_every_number_of_a_poor_run(make, report):
    """One class never predicted, a modality missing in some rows, few groups."""
    folders = [make.run(never=1, missing=9, strength=0.0, groups=4)]
    seen = check(report(folders), folders)
    assert {"units_count", "support", "loss"} <= seen.keys()


def test_every_number_of_a_run_with_temperatures(make, report):
    """One task is too sure, and ranks; the other one is cooled."""
    folder = make.run("cooled", strength=2.5)
    at = {"urgency": 2.2, "sentiment": 0.05}
    Run(folder).update(
        temperatures={task: dict.fromkeys(("speech+text", "speech"), t) for task, t in at.items()},
        validation_groups=2,
    )
    seen = check(report([folder]), [folder])
    assert {"raw_skill", "temperature", "uar", "chance", "unit_count"} <= seen.keys()


def test_every_number_of_a_run_that_a_reference_beats(make, report):
    folders = [make.run(strength=1.0, reference=4.0, missing=9)]
    page = report(folders)
    seen = check(page, folders)
    assert seen["gain"] == seen["of_network"] == 2  # one for each task
    assert "a linear model on the same features (speech+text) is better" in page.read_text()
    assert "linear (speech + text)" in page.read_text()


def test_a_run_that_beats_its_references_is_not_told_so(make, report):
    folders = [make.run(strength=4.0, reference=1.0)]
    assert "gain" not in check(report(folders), folders)


def test_no_decimal_number_stands_unmarked_in_the_results(make, report):
    folders = [make.run("both", reference=5.0), make.run("again", seed=2)]
    tree = JustHTML(report(folders).read_text("utf-8"), sanitize=False)
    for key in ("answer", "comparison", "modalities", "errors", "learning", "together"):
        section = tree.query_one(f"section#{key}")
        for gone in [*section.query("svg"), *section.query("span.number")]:
            gone.parent.remove_child(gone)
        text = section.to_text()
        assert not [w for w in text.split() if any(c.isdigit() for c in w) and "." in w[:-1]], text
