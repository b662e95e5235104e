"""The loop, checkpoints, continuing, and prediction under every condition."""

from malsori.training.predictor import Answer, Predictor
from malsori.training.records import EnvironmentChanged
from malsori.training.rundir import Run
from malsori.training.session import embed, evaluate_run, open_test, train

__all__ = [
    "Answer",
    "EnvironmentChanged",
    "Predictor",
    "Run",
    "embed",
    "evaluate_run",
    "open_test",
    "train",
]
