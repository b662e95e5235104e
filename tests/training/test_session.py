import importlib
import json
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from malsori.errors import MalsoriError
from malsori.io import write_yaml
from malsori.notes import Note
from malsori.reporting import Silent
from malsori.training import EnvironmentChanged, Run, evaluate_run, open_test, train
from malsori.training.checkpoints import read_best
from malsori.training.loop import Loop
from malsori.training.tiny import tiny_corpus


def contents(run: Run):
    weights = read_best(run)[0]
    return weights, run.history_file.read_text(), run.predictions(), run.gradient_rows()


def assert_same_run(a: Run, b: Run):
    (wa, ha, pa, ga), (wb, hb, pb, gb) = contents(a), contents(b)
    assert wa.keys() == wb.keys()
    assert all(torch.equal(wa[k], wb[k]) for k in wa)
    assert ha == hb
    assert pa.equals(pb)
    assert (ga is None and gb is None) or ga.equals(gb)


class StoppedError(Exception):
    pass


def interrupted(monkeypatch, at):
    """Makes training stop just before a step, as a kill would, without saving."""
    step = Loop.step

    def stopping(self, rows):
        if self.progress.step == at:
            raise StoppedError
        step(self, rows)

    monkeypatch.setattr(Loop, "step", stopping)


def test_a_run_learns_both_tasks_and_says_so_in_its_folder(recipe, tmp_path):
    run = train(recipe, tmp_path / "run")
    assert run.finished
    evaluation = evaluate_run(run, resamples=200)
    for task in ("urgency", "sentiment"):
        assert evaluation.get("test", "voice+words", task).numbers["skill"].low > 0
    # urgency can only be heard, sentiment only be read
    assert evaluation.get("test", "words", "urgency").numbers["skill"].value < 0.1
    assert evaluation.get("test", "voice", "urgency").numbers["skill"].value > 0.1
    history = run.history()
    assert [row["epoch"] for row in history] == list(range(1, len(history) + 1))
    numbers = {"score", "prior_score", "skill", "n"}
    assert history[0]["validation"]["urgency"].keys() == {*numbers, "calibrated"}
    assert run.state["corpus"]["name"] == "toy"
    assert run.gradient_rows()["space"].unique().sort().to_list() == [
        "parameters", "representation"
    ]  # fmt: skip


def test_priors_come_from_training_labels_alone(recipe, toy, tmp_path):
    run = train(recipe, tmp_path / "run")
    train_ids = toy.split("by-speaker").filter(pl.col("split") == "train")["id"]
    labels = toy.utterances.filter(pl.col("id").is_in(train_ids.implode()))["label.sentiment"]
    counts = [int((labels == c).sum()) for c in run.tasks["sentiment"].classes]
    assert run.priors["sentiment"] == pytest.approx(np.array(counts) / sum(counts))


def test_the_same_seed_gives_the_same_bits_and_another_does_not(recipe, make_recipe, tmp_path):
    a, b = train(recipe, tmp_path / "a"), train(recipe, tmp_path / "b")
    assert_same_run(a, b)
    training = {**recipe.data()["training"], "seed": 1}
    c = train(make_recipe(training=training), tmp_path / "c")
    assert not contents(c)[2].equals(contents(a)[2])


@pytest.mark.parametrize("at", [0, 5, 7, 9, 20, 21, 53])
def test_continuing_equals_never_having_stopped(at, make_recipe, tmp_path, monkeypatch):
    balance = {"weighting": {"kind": "norm_matched"}, "solver": {"kind": "pcgrad"}}
    recipe = make_recipe(balance={**balance, "monitor": {"every": 4}})
    whole = train(recipe, tmp_path / "whole")
    with monkeypatch.context() as patch:
        interrupted(patch, at)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "parts")
    assert not Run(tmp_path / "parts").finished
    assert_same_run(train(recipe, tmp_path / "parts"), whole)


