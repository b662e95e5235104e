"""Whatever happens to a file of a run: an error that names it, or exactly the same numbers."""

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.report.facts.gather import gather
from malsori.training import Run, evaluate_run, train
from malsori.training.checkpoints import read_best
from malsori.training.loop import Loop
from malsori.training.predictor import Predictor

TIMES = 4  # each file is damaged


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Cut, or with one bit flipped."""
    at = rng.randrange(len(content))
    if rng.random() < 0.3:
        return content[:at]
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def numbers(folder: Path):
    """Everything that is read from a finished run."""
    run = Run.open(folder)
    predicted = Predictor.load(folder).predict({"voice": np.ones(6)}).data()
    read = (run.state, run.recipe.data(), run.tasks, run.history(), run.corpus_facts)
    tables = (run.gradient_rows().rows(), run.predictions().rows())
    priors = {task: prior.tolist() for task, prior in run.priors.items()}
    weights = {name: w.tolist() for name, w in read_best(run)[0].items()}
    evaluation = evaluate_run(run, resamples=20).data()
    return read, tables, priors, weights, predicted, evaluation, gather([folder], resamples=20)


def begun(folder: Path):
    """Everything that is read from a run that is not finished."""
    run = Run.open(folder)
    run.check()
    return gather([folder], resamples=20).data(), run.history(), run.gradient_rows().rows()


def outcomes(run: Path, place: Path, look, rng: random.Random) -> list[str]:
    """What became of each damage: `error`, or `same`; fails at anything else."""
    expected = repr(look(run))
    found = []
    for file in sorted(f for f in run.rglob("*") if f.is_file() and f.stat().st_size):
        for _ in range(TIMES):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(run, place)
            copy = place / file.relative_to(run)
            copy.write_bytes(damaged(file.read_bytes(), rng))
            try:
                assert repr(look(place)) == expected.replace(str(run), str(place)), file.name
                found.append("same")
            except MalsoriError as error:
                found.append("error" if file.name in str(error) else f"{file.name}: {error}")
    assert set(found) <= {"same", "error"}
    return found


@pytest.fixture
def recipe(make_recipe):
    training = {"epochs": 2, "batch_size": 16, "threads": 1, "checkpoint_steps": 5}
    return make_recipe(training=training, balance={"monitor": {"every": 4}})


@pytest.fixture
def half(recipe, tmp_path, monkeypatch):
    """A run that stopped after some checkpoints, and rows that no checkpoint counts."""

    class StoppedError(Exception):
        pass

    def stopping(self, rows):
        if self.progress.step == 13:
            raise StoppedError
        step(self, rows)

    step = Loop.step
    with monkeypatch.context() as patch:
        patch.setattr(Loop, "step", stopping)
        with pytest.raises(StoppedError):
            train(recipe, tmp_path / "run")
    return tmp_path / "run"


def test_a_finished_run(recipe, tmp_path):
    run = train(recipe, tmp_path / "run")
    (run.checkpoints / "last.safetensors").unlink()  # nobody reads it any more
    found = outcomes(run.path, tmp_path / "copy" / "run", numbers, random.Random(0))
    assert found.count("error") > 0.9 * len(found)


def test_an_interrupted_run_is_read(half, tmp_path):
    found = outcomes(half, tmp_path / "copy" / "run", begun, random.Random(1))
    assert found.count("error") > 0.8 * len(found)  # nobody reads its checkpoint


def test_an_interrupted_run_goes_on_or_says_what_is_damaged(half, recipe, tmp_path):
    def continued(folder):
        if folder == half:  # it stays as it is
            shutil.copytree(half, folder := tmp_path / "whole" / "run")
        return repr(numbers(train(recipe, folder).path)[1:]).replace(str(folder), str(half))

    found = outcomes(half, tmp_path / "copy" / "run", continued, random.Random(2))
    assert found.count("error") > 0.9 * len(found)


def test_a_missing_file_is_named(recipe, tmp_path):
    run = train(recipe, tmp_path / "run")
    for name in [*run.state["files"], "checkpoints/best.safetensors"]:
        shutil.copytree(run.path, tmp_path / "copy")
        (tmp_path / "copy" / name).unlink()
        with pytest.raises(MalsoriError, match=Path(name).name):
            numbers(tmp_path / "copy")
        shutil.rmtree(tmp_path / "copy")


def test_a_missing_checkpoint_is_no_new_beginning(half, recipe):
    (half / "checkpoints" / "last.safetensors").unlink()
    with pytest.raises(MalsoriError, match=r"last\.safetensors: no such file"):
        train(recipe, half)


def test_an_edited_recipe_is_told(recipe, tmp_path):
    run = train(recipe, tmp_path / "run")
    run.recipe_file.write_text(run.recipe_file.read_text("utf-8") + "# mine\n", "utf-8")
    with pytest.raises(MalsoriError, match=r"recipe\.yaml: was changed or damaged"):
        Predictor.load(run.path)


def test_a_run_of_an_earlier_version_says_so(recipe, tmp_path):
    run = train(recipe, tmp_path / "run")
    (run.checkpoints / "best.pt").touch()
    with pytest.raises(MalsoriError, match="was written by an earlier version of malsori"):
        numbers(run.path)
    assert train(recipe, run.path, fresh=True).finished


def test_one_checkpoint_in_place_of_the_other_is_an_error(recipe, tmp_path):
    run = train(recipe, tmp_path / "run")
    shutil.copy(run.checkpoints / "last.safetensors", run.checkpoints / "best.safetensors")
    with pytest.raises(MalsoriError, match=r"best\.safetensors: was changed or damaged"):
        Predictor.load(run.path)


def test_whole_files_of_another_run_are_not_taken(make_recipe, tmp_path):
    training = {"epochs": 2, "batch_size": 16, "threads": 1}
    one, two = (
        train(make_recipe(training={**training, "seed": seed}), tmp_path / str(seed))
        for seed in (0, 1)
    )
    for file in sorted(f for f in two.path.rglob("*") if f.is_file() and f.stat().st_size):
        name = file.relative_to(two.path)
        ours = (one.path / name).read_bytes() if (one.path / name).exists() else None
        if ours in (None, file.read_bytes()) or name.name in ("run.json", "last.safetensors"):
            continue  # run.json says which run it is; nobody reads a finished run's last checkpoint
        shutil.copyfile(file, one.path / name)
        with pytest.raises(MalsoriError, match=name.name):
            numbers(one.path)
        (one.path / name).write_bytes(ours)
    assert numbers(one.path)
