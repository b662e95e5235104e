"""Families of components: one file, one kind, one class, one flat constructor.

A component's constructor says everything once. Its parameters before `*` are what the program
gives it (dimensions, tasks); those after `*` are what a recipe may say, with types and
defaults, and the configuration model is derived from them. So components never see a
configuration, and a new kind is a new file.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
import typing
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from malsori.errors import MalsoriError
from malsori.schema import nearest

T = TypeVar("T")


class ComponentConfig(BaseModel):
    """One component as a recipe writes it: its kind, and options as further keys.

    Example:
        >>> ComponentConfig(kind="hard", depth=2).options
        {'depth': 2}
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str

    @property
    def options(self) -> dict[str, Any]:
        """Everything but the kind."""
        return dict(self.model_extra or {})


class Registry(Generic[T]):
    """The kinds of one family, found as files of its package without importing them.

    Args:
        package: Dotted name of the package that holds one file for every kind. Names that
            begin with `_`, and `base`, are not kinds.

    Example:
        >>> Registry("malsori.balance.solvers").kinds()[:2]
        ['pcgrad', 'sum']
    """

    def __init__(self, package: str) -> None:
        self.package = package

    def kinds(self) -> list[str]:
        """Every kind, sorted."""
        spec = importlib.util.find_spec(self.package)
        if spec is None:
            return []
        folders = [Path(place) for place in spec.submodule_search_locations or []]
        names = {path.stem for folder in folders for path in folder.glob("*.py")}
        return sorted(n for n in names if not n.startswith("_") and n != "base")

    def about(self, kind: str) -> str:
        """What a kind is: the first line of its file, which is not loaded for it.

        Example:
            >>> Registry("malsori.corpus.adapters").about("table")
            'a table of utterances, or a Hugging Face audiofolder'
        """
        spec = importlib.util.find_spec(self.package)
        for folder in (spec.submodule_search_locations or []) if spec else []:
            file = Path(folder) / f"{kind}.py"
            if file.is_file():
                text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
                first = text.partition("\n")[0].rstrip(".")
                return re.sub(r"^An? adapter for |^Adapter for ", "", first)
        return ""

    def load(self, kind: str) -> type[T]:
        """The class of a kind.

        Raises:
            MalsoriError: No such kind; the message names the nearest.
            TypeError: The file does not hold exactly one public class.
        """
        if kind not in self.kinds():
            raise MalsoriError(f"no kind {kind!r}", hint=nearest(kind, self.kinds()))
        module = importlib.import_module(f"{self.package}.{kind}")
        found: list[Any] = [
            value
            for name, value in vars(module).items()
            if inspect.isclass(value)
            and value.__module__ == module.__name__
            and not name.startswith("_")
        ]
        if len(found) != 1:
            raise TypeError(f"{module.__name__} must define exactly one public class: {found}")
        cls: type[T] = found[0]
        return cls

    def config_model(self, kind: str) -> type[BaseModel]:
        """The pydantic model of what a recipe may say to this kind, defaults included."""
        cls: Any = self.load(kind)
        return _config_model(cls)

    def validate(self, config: ComponentConfig, where: str) -> ComponentConfig:
        """Checks a component and fills in its defaults.

        Args:
            config: As the recipe says it.
            where: Its path in the recipe, for the message.

        Raises:
            MalsoriError: Unknown kind or option (naming the nearest), or a wrong value.
        """
        if config.kind not in self.kinds():
            raise MalsoriError(
                f"{where}.kind: no kind {config.kind!r}", hint=nearest(config.kind, self.kinds())
            )
        model = self.config_model(config.kind)
        try:
            full = model(**config.options)
        except ValidationError as error:
            raise MalsoriError(_explain(error, where, list(model.model_fields))) from error
        return ComponentConfig(kind=config.kind, **full.model_dump())

    def build(self, config: ComponentConfig, *context: Any, **named: Any) -> T:
        """Makes the component: context first, then what the recipe says."""
        model = self.config_model(config.kind)
        options = model(**config.options).model_dump()
        return self.load(config.kind)(*context, **named, **options)


@cache
def _config_model(cls: type[Any]) -> type[BaseModel]:
    constructor = inspect.getattr_static(cls, "__init__")
    hints = typing.get_type_hints(constructor)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(constructor).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[name] = (hints[name], default)
    config = ConfigDict(extra="forbid", frozen=True, strict=False)
    return create_model(f"{cls.__name__}Config", __config__=config, **fields)


def _explain(error: ValidationError, where: str, known: list[str]) -> str:
    first = error.errors()[0]
    path = ".".join([where, *(str(part) for part in first["loc"])])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        return f"{path}: no such option ({nearest(key, known)})"
    return f"{path}: {first['msg']} (got {first['input']!r})"