@pytest.mark.parametrize("stop", [None, {"patience": 1}])
def test_a_checkpoint_at_the_last_step_changes_nothing(make_recipe, tmp_path, stop):
    def recipe(every):
        training = {"epochs": 3, "batch_size": 16, "threads": 1, "checkpoint_steps": every,
                    "optimizer": {"lr": 0.3}, "stop": stop}  # fmt: skip
        return make_recipe(training=training, balance={"monitor": {"every": 1}})

    one, other = train(recipe(1), tmp_path / "one"), train(recipe(1000), tmp_path / "other")
    one.check()
    assert_same_run(one, other)
    assert (one.state["epochs"] < 3) == (stop is not None)


@pytest.mark.parametrize(
    "after",
    [
        "malsori.training.hooks.monitoring.write_parquet",
        "malsori.training.checkpoints.sync",
        "malsori.training.checkpoints.write_tensors",
        "malsori.training.checkpoints.save_best",
        "malsori.training.session.write_parquet",
    ],
)
def test_a_kill_between_two_files_costs_nothing(after, make_recipe, tmp_path, monkeypatch):
    module, name = after.rsplit(".", 1)
    write, calls = getattr(importlib.import_module(module), name), []

    def stopping(*args):
        write(*args)
        calls.append(args)
        if len(calls) == (3 if name in {"sync", "write_tensors"} or "loop" in after else 1):
            raise StoppedError

    recipe = make_recipe(balance={"monitor": {"every": 4}})
    whole = train(recipe, tmp_path / "whole")
    with monkeypatch.context() as patch:
        patch.setattr(after, stopping)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "parts")
    run = Run.open(tmp_path / "parts")
    run.check()  # what is read in between is consistent
    assert whole.history()[: len(run.history())] == run.history()
    assert_same_run(train(recipe, run.path), whole)


def test_rows_written_after_the_last_checkpoint_do_not_count(recipe, tmp_path, monkeypatch):
    whole = train(recipe, tmp_path / "whole")
    with monkeypatch.context() as patch:
        interrupted(patch, 30)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "parts")
    part = Run(tmp_path / "parts")
    with part.history_file.open("a") as stream:
        stream.write(json.dumps({"epoch": 99}) + "\n")
    whole.gradient_rows().write_parquet(part.gradients / "part-99999999.parquet")
    assert_same_run(train(recipe, part.path), whole)


def test_a_finished_run_is_left_alone(recipe, tmp_path, capsys):
    run = train(recipe, tmp_path / "run")
    before = (run.checkpoints / "best.safetensors").stat().st_mtime_ns
    assert train(recipe, run.path).finished
    assert (run.checkpoints / "best.safetensors").stat().st_mtime_ns == before
    assert "this run is finished" in capsys.readouterr().err


def test_another_recipe_in_the_same_folder_is_refused_and_fresh_replaces_it(
    recipe, make_recipe, tmp_path
):
    train(recipe, tmp_path / "run")
    other = make_recipe(training={**recipe.data()["training"], "seed": 3})
    with pytest.raises(MalsoriError, match=r"another recipe: training\.seed: 0 → 3"):
        train(other, tmp_path / "run")
    assert train(other, tmp_path / "run", fresh=True).recipe.training.seed == 3


def test_other_threads_are_said_and_asked_about(recipe, make_recipe, tmp_path, monkeypatch):
    settings = {**recipe.data()["training"], "threads": None}
    recipe = make_recipe(training=settings)
    monkeypatch.setattr("malsori.training.session.cores", lambda: 1)
    with monkeypatch.context() as patch:
        interrupted(patch, 10)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run")
    monkeypatch.setattr("malsori.training.session.cores", lambda: 2)
    with pytest.raises(EnvironmentChanged, match="threads: 1 → 2"):
        train(recipe, tmp_path / "run")
    assert train(recipe, tmp_path / "run", accept_environment=True).finished
    torch.set_num_threads(1)


