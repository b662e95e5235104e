"""The nouns that every room shares: tasks, classes, splits."""

from __future__ import annotations

import difflib
import unicodedata
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from malsori.errors import MalsoriError

TaskKind = Literal["ordinal", "nominal"]
SignalKind = Literal["audio", "text", "features"]
SPLITS = ("train", "validation", "test")


class UnknownLabel(MalsoriError):  # noqa: N818 - reads better where it is caught
    """A label that is no class of its task."""


class Task(BaseModel):
    """One question that is asked of every utterance.

    Attributes:
        name: What the task is called in tables and recipes.
        kind: `ordinal` (the classes have an order) or `nominal`.
        classes: At least two; ordinal: rank 0 first. The order is part of the task: it is
            declared once and travels with every run.
        aliases: Other spellings and the class that each means.

    Raises:
        pydantic.ValidationError: Fewer than two classes, one twice, or an alias of no class.

    Example:
        >>> urgency = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
        >>> urgency.index("상")
        2
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: TaskKind
    classes: tuple[str, ...] = Field(min_length=2)
    aliases: dict[str, str] = Field(default_factory=dict)

    @field_validator("classes")
    @classmethod
    def _distinct(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        clean = tuple(normal(c) for c in classes)
        if len(set(clean)) < len(clean):
            raise ValueError("a class is named twice")
        if "" in clean:
            raise ValueError("a class has an empty name")
        return clean

    @model_validator(mode="after")
    def _aliases_lead_somewhere(self) -> Task:
        for alias, target in self.aliases.items():
            if normal(target) not in self.classes:
                raise ValueError(f"alias {alias!r} means {target!r}, which is no class")
        return self

    def index(self, label: str) -> int:
        """The rank of a label: exact, then through aliases, then ignoring case.

        Raises:
            UnknownLabel: The label is no class; the message names the nearest one.

        Example:
            >>> Task(name="t", kind="nominal", classes=("a", "b")).index(" B ")
            1
        """
        text = normal(label)
        if text in self.classes:
            return self.classes.index(text)
        folded = {normal(a).casefold(): normal(c) for a, c in self.aliases.items()}
        folded = {c.casefold(): c for c in self.classes} | folded
        if text.casefold() in folded:
            return self.classes.index(folded[text.casefold()])
        raise UnknownLabel(
            f"task {self.name!r} has no class {label!r}", hint=nearest(text, self.classes)
        )

    def label(self, index: int) -> str:
        """The class at a rank.

        Example:
            >>> Task(name="t", kind="nominal", classes=("a", "b")).label(0)
            'a'
        """
        return self.classes[index]


def normal(text: str) -> str:
    """NFC without outer white space: how class names are compared.

    Example:
        >>> normal(" 상 ")
        '상'
    """
    return unicodedata.normalize("NFC", text).strip()


def nearest(word: str, choices: tuple[str, ...] | list[str]) -> str:
    """A hint that names the choice most like a word, or all of them.

    Example:
        >>> nearest("nomnial", ["nominal", "ordinal"])
        "did you mean 'nominal'?"
        >>> nearest("x", ["nominal", "ordinal"])
        'there is: nominal, ordinal'
    """
    match = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if match:
        return f"did you mean {match[0]!r}?"
    return "there is: " + ", ".join(choices) if choices else "there is none"
