"""A recipe: everything that decides a training run, frozen and validated."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, Field, ValidationError, field_validator

from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.overrides import override_all, said_again
from malsori.recipe_parts import (
    Augmentation,
    Balance,
    CorpusChoice,
    LabelTransform,
    Monitor,
    Optimizer,
    Schedule,
    Section,
    Stop,
    Training,
    Vote,
    Warmup,
)
from malsori.registry import ComponentConfig, Registry
from malsori.reporting import say
from malsori.schema import TaskKind, nearest

__all__ = [
    "Augmentation",
    "Balance",
    "CorpusChoice",
    "LabelTransform",
    "Monitor",
    "Optimizer",
    "Recipe",
    "Schedule",
    "Stop",
    "Training",
    "Vote",
    "Warmup",
    "find_recipe",
]

ENCODERS: Registry[Any] = Registry("malsori.encoders.kinds")
FUSIONS: Registry[Any] = Registry("malsori.nn.fusion")
SHARINGS: Registry[Any] = Registry("malsori.nn.sharing")
HEADS: Registry[Any] = Registry("malsori.nn.heads")
WEIGHTINGS: Registry[Any] = Registry("malsori.balance.weightings")
SOLVERS: Registry[Any] = Registry("malsori.balance.solvers")
ENGINES: Registry[Any] = Registry("malsori.balance.engines")
# Transforms of training rows, by the kind of signal that they change.
TRANSFORMS: dict[str, Registry[Any]] = {
    "audio": Registry("malsori.signals.augment"),
    "text": Registry("malsori.signals.corrupt"),
}
FAMILIES = {
    "encoders": ENCODERS,
    "fusion": FUSIONS,
    "sharing": SHARINGS,
    "heads": HEADS,
    "heads.TASK.loss": Registry[Any]("malsori.nn.losses"),
    "balance.weighting": WEIGHTINGS,
    "balance.solver": SOLVERS,
    "balance.engine": ENGINES,
    **{f"augment of {signal}": family for signal, family in TRANSFORMS.items()},
}
"""Place in a recipe → the family of what may stand there."""

S = TypeVar("S", bound=Section)

# Recipes that come with malsori, by name.
BUILT_IN = Path(__file__).parent / "recipes"


class Recipe(Section):
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
    augment: dict[str, Augmentation] = Field(
        default_factory=dict, description="By modality, how signals change in training rows only."
    )
    fusion: ComponentConfig = ComponentConfig(kind="early")
    vote: Vote = Vote()
    sharing: ComponentConfig = ComponentConfig(kind="hard")
    heads: dict[str, ComponentConfig] = Field(
        default_factory=dict,
        description="A task without one gets the head of its kind, and so does one without `kind`.",
    )
    balance: Balance = Balance()
    training: Training = Training()

    @field_validator("encoders", mode="before")
    @classmethod
    def _without_null(cls, encoders: object) -> object:
        """`text: null` takes a modality away, in a file as on the command line."""
        if not isinstance(encoders, Mapping):
            return encoders
        return {modality: found for modality, found in encoders.items() if found is not None}

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
        file = find_recipe(path)
        if not file.exists():
            names = ", ".join(sorted(known.stem for known in BUILT_IN.glob("*.yaml")))
            raise MalsoriError(
                f"{path}: no such file",
                hint=f"give its file (YAML), or one that comes with malsori: {names}",
            )
        data = read_yaml(file)
        for line in said_again(overrides):
            say(line)
        data = override_all(data, overrides)
        return cls.parse(data, source=str(path))

    def _complete(self) -> Recipe:
        """Checks every component against its own constructor and fills in its defaults."""
        self._check_names()
        families = {"weighting": WEIGHTINGS, "solver": SOLVERS, "engine": ENGINES}
        balance = _completed(self.balance, families, "balance.")
        encoders = {m: ENCODERS.validate(c, f"encoders.{m}") for m, c in self.encoders.items()}
        heads = {t: _completed_head(c, f"heads.{t}") for t, c in self.heads.items()}
        augment = {m: self._complete_steps(m, a) for m, a in self.augment.items()}
        update = {"balance": balance, "encoders": encoders, "heads": heads, "augment": augment}
        whole = self.model_copy(update=update)
        return _completed(whole, {"fusion": FUSIONS, "sharing": SHARINGS})

    def _check_names(self) -> None:
        if len(set(self.tasks)) < len(self.tasks):
            raise MalsoriError("tasks: a task is named twice")
        named = [(f"heads.{task}", task) for task in self.heads]
        named += [(f"labels.{task}", task) for task in self.labels]
        if self.balance.warmup:
            named.append(("balance.warmup.task", self.balance.warmup.task))
        for modality in self.augment:
            if modality not in self.encoders:
                raise MalsoriError(
                    f"augment.{modality}: no encoder is called so",
                    hint=f"{nearest(modality, list(self.encoders))}; "
                    f"--set augment.{modality}=null leaves it out",
                )
        for where, task in named:
            if task not in self.tasks:
                raise MalsoriError(
                    f"{where}: {task!r} is no task of this recipe",
                    hint=nearest(task, list(self.tasks)),
                )

    def _complete_steps(self, modality: str, augmentation: Augmentation) -> Augmentation:
        """Checks the transforms of one modality, which must be of the signal it is made of."""
        where = f"augment.{modality}"
        signal = ENCODERS.load(self.encoders[modality].kind).signal
        if signal not in TRANSFORMS:
            raise MalsoriError(
                f"{where}: its encoder reads {signal}, which have no transforms",
                hint=f"--set augment.{modality}=null; {' and '.join(TRANSFORMS)} have some",
            )
        steps = tuple(
            _complete_step(signal, step, f"{where}.steps.{i}")
            for i, step in enumerate(augmentation.steps)
        )
        return augmentation.model_copy(update={"steps": steps})

    def data(self) -> dict[str, Any]:
        """The whole recipe as plain data, every default written out."""
        plain: dict[str, Any] = self.model_dump(mode="json")
        for key in ("labels", "augment"):
            if not plain[key]:
                del plain[key]  # so that recipes from before there were transforms stay the same
        return plain

    def digest(self) -> str:
        """16 hex digits that change when anything in the recipe does but the corpus' place.

        A corpus is known by its content. What `malsori recipe validate` prints, a run records, a
        page shows and a run's folder is called after is this one.
        """
        plain = self.data()
        plain["corpus"] = {**plain["corpus"], "path": ""}
        text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _completed(section: S, families: Mapping[str, Registry[Any]], where: str = "") -> S:
    """Checks components of a section, each of the kind that the section has by default."""
    fields = type(section).model_fields
    found = {
        name: family.validate(
            getattr(section, name), f"{where}{name}", default=fields[name].default.kind
        )
        for name, family in families.items()
    }
    return section.model_copy(update=found)


def _completed_head(head: ComponentConfig, where: str) -> ComponentConfig:
    """Checks a head. Without a kind it stays as said until its task is known."""
    if head.kind:
        return HEADS.validate(head, where)
    if not kinds_that_fit(head):
        HEADS.validate(head, where, default="nominal")
    return head


def kinds_that_fit(head: ComponentConfig) -> list[TaskKind]:
    """The kinds of task whose own head has the options of a head without a kind.

    Example:
        >>> kinds_that_fit(ComponentConfig(target="soft"))
        ['nominal']
    """
    found: list[TaskKind] = []
    for kind in get_args(TaskKind):
        with suppress(MalsoriError):
            HEADS.validate(head, "heads", default=kind)
            found.append(kind)
    return found


def _complete_step(signal: str, step: ComponentConfig, where: str) -> ComponentConfig:
    """Checks one transform against its own constructor, and its values by making it once."""
    family, other = TRANSFORMS[signal], TRANSFORMS["text" if signal == "audio" else "audio"]
    if step.kind not in family.kinds() and step.kind in other.kinds():
        raise MalsoriError(
            f"{where}.kind: {step.kind!r} does not change {signal}",
            hint=f"one of: {', '.join(family.kinds())}",
        )
    full = family.validate(step, where)
    try:
        family.build(full)
    except MalsoriError as error:
        raise MalsoriError(f"{where}: {error.message}", hint=error.hint) from error
    return full


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
    "tuple_type": "write a list, such as [urgency, sentiment] or [{kind: …}]",
    "too_short": "one at least is needed",
    "dict_type": "write a mapping of names, such as {text: {kind: jamo}}",
    "model_type": "write a mapping, such as {kind: …} or {key: value}",
}


def _fields_at(model: type[BaseModel], path: Sequence[int | str]) -> list[str]:
    named = False  # whether the next part is a name of the recipe's, as a modality is
    for part in path:
        if named:
            named = False
            continue
        field = model.model_fields.get(str(part))
        if field is None:
            return []
        named = get_origin(field.annotation) is dict
        choices = [field.annotation, *get_args(field.annotation)]
        models = [c for c in choices if isinstance(c, type) and issubclass(c, BaseModel)]
        if not models:
            return []
        model = models[0]
    return list(model.model_fields)