def test_ctrl_c_leaves_a_checkpoint_of_the_step_at_work(tmp_path, monkeypatch, capsys):
    recipe = tiny_corpus(tmp_path / "corpus")
    whole = train(recipe, tmp_path / "whole")
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # as in a program of one's own
    with monkeypatch.context() as patch:
        step = Loop.step

        def pressed(loop, rows):
            if loop.progress.step == 0:
                signal.raise_signal(signal.SIGINT)
            step(loop, rows)

        patch.setattr(Loop, "step", pressed)
        with pytest.raises(KeyboardInterrupt):
            train(recipe, tmp_path / "parts")
    assert "stopping after step 1, with a checkpoint" in capsys.readouterr().err
    parts = Run.open(tmp_path / "parts")
    assert (parts.state["step"], parts.finished) == (1, False)
    parts = train(recipe, tmp_path / "parts")
    assert parts.predictions().equals(whole.predictions())
    assert signal.signal(signal.SIGINT, before) is signal.default_int_handler


def test_threads_of_the_recipe_are_conditions_too(tmp_path, monkeypatch):
    recipe = tiny_corpus(tmp_path / "corpus")
    with monkeypatch.context() as patch:
        interrupted(patch, 1)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run")
    more = recipe.training.model_copy(update={"threads": 2})
    more = recipe.model_copy(update={"training": more})
    with pytest.raises(EnvironmentChanged, match="threads: 1 → 2"):
        train(more, tmp_path / "run")
    assert train(more, tmp_path / "run", accept_environment=True).finished
    torch.set_num_threads(1)


def test_test_rows_are_opened_where_the_corpus_is_now(tmp_path):
    recipe = tiny_corpus(tmp_path / "corpus")
    run = train(recipe, tmp_path / "run", open_test=False)
    (tmp_path / "corpus").rename(tmp_path / "moved")
    with pytest.raises(MalsoriError, match=r"its corpus is not at .*corpus any more"):
        open_test(run)
    open_test(run, corpus=tmp_path / "moved")
    assert "test" in run.predictions()["split"]


def test_a_corpus_that_changed_is_noticed(tmp_path, monkeypatch):
    # a corpus of its own, because it is changed
    import importlib.util

    from malsori.corpus.splits import make_split

    place = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("toys", place)
    toys = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(toys)
    corpus = toys.write_toy(tmp_path / "corpus", rows=120)
    recipe = toys.toy_recipe(corpus)
    with monkeypatch.context() as patch:
        interrupted(patch, 5)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run")
    make_split(corpus, "by-speaker", by=["speaker"], seed=9, overwrite=True)
    with pytest.raises(MalsoriError, match="the corpus or its split has changed"):
        train(recipe, tmp_path / "run")


def test_two_processes_do_not_train_into_one_folder(recipe, tmp_path):
    with Run(tmp_path / "run").lock(), pytest.raises(MalsoriError, match="another process"):
        train(recipe, tmp_path / "run")


