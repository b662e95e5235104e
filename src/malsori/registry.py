"""Families of components: one file, one kind, one class, one flat constructor.

A component's constructor says everything once. Its parameters before `*` are what the program
gives it (dimensions, tasks); those after `*` are what a recipe may say, with types and
defaults, and the configuration model is derived from them. So components never see a
configuration, and a new kind is a new file, here or in another package.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    SerializerFunctionWrapHandler,
    ValidationError,
    create_model,
    model_serializer,
)

from malsori.entry_points import entries_of, load_entry, package_of, strange_groups
from malsori.errors import MalsoriError
from malsori.schema import nearest

T = TypeVar("T")


class ComponentConfig(BaseModel):
    """One component as a recipe writes it: its kind, and options as further keys.

    Without a kind it is of the kind that its place has by default.

    Example:
        >>> ComponentConfig(kind="hard", depth=2).options
        {'depth': 2}
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str = ""

    @property
    def options(self) -> dict[str, Any]:
        """Everything but the kind."""
        return dict(self.model_extra or {})

    @model_serializer(mode="wrap")
    def _without_empty_kind(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        said: dict[str, Any] = dump(self)
        return said if self.kind else {k: v for k, v in said.items() if k != "kind"}


@dataclass(frozen=True)
class Nested:
    """Marks a constructor's parameter as a component of another family.

    A recipe says it as `{kind: …}`; the registry validates it, fills in its defaults and builds
    it before the outer one, with what it names of the outer one's context.

    Args:
        package: of the inner family.
        default: the kind if nothing is said; "" where there is none.

    Example:
        >>> hint = typing.Annotated[object, Nested("malsori.nn.losses", "cross_entropy")]
        >>> typing.get_args(hint)[1].family.package
        'malsori.nn.losses'
    """

    package: str
    default: str = ""

    @property
    def family(self) -> Registry[Any]:
        """The inner family."""
        return Registry(self.package)


class Registry(Generic[T]):
    """The kinds of one family: files of its package, and entry points of other packages.

    Nothing is imported to find them.

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
        return sorted({*self._files(), *entries_of(self.package)})

    def about(self, kind: str) -> str:
        """What a kind is: the first line of its file, or the package it comes from.

        Neither is loaded for it.

        Example:
            >>> Registry("malsori.corpus.adapters").about("table")
            'a table of utterances, or a Hugging Face audiofolder'
        """
        if kind in self._files():
            text = ast.get_docstring(ast.parse(self._files()[kind].read_text("utf-8"))) or ""
            first = text.partition("\n")[0].rstrip(".")
            return re.sub(r"^An? adapter for |^Adapter for ", "", first)
        return ", ".join(
            f"from {package_of(entry)}" for entry in entries_of(self.package).get(kind, ())
        )

    def load(self, kind: str) -> type[T]:
        """The class of a kind.

        Raises:
            MalsoriError: No such kind (naming the nearest), several of this name, or one of
                another package that cannot be loaded.
            TypeError: The file does not hold exactly one public class.
        """
        inside, entries = kind in self._files(), entries_of(self.package).get(kind, [])
        origins = [f"malsori ({self.package}.{kind})"] * inside + [
            f"{package_of(entry)} ({entry.value})" for entry in entries
        ]
        if not origins:
            hint = "; ".join([nearest(kind, self.kinds()), *strange_groups()])
            raise MalsoriError(f"no kind {kind!r}", hint=hint)
        if len(origins) > 1:
            raise MalsoriError(
                f"{kind!r} comes from {' and from '.join(origins)}",
                hint="uninstall all but one of them, or have it renamed",
            )
        cls: type[T] = self._in_file(kind) if inside else load_entry(entries[0], self.package)
        return cls

    def config_model(self, kind: str) -> type[BaseModel]:
        """The pydantic model of what a recipe may say to this kind, defaults included."""
        cls: Any = self.load(kind)
        return _config_model(cls)

    def nested(self, kind: str) -> Mapping[str, Nested]:
        """Option → the family that it is a component of, for options that are components."""
        cls: Any = self.load(kind)
        return _nested(cls)

    def validate(
        self, config: ComponentConfig, where: str, *, default: str = ""
    ) -> ComponentConfig:
        """Checks a component and what is nested in it, and fills in the defaults.

        Args:
            config: As the recipe says it.
            where: Its path in the recipe, for the message.
            default: The kind, if it says none.

        Raises:
            MalsoriError: Unknown kind or option (naming the nearest), or a wrong value.
        """
        kind = config.kind or default
        if not kind:
            raise MalsoriError(f"{where}.kind: is missing", hint=nearest("", self.kinds()))
        try:
            model = self.config_model(kind)
        except MalsoriError as error:
            raise MalsoriError(f"{where}.kind: {error.message}", hint=error.hint) from error
        try:
            full = model(**config.options)
        except ValidationError as error:
            known = list(model.model_fields)
            raise MalsoriError(
                _explain(error, where, known), hint=self._elsewhere(error, kind)
            ) from error
        options = full.model_dump()
        for name, nested in self.nested(kind).items():
            inner = getattr(full, name)
            if inner is not None:
                valid = nested.family.validate(inner, f"{where}.{name}", default=nested.default)
                options[name] = valid.model_dump()
        return ComponentConfig(kind=kind, **options)

    def build(self, config: ComponentConfig, *context: Any, **named: Any) -> T:
        """Makes the component: of the context what its constructor names, then the options.

        Args:
            config: As the recipe says it.
            context: For the constructor's parameters before `*`, in their order.
            named: The same by name. What the constructor does not name is left out, and
                reaches what is nested in it if that names it.
        """
        cls: Any = self.load(config.kind)
        names = _context_names(cls)
        if len(context) > len(names):
            raise TypeError(f"{cls.__name__} takes {names}, not {len(context)} things")
        given = {**dict(zip(names, context, strict=False)), **named}
        full = _config_model(cls)(**config.options)
        options = full.model_dump()
        for name, nested in _nested(cls).items():
            inner = getattr(full, name)
            if inner is not None:
                whole = ComponentConfig(kind=inner.kind or nested.default, **inner.options)
                options[name] = nested.family.build(whole, **given)
        made: T = cls(**{name: given[name] for name in names if name in given}, **options)
        return made

    def _elsewhere(self, error: ValidationError, kind: str) -> str | None:
        """Which other kinds have an option that this one does not; none is loaded for it."""
        first = error.errors()[0]
        if first["type"] != "extra_forbidden":
            return None
        option = first["loc"][-1]
        files = {name: file for name, file in self._files().items() if name != kind}
        having = sorted(name for name, file in files.items() if option in _options_in(file))
        verb = "has" if len(having) == 1 else "have"
        return f"{' and '.join(having)} {verb} it, {kind} has not" if having else None

    def example(self, kind: str) -> ComponentConfig:
        """One of this kind that is small enough for tests.

        Its options are what a static method `small()` of the class gives, or the defaults.
        """
        small: Callable[[], dict[str, Any]] = getattr(self.load(kind), "small", dict)
        return ComponentConfig(kind=kind, **small())

    def _files(self) -> dict[str, Path]:
        spec = importlib.util.find_spec(self.package)
        places = (spec.submodule_search_locations or []) if spec else []
        found = {path.stem: path for place in places for path in Path(place).glob("*.py")}
        return {n: p for n, p in found.items() if not n.startswith("_") and n != "base"}

    def _in_file(self, kind: str) -> type[Any]:
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
        cls: type[Any] = found[0]
        return cls


def _options_in(file: Path) -> set[str]:
    """What the constructors of a file take after `*`."""
    return {
        argument.arg
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        for argument in node.args.kwonlyargs
    }


@cache
def _context_names(cls: Any) -> tuple[str, ...]:
    """The constructor's parameters before `*`, without self."""
    parameters = inspect.signature(cls).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD)


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return typing.get_type_hints(inspect.getattr_static(cls, "__init__"), include_extras=True)


