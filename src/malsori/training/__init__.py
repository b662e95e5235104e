"""The loop, checkpoints, continuing, and prediction under every condition."""

from malsori.training.hooks import Hook
from malsori.training.loop import Loop
from malsori.training.predictor import Answer, Predictor, Unanswered
from malsori.training.records import EnvironmentChanged
from malsori.training.rundir import Run
from malsori.training.session import embed, evaluate_run, hooks_of, open_test, train
from malsori.training.setup import Setup, assemble

__all__ = [
    "Answer",
    "EnvironmentChanged",
    "Hook",
    "Loop",
    "Predictor",
    "Run",
    "Setup",
    "Unanswered",
    "assemble",
    "embed",
    "evaluate_run",
    "hooks_of",
    "open_test",
    "train",
]