def test_a_damaged_checkpoint_is_an_error_not_a_new_beginning(recipe, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupted(patch, 10)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run")
    last = tmp_path / "run" / "checkpoints" / "last.safetensors"
    last.write_bytes(last.read_bytes()[:1000])
    with pytest.raises(MalsoriError, match=r"last\.safetensors: was changed or damaged"):
        train(recipe, tmp_path / "run")


def test_a_run_that_is_none_and_one_that_is_not_finished(recipe, tmp_path, monkeypatch):
    with pytest.raises(MalsoriError, match="is no run"):
        Run.open(tmp_path)
    with monkeypatch.context() as patch:
        interrupted(patch, 10)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run")
    with pytest.raises(MalsoriError, match="not finished"):
        Run.open(tmp_path / "run").predictions()


def test_early_stopping_keeps_the_best_epoch(make_recipe, tmp_path):
    training = {"epochs": 200, "batch_size": 16, "threads": 1, "optimizer": {"lr": 1e-2},
                "stop": {"patience": 2}}  # fmt: skip
    run = train(make_recipe(training=training), tmp_path / "run")
    state, history = run.state, run.history()
    assert len(history) < 200
    last = [row["epoch"] for row in history if row["best"]][-1]
    assert state["best_epoch"] == last == len(history) - 2
    stopped = {"patience": 2, "epoch": len(history)}
    assert Note.of(state["stopped"]) == Note("stop.patience", stopped)
    validation = run.predictions().filter(
        pl.col("split") == "validation", pl.col("condition") == "voice+words"
    )
    assert validation.height > 0
    found = evaluate_run(run, resamples=100).get("validation", "voice+words", "sentiment")
    kept = run.history()[state["best_epoch"] - 1]["validation"]["sentiment"]
    assert found.numbers["raw_skill"].value == pytest.approx(kept["skill"], abs=1e-5)


def test_the_test_rows_are_opened_later_to_the_same_answers(recipe, tmp_path):
    at_once, later = train(recipe, tmp_path / "a"), train(recipe, tmp_path / "b", open_test=False)
    assert at_once.state["test_opened"]
    assert "test_opened" not in later.state
    assert later.predictions()["split"].unique().to_list() == ["validation"]
    assert {result.split for result in evaluate_run(later, resamples=50).results} == {"validation"}
    open_test(later)
    keys = ["split", "condition", "task", "id"]
    assert later.predictions().sort(keys).equals(at_once.predictions().sort(keys))
    opened = later.state["test_opened"]
    open_test(later)
    assert later.state["test_opened"] == opened


def test_threads_of_one_process_train_to_the_same_bits(make_recipe, tmp_path):
    training = {"epochs": 2, "batch_size": 16, "threads": 1}
    recipes = [make_recipe(training={**training, "seed": seed}) for seed in range(3)]
    alone = [train(r, tmp_path / f"alone{i}") for i, r in enumerate(recipes)]
    with ThreadPoolExecutor(3) as pool:
        folders = [tmp_path / f"beside{i}" for i in range(3)]
        beside = list(pool.map(lambda r, f: train(r, f, reporter=Silent()), recipes, folders))
    for one, other in zip(alone, beside, strict=True):
        assert_same_run(one, other)


def test_what_does_not_fit_is_refused_before_there_is_a_run(add_kind, make_recipe, tmp_path):
    folder = Path(__file__).parents[1] / "nn/sharing"
    add_kind("malsori.sharings", "tests_mmoe", "mmoe:MMoE", folder)
    with pytest.raises(MalsoriError, match="tests_mmoe has no one place where the tasks part"):
        train(make_recipe(sharing={"kind": "tests_mmoe"}), tmp_path / "run")
    assert not Run(tmp_path / "run").exists()


def test_a_reporter_takes_all_words(recipe, tmp_path, capsys):
    class Lines(Silent):
        def __init__(self):
            self.said = []

        def say(self, message):
            self.said.append(message)

    lines = Lines()
    train(recipe, tmp_path / "run", reporter=lines)
    assert capsys.readouterr().err == ""
    assert any("parameters are trained" in line for line in lines.said)
    assert "best at epoch" in lines.said[-1]


def test_a_fresh_process_trains_without_the_compiler(recipe, tmp_path):
    code = (
        "import sys\n"
        "from malsori.recipe import Recipe\n"
        "from malsori.training import train\n"
        f"recipe = Recipe.load({str(tmp_path / 'recipe.yaml')!r})\n"
        # References are of scikit-learn, which is loaded once training is over.
        f"train(recipe, {str(tmp_path / 'run')!r}, references=False)\n"
        "import torch\n"
        "assert torch.are_deterministic_algorithms_enabled()\n"
        "sys.exit(','.join({'torch._dynamo', 'sympy', 'transformers', 'scipy.special',\n"
        "                   'matplotlib', 'sklearn'} & set(sys.modules)) or None)"
    )
    write_yaml(tmp_path / "recipe.yaml", recipe.data())
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


def test_a_run_that_began_closed_stays_closed_when_it_goes_on(recipe, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        interrupted(patch, 10)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run", open_test=False)
    run = train(recipe, tmp_path / "run")  # as a person types it again
    assert run.predictions()["split"].unique().to_list() == ["validation"]
    assert "test_opened" not in run.state
    open_test(run)
    assert set(run.predictions()["split"].unique()) == {"validation", "test"}