@cache
def _nested(cls: Any) -> dict[str, Nested]:
    marks = {
        name: [mark for mark in typing.get_args(hint)[1:] if isinstance(mark, Nested)]
        for name, hint in _hints(cls).items()
        if typing.get_origin(hint) is typing.Annotated
    }
    return {name: found[0] for name, found in marks.items() if found}


@cache
def _config_model(cls: Any) -> type[BaseModel]:
    constructor = inspect.getattr_static(cls, "__init__")
    hints, nested = _hints(cls), _nested(cls)
    fields: dict[str, Any] = {}
    for name, parameter in inspect.signature(constructor).parameters.items():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            if name not in hints:
                raise MalsoriError(
                    f"{cls.__module__}.{cls.__name__}: its option {name!r} has no type",
                    hint=f"write it into the constructor, such as `{name}: int = …`",
                )
            default = ... if parameter.default is inspect.Parameter.empty else parameter.default
            fields[name] = (hints[name], default)
            if name in nested:
                fields[name] = _nested_field(nested[name], default)
    config = ConfigDict(extra="forbid", frozen=True, strict=False)
    return create_model(f"{cls.__name__}Config", __config__=config, **fields)


def _nested_field(nested: Nested, default: Any) -> tuple[Any, Any]:
    if default is None:
        return ComponentConfig | None, None
    return ComponentConfig, ComponentConfig(kind=nested.default) if nested.default else ...


def _explain(error: ValidationError, where: str, known: list[str]) -> str:
    first = error.errors()[0]
    path = ".".join([where, *(str(part) for part in first["loc"])])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        return f"{path}: no such option ({nearest(key, known)})"
    if first["type"] == "model_type":
        return f"{path}: write a mapping, such as {{kind: …}} (got {first['input']!r})"
    return f"{path}: {first['msg']} (got {first['input']!r})"
