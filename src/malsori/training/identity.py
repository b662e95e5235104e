"""Whether a run's encoders are still the ones that it was trained with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from malsori.encoders.base import Encoder
from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.training.rundir import Run

# Follows the machine, and moves embeddings by less than a hundredth.
_MAY_DIFFER: Final = ("precision",)
_SHOWN: Final = 12  # characters of a checksum


def fingerprints(encoders: Mapping[str, Encoder]) -> dict[str, Any]:
    """Modality → the encoder's fingerprint, as JSON gives it back."""
    found: dict[str, Any] = json.loads(
        json.dumps({m: e.fingerprint() for m, e in encoders.items()})
    )
    return found


def check_encoders(run: Run, encoders: Mapping[str, Encoder]) -> None:
    """Refuses encoders whose features are not those that the run's network learned from.

    Raises:
        MalsoriError: Weights, tokenizer or settings are others, as after a model's folder was
            filled anew; says which.
    """
    noted: dict[str, Any] = run.state["encoders"]
    now = fingerprints(encoders)
    for modality, before in noted.items():
        after = now.get(modality, {})
        keys = [k for k in {**before, **after} if k not in _MAY_DIFFER]
        changed = [
            f"{key} {_short(before.get(key))} → {_short(after.get(key))}"
            for key in keys
            if before.get(key) != after.get(key)
        ]
        if changed:
            model = getattr(encoders[modality], "model", None) or f"encoders.{modality}"
            raise MalsoriError(
                f"{run.path}: {model} is not what this run was trained with: {'; '.join(changed)}",
                hint="bring the model's files of that time back, or train again (--fresh)",
            )


def _short(value: object) -> str:
    """A value in a few characters.

    Example:
        >>> _short("0123456789abcdef"), _short(None)
        ('0123456789ab', 'nothing')
    """
    text = "nothing" if value is None else str(value)
    return text[:_SHOWN] if text.isalnum() else text


def with_models_found(recipe: Recipe, run: Run) -> Recipe:
    """The recipe, with models of relative paths found from wherever a command is called.

    A folder that is not here is looked for in the run's folder and in those around it.
    """
    found = {}
    for modality, config in recipe.encoders.items():
        model = getattr(config, "model", None)
        if not isinstance(model, str) or Path(model).is_absolute() or Path(model).exists():
            continue
        for folder in (run.path.resolve(), *run.path.resolve().parents):
            if (folder / model).is_dir():
                found[modality] = config.model_copy(update={"model": str(folder / model)})
                break
    return recipe.model_copy(update={"encoders": {**recipe.encoders, **found}})
