"""From a recipe to encoders, a network and an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np
import torch

from malsori.balance.engines import Engine
from malsori.balance.weightings._warm_up import WarmUp
from malsori.balance.weightings.base import Weighting
from malsori.encoders.base import Encoder, EncoderModule
from malsori.errors import MalsoriError
from malsori.nn.counts import Counts, counts_of
from malsori.nn.fusion.base import Fusion
from malsori.nn.model import TIED, Model
from malsori.nn.names import key_of
from malsori.nn.sharing.base import CutSharing, Sharing
from malsori.recipe import (
    ENCODERS,
    ENGINES,
    FUSIONS,
    HEADS,
    SHARINGS,
    SOLVERS,
    WEIGHTINGS,
    Recipe,
    kinds_that_fit,
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
    counts: Mapping[str, Counts],
) -> Model:
    """The network; its first weights follow from the recipe's seed alone.

    Raises:
        MalsoriError: A component refuses one of its options, or they do not fit together.
    """
    torch.manual_seed(recipe.training.seed)
    modules: dict[str, EncoderModule] = {m: e.module(widths[m]) for m, e in encoders.items()}
    fusion = FUSIONS.build(recipe.fusion, {m: module.dim for m, module in modules.items()})
    sharings = {
        view: SHARINGS.build(recipe.sharing, dim, list(tasks))
        for view, dim in fusion.view_dims.items()
    }
    heads = {
        place: {
            name: HEADS.build(head_of(recipe, task), dim=dim, task=task, counts=counts[name])
            for name, task in tasks.items()
        }
        for place, dim in _head_sizes(fusion, sharings).items()
    }
    return Model(
        modules, fusion, sharings, heads, vote=recipe.vote.over, loss_on=recipe.vote.loss_on
    )


def _head_sizes(fusion: Fusion, sharings: Mapping[str, Sharing]) -> dict[str, int]:
    """View → size of what its heads see; one entry if the views have their heads in common."""
    sizes = {view: sharing.out_dim for view, sharing in sharings.items()}
    if not fusion.tied:
        return sizes
    if len(set(sizes.values())) > 1:
        raise MalsoriError(
            "fusion: its views are answered by the same heads, and are of different sizes: "
            + ", ".join(f"{view} {size}" for view, size in sizes.items()),
            hint="a sharing with a size of its own makes them equal: --set sharing.kind=hard",
        )
    return {TIED: next(iter(sizes.values()))}


def head_of(recipe: Recipe, task: Task) -> ComponentConfig:
    """A task's head: the recipe's, of the task's own kind if it says none.

    Raises:
        MalsoriError: That kind has no such option.
    """
    said = recipe.heads.get(task.name, ComponentConfig())
    return HEADS.validate(said, f"heads.{task.name}", default=task.kind)


def check_heads(recipe: Recipe, tasks: Mapping[str, Task]) -> None:
    """Builds small heads of some tasks, and throws them away.

    Raises:
        MalsoriError: One does not answer its task, or refuses its loss or another option.
    """
    for name, counts in made_up_counts(tasks).items():
        HEADS.build(head_of(recipe, tasks[name]), dim=1, task=tasks[name], counts=counts)


def check_cut(recipe: Recipe) -> None:
    """Refuses an engine that stands where the tasks part with a sharing that has no such place.

    Raises:
        MalsoriError: They do not fit together.
    """
    kind = recipe.sharing.kind
    if ENGINES.load(recipe.balance.engine.kind).needs_cut and not issubclass(
        SHARINGS.load(kind), CutSharing
    ):
        raise MalsoriError(
            f"sharing.kind: {kind} has no one place where the tasks part, and the engine "
            f"{recipe.balance.engine.kind} stands there",
            hint="choose an engine that needs no such place, or --set sharing.kind=hard",
        )


def count_labels(examples: Examples, tasks: Mapping[str, Task]) -> dict[str, Counts]:
    """Task → the labels of the training rows."""
    train = examples.rows("train")
    return {name: counts_of(task, examples.targets[name][train]) for name, task in tasks.items()}


def prepare_model(model: Model, examples: Examples, priors: Mapping[str, np.ndarray]) -> None:
    """Statistics of the training features, and heads that begin at the training prior."""
    train = examples.rows("train")
    for modality in model.modalities:
        module = model.encoders[key_of(modality)]
        assert isinstance(module, EncoderModule)
        module.fit(examples.features(modality, train))
    model.set_priors(priors)


def build_engine(recipe: Recipe) -> Engine:
    """The engine with its weighting and solver, all told the tasks' names."""
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

    Tasks that are not known yet get two made-up classes.

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
    check_cut(recipe)
    full = {name: tasks.get(name) or _made_up(recipe, name) for name in recipe.tasks}
    encoders = build_encoders(recipe)
    widths = {m: e.width or 16 for m, e in encoders.items()}
    build_model(recipe, full, encoders, widths, made_up_counts(full))


def _made_up(recipe: Recipe, name: str) -> Task:
    """A task that its head can answer, if there is one, with two classes if it has any."""
    head = recipe.heads.get(name, ComponentConfig())
    kinds: Sequence[TaskKind] = HEADS.load(head.kind).fits if head.kind else kinds_that_fit(head)
    classes = {kind: () if kind == "regression" else ("a", "b") for kind in kinds}
    each = [Task(name=name, kind=kind, classes=classes[kind]) for kind in kinds]
    for task in each:
        with suppress(MalsoriError):
            check_heads(recipe, {name: task})
            return task
    return each[0]  # which says why


def made_up_counts(tasks: Mapping[str, Task]) -> dict[str, Counts]:
    """Task → counts as if every class had occurred once.

    Example:
        >>> made_up_counts({"mood": Task(name="mood", kind="nominal", classes=("a", "b"))})
        {'mood': Counts(rows=2, classes=(1, 1))}
    """
    return {name: Counts(task.width, (1,) * len(task.classes)) for name, task in tasks.items()}
