"""A recipe: everything that decides a training run, frozen and validated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.overrides import override
from malsori.registry import ComponentConfig, Registry
from malsori.schema import nearest

ENCODERS: Registry[Any] = Registry("malsori.encoders.kinds")
FUSIONS: Registry[Any] = Registry("malsori.nn.fusion")
SHARINGS: Registry[Any] = Registry("malsori.nn.sharing")
HEADS: Registry[Any] = Registry("malsori.nn.heads")
WEIGHTINGS: Registry[Any] = Registry("malsori.balance.weightings")
SOLVERS: Registry[Any] = Registry("malsori.balance.solvers")
ENGINES: Registry[Any] = Registry("malsori.balance.engines")


# Recipes that come with malsori, by name.
BUILT_IN = Path(__file__).parent / "recipes"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CorpusChoice(_Part):
    """Which corpus, and which of its saved splits.

    Example:
        >>> CorpusChoice(path="calls", split="by-speaker").split
        'by-speaker'
    """

    path: str = Field(description="Folder of the corpus, from the current folder or absolute.")
    split: str = Field(description="Name of a saved split.")


class LabelTransform(_Part):
    """What becomes of compound labels (`happy;neutral`) in training rows, and in no others.

    Example:
        >>> LabelTransform(compound="other_than_neutral").neutral
        'neutral'
    """

    compound: Literal["other_than_neutral"] = Field(
        description="A label of two classes, one of them neutral, becomes the other one."
    )
    neutral: str = Field("neutral", description="The class that gives way.")


class Vote(_Part):
    """How several views of an utterance become one answer, and what the loss sees.

    Example:
        >>> Vote().over
        'logits'
    """

    over: Literal["logits", "probabilities"] = Field(
        "logits", description="The mean of the logits, or of the probabilities (soft voting)."
    )
    loss_on: Literal["vote", "views", "both"] = Field(
        "vote", description="The loss of the joined answer, the mean over views, or both."
    )


class Warmup(_Part):
    """A main task that trains alone for the first epochs.

    Example:
        >>> Warmup(task="urgency").epochs
        1
    """

    task: str
    epochs: int = Field(1, ge=1)


class Monitor(_Part):
    """How often the gradient monitor looks at the shared parameters.

    Example:
        >>> Monitor().every
        50
    """

    every: int = Field(50, ge=1, description="Steps between two exact samples.")


class Balance(_Part):
    """How the tasks' losses become one step.

    Example:
        >>> Balance().solver.kind
        'sum'
    """

    warmup: Warmup | None = None
    weighting: ComponentConfig = ComponentConfig(kind="static")
    solver: ComponentConfig = ComponentConfig(kind="sum")
    engine: ComponentConfig = ComponentConfig(kind="split")
    monitor: Monitor | None = Field(Monitor(), description="null switches the monitor off.")


class Optimizer(_Part):
    """AdamW (Loshchilov and Hutter, 2019); biases and normalisation are not decayed.

    Example:
        >>> Optimizer(lr=1e-3).kind
        'adamw'
    """

    kind: Literal["adamw"] = "adamw"
    lr: float = Field(1e-3, gt=0)
    weight_decay: float = Field(0.05, ge=0)


class Schedule(_Part):
    """The learning rate over the whole run: linear warm-up, then cosine or constant.

    Example:
        >>> Schedule().warmup
        0.1
    """

    kind: Literal["cosine", "constant"] = "cosine"
    warmup: float = Field(0.1, ge=0, lt=1, description="Share of all steps.")


class Stop(_Part):
    """Early stopping: the run ends when this has not risen for some epochs.

    Example:
        >>> Stop().patience
        8
    """

    on: Literal["validation.skill"] = Field(
        "validation.skill", description="The unweighted mean of the tasks' validation skill."
    )
    patience: int = Field(8, ge=1)


class Training(_Part):
    """The loop.

    Example:
        >>> Training().batch_size
        64
    """

    epochs: int = Field(30, ge=1)
    batch_size: int = Field(64, ge=2)
    optimizer: Optimizer = Optimizer()
    schedule: Schedule = Schedule()
    clip: float | None = Field(1.0, gt=0, description="Largest gradient norm, or null.")
    modality_dropout: float = Field(
        0.25, ge=0, lt=1, description="Chance that a training row loses one of its modalities."
    )
    seed: int = Field(0, ge=0)
    stop: Stop | None = Field(Stop(), description="null trains all epochs; the best is kept.")
    checkpoint_steps: int = Field(100, ge=1, description="Most steps that a kill can cost.")
    device: str = Field("auto", description="auto, cpu, cuda, cuda:1, mps …")
    threads: int | None = Field(
        1,
        ge=1,
        description="Processor threads; one is fastest for small networks; null: every core.",
    )


class Recipe(_Part):
    """Everything that decides a training run.

    Raises:
        MalsoriError: From `Recipe.parse` and `Recipe.load`: every wrong key, with its path and
            the nearest right one.

    Example:
        >>> recipe = Recipe.parse({
        ...     "corpus": {"path": "calls", "split": "by-speaker"},
        ...     "tasks": ["urgency"],
        ...     "encoders": {"text": {"kind": "jamo"}},
        ... })
        >>> recipe.training.epochs
        30
    """

    corpus: CorpusChoice
    tasks: tuple[str, ...] = Field(min_length=1)
    labels: dict[str, LabelTransform] = Field(
        default_factory=dict, description="By task, how labels change in training rows only."
    )
    encoders: dict[str, ComponentConfig] = Field(min_length=1)
    fusion: ComponentConfig = ComponentConfig(kind="early")
    vote: Vote = Vote()
    sharing: ComponentConfig = ComponentConfig(kind="hard")
    heads: dict[str, ComponentConfig] = Field(
        default_factory=dict, description="A task without one gets the head of its kind."
    )
    balance: Balance = Balance()
    training: Training = Training()

    @classmethod
    def parse(cls, data: object, *, source: str = "recipe") -> Recipe:
        """Validates a recipe, its components' options included.

        Args:
            data: What the YAML holds.
            source: The file's name, for messages.
        """
        if not isinstance(data, Mapping):
            raise MalsoriError(f"{source}: a recipe is a mapping, this is {_kind_of(data)}")
        try:
            recipe = cls.model_validate(dict(data))
        except ValidationError as error:
            raise MalsoriError(f"{source}: " + "\n  ".join(_explain(error))) from error
        try:
            return recipe._complete()
        except MalsoriError as error:
            raise MalsoriError(f"{source}: {error.message}", hint=error.hint) from error

    @classmethod
    def load(cls, path: str | Path, overrides: Sequence[str] = ()) -> Recipe:
        """Reads a recipe file and applies `key.path=value` overrides.

        Setting another `kind` drops the options of the old one; `null` removes a modality.
        """
        data = read_yaml(find_recipe(path))
        for text in overrides:
            data = override(data, text)
        return cls.parse(data, source=str(path))

    def _complete(self) -> Recipe:
        """Checks every component against its own constructor and fills in its defaults."""
        self._check_names()
        balance = self.balance.model_copy(
            update={
                "weighting": WEIGHTINGS.validate(self.balance.weighting, "balance.weighting"),
                "solver": SOLVERS.validate(self.balance.solver, "balance.solver"),
                "engine": ENGINES.validate(self.balance.engine, "balance.engine"),
            }
        )
        encoders = {m: ENCODERS.validate(c, f"encoders.{m}") for m, c in self.encoders.items()}
        heads = {t: HEADS.validate(c, f"heads.{t}") for t, c in self.heads.items()}
        fusion = FUSIONS.validate(self.fusion, "fusion")
        sharing = SHARINGS.validate(self.sharing, "sharing")
        update = {"balance": balance, "encoders": encoders, "heads": heads}
        return self.model_copy(update={**update, "fusion": fusion, "sharing": sharing})

    def _check_names(self) -> None:
        if len(set(self.tasks)) < len(self.tasks):
            raise MalsoriError("tasks: a task is named twice")
        named = [(f"heads.{task}", task) for task in self.heads]
        named += [(f"labels.{task}", task) for task in self.labels]
        if self.balance.warmup:
            named.append(("balance.warmup.task", self.balance.warmup.task))
        for where, task in named:
            if task not in self.tasks:
                raise MalsoriError(
                    f"{where}: {task!r} is no task of this recipe",
                    hint=nearest(task, list(self.tasks)),
                )

    def data(self) -> dict[str, Any]:
        """The whole recipe as plain data, every default written out."""
        plain: dict[str, Any] = self.model_dump(mode="json")
        if not self.labels:
            del plain["labels"]  # so that recipes from before there were transforms stay the same
        return plain

    def digest(self) -> str:
        """16 hex digits that change when anything in the recipe changes."""
        text = json.dumps(self.data(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def find_recipe(path: str | Path) -> Path:
    """A recipe's file: the path itself, or the recipe of this name that comes with malsori.

    Example:
        >>> find_recipe("demo").name
        'demo.yaml'
    """
    built_in = BUILT_IN / f"{path}.yaml"
    return built_in if not Path(path).is_file() and built_in.is_file() else Path(path)


def _kind_of(value: object) -> str:
    return "empty" if value is None else f"a {type(value).__name__}"


def _explain(error: ValidationError) -> Iterator[str]:
    for problem in error.errors()[:8]:
        path = ".".join(str(part) for part in problem["loc"])
        if problem["type"] == "extra_forbidden":
            known = _fields_at(Recipe, problem["loc"][:-1])
            yield f"{path}: no such key ({nearest(str(problem['loc'][-1]), known)})"
        elif problem["type"] == "missing":
            yield f"{path}: is missing"
        elif problem["type"] in _WANTED:
            yield f"{path}: {_WANTED[problem['type']]} (got {problem['input']!r})"
        else:
            yield f"{path}: {problem['msg']} (got {problem['input']!r})"


_WANTED = {
    "tuple_type": "write a list, such as [urgency, sentiment]",
    "dict_type": "write a mapping of names, such as {text: {kind: jamo}}",
    "model_type": "write a mapping, such as {kind: …} or {key: value}",
}


def _fields_at(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    for part in path:
        field = model.model_fields.get(str(part))
        if field is None:
            return []
        choices = [field.annotation, *get_args(field.annotation)]
        models = [c for c in choices if isinstance(c, type) and issubclass(c, BaseModel)]
        if not models:
            return []
        model = models[0]
    return list(model.model_fields)
