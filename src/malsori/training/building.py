"""From a recipe to encoders, a network and an engine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from malsori.balance.engines import Engine
from malsori.balance.weightings._warm_up import WarmUp
from malsori.balance.weightings.base import Weighting
from malsori.encoders.base import Encoder, EncoderModule
from malsori.nn.model import Model
from malsori.nn.names import key_of
from malsori.recipe import (
    ENCODERS,
    ENGINES,
    FUSIONS,
    HEADS,
    SHARINGS,
    SOLVERS,
    WEIGHTINGS,
    Recipe,
)
from malsori.registry import ComponentConfig
from malsori.schema import Task, TaskKind
from malsori.training.augmenting import check_augment
from malsori.training.data import Examples


def build_encoders(recipe: Recipe) -> dict[str, Encoder]:
    """Modality → encoder.

    Raises:
        MalsoriError: One refuses its options, or training rows cannot change as the recipe says.
    """
    encoders = {modality: ENCODERS.build(c) for modality, c in recipe.encoders.items()}
    check_augment(recipe, encoders)
    return encoders


def build_model(
    recipe: Recipe,
    tasks: Mapping[str, Task],
    encoders: Mapping[str, Encoder],
    widths: Mapping[str, int],
) -> Model:
    """The network; its first weights follow from the recipe's seed alone.

    Args:
        recipe: The recipe.
        tasks: The recipe's tasks.
        encoders: Modality → encoder.
        widths: Modality → F, the features' last dimension.
    """
    torch.manual_seed(recipe.training.seed)
    modules: dict[str, EncoderModule] = {m: e.module(widths[m]) for m, e in encoders.items()}
    fusion = FUSIONS.build(recipe.fusion, {m: module.dim for m, module in modules.items()})
    sharings = {
        view: SHARINGS.build(recipe.sharing, dim, list(tasks))
        for view, dim in fusion.view_dims.items()
    }
    heads = {
        view: {
            name: HEADS.build(head_of(recipe, task), sharing.out_dim, task)
            for name, task in tasks.items()
        }
        for view, sharing in sharings.items()
    }
    return Model(
        modules, fusion, sharings, heads, vote=recipe.vote.over, loss_on=recipe.vote.loss_on
    )


def head_of(recipe: Recipe, task: Task) -> ComponentConfig:
    """A task's head: the recipe's, or the one of its kind."""
    return recipe.heads.get(task.name, HEADS.validate(ComponentConfig(kind=task.kind), "heads"))


def prepare_model(model: Model, examples: Examples, priors: Mapping[str, np.ndarray]) -> None:
    """Statistics of the training features, and heads that begin at the training prior."""
    train = examples.rows("train")
    for modality in model.modalities:
        module = model.encoders[key_of(modality)]
        assert isinstance(module, EncoderModule)
        module.fit(examples.features(modality, train))
    model.start_at(priors)


def build_engine(recipe: Recipe) -> Engine:
    """The engine with its weighting and solver, all told the tasks' names.

    Raises:
        MalsoriError: One refuses its options.
    """
    names, balance = list(recipe.tasks), recipe.balance
    weighting: Weighting = WEIGHTINGS.build(balance.weighting, names)
    if balance.warmup is not None:
        weighting = WarmUp(weighting, balance.warmup.task, balance.warmup.epochs)
    solver = SOLVERS.build(balance.solver, names)
    engine: Engine = ENGINES.build(
        balance.engine, names, weighting, solver, seed=recipe.training.seed
    )
    return engine


def check_recipe(recipe: Recipe, tasks: Mapping[str, Task]) -> None:
    """Builds everything that a recipe names once, on made-up sizes, and throws it away.

    Args:
        recipe: The recipe.
        tasks: The recipe's tasks, as far as they are known; others get two made-up classes.

    Raises:
        MalsoriError: A component refuses one of its options.

    Example:
        >>> recipe = Recipe.load("demo", ["balance.weighting.kind=static",
        ...                               "balance.weighting.weights={urgensy: 2}"])
        >>> check_recipe(recipe, {})
        Traceback (most recent call last):
        malsori.errors.MalsoriError: balance.weighting.weights: no task 'urgensy' (...
    """
    build_engine(recipe)
    full = {name: tasks.get(name) or _made_up(recipe, name) for name in recipe.tasks}
    encoders = build_encoders(recipe)
    build_model(recipe, full, encoders, {m: e.width or 16 for m, e in encoders.items()})


def _made_up(recipe: Recipe, name: str) -> Task:
    """A task that its head fits, with two classes if it has any."""
    head = recipe.heads.get(name)
    kind: TaskKind = "nominal" if head is None else HEADS.load(head.kind).fits[0]
    return Task(name=name, kind=kind, classes=() if kind == "regression" else ("a", "b"))
