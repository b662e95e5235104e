"""A finished run's network with its best weights."""

from __future__ import annotations

from malsori.errors import MalsoriError
from malsori.nn.model import Model
from malsori.training import checkpoints
from malsori.training.rundir import Run


def check_finished(run: Run) -> None:
    """Refuses a run that is still to be trained."""
    if not run.finished:
        raise MalsoriError(
            f"{run.path}: this run is not finished",
            hint=f"continue it with `malsori train {run.recipe_file} --out {run.path}`",
        )


def load_best(run: Run, model: Model) -> None:
    """Puts a run's best weights into a model; every weight must be there and fit.

    Raises:
        MalsoriError: They are damaged or do not fit.
    """
    weights, structure = checkpoints.read_best(run)
    try:
        model.restructure(structure)
        model.load_state_dict(weights)
    except RuntimeError as error:
        raise MalsoriError(f"{run.path}: the weights do not fit the recipe: {error}") from error
