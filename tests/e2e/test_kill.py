"""A run killed at ten random moments and continued equals one that was never interrupted."""

import importlib.util
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
import yaml

from malsori.training import Run
from malsori.training.checkpoints import read_best

pytestmark = pytest.mark.slow

KILLS = 10
TRAIN = "from malsori.cli import main; main()"
# After so many steps it waits to be killed, however late that is: no run ends before its kills.
STEPS = 90
TRAIN_AND_WAIT = f"""
import time
from malsori.training.loop import Loop
step, done = Loop.step, []

def patient(self, rows):
    if len(done) == {STEPS}:
        time.sleep(600)
    step(self, rows)
    done.append(1)

Loop.step = patient
{TRAIN}
"""


def _toys():
    place = Path(__file__).parents[1] / "training" / "conftest.py"
    spec = importlib.util.spec_from_file_location("toys", place)
    toys = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(toys)
    return toys


def _start(recipe: Path, out: Path, code: str = TRAIN) -> subprocess.Popen:
    command = [sys.executable, "-c", code, "train", str(recipe), "--out", str(out), "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def _step(out: Path) -> int:
    try:
        return json.loads((out / "run.json").read_text())["step"]
    except (FileNotFoundError, json.JSONDecodeError):
        return -1


def _kill_at_a_random_moment(process: subprocess.Popen, out: Path, rng: random.Random) -> None:
    """Waits until training moves on from where it was, then a random while, then kills."""
    before = _step(out)
    while process.poll() is None and _step(out) <= before:
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.15))
    process.send_signal(signal.SIGKILL)
    _, err = process.communicate()
    assert process.returncode == -signal.SIGKILL, err.decode()


def test_ten_kills_cost_nothing(tmp_path):
    toys = _toys()
    corpus = toys.write_toy(tmp_path / "corpus")
    data = toys.toy_recipe(corpus).data()
    data["balance"]["weighting"] = {"kind": "norm_matched"}
    data["balance"]["solver"] = {"kind": "pcgrad"}
    data["balance"]["monitor"] = {"every": 5}
    data["training"] |= {"epochs": 120, "stop": None, "checkpoint_steps": 3}
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(data), "utf-8")

    whole, parts = Run(tmp_path / "whole"), Run(tmp_path / "parts")
    process = _start(recipe, whole.path)
    _, err = process.communicate()
    assert process.returncode == 0, err.decode()

    assert whole.state["step"] > KILLS * STEPS
    rng = random.Random(0)
    for _ in range(KILLS):
        _kill_at_a_random_moment(_start(recipe, parts.path, TRAIN_AND_WAIT), parts.path, rng)
    process = _start(recipe, parts.path)
    out, err = process.communicate()
    assert process.returncode == 0, err.decode()

    assert json.loads(out)["run"] == str(parts.path)
    a, b = (read_best(r)[0] for r in (whole, parts))
    assert all(torch.equal(a[key], b[key]) for key in a)
    assert whole.history_file.read_bytes() == parts.history_file.read_bytes()
    assert whole.predictions().equals(parts.predictions())
    assert whole.gradient_rows().equals(parts.gradient_rows())
    assert not list(parts.path.rglob(".*.part"))
