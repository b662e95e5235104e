"""The nouns that every room shares: tasks, classes, splits."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from malsori.errors import MalsoriError

TaskKind = Literal["ordinal", "nominal", "multilabel", "regression"]
SignalKind = Literal["audio", "text", "features"]
SPLITS = ("train", "validation", "test")

# What nobody sees: controls that are no white space, blanks of no width, soft hyphens, byte order
# marks and marks of direction. U+200C and U+200D stay, since some scripts are spelled with them.
UNSEEN: Final = dict.fromkeys(
    [
        *(*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0), 0xAD),
        *(0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF),
    ]
)
# Letters, digits and marks of full width → ASCII.
_NARROW: Final = {0xFF01 + i: 0x21 + i for i in range(94)}
_WHOLE: Final = re.compile(r"([-+]?[0-9]+)\.0*")


class UnknownLabel(MalsoriError):  # noqa: N818 - reads better where it is caught
    """A label that is no class of its task."""


class Task(BaseModel):
    """One question that is asked of every utterance.

    Attributes:
        name: What the task is called in tables and recipes.
        kind: `ordinal` (the classes have an order), `nominal`, `multilabel` (any number of the
            classes at once) or `regression` (a number).
        classes: At least two (multilabel: one); ordinal: rank 0 first. The order is part of the
            task: it is declared once and travels with every run. Regression has none.
        aliases: Other spellings and the class that each means.
        low: Regression: the least value that a label can have, or None.
        high: Regression: the greatest.

    Raises:
        pydantic.ValidationError: Too few classes for the kind, one twice, an alias of no class,
            or a range that is none.

    Example:
        >>> urgency = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
        >>> urgency.index("상")
        2
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    kind: TaskKind
    classes: tuple[str, ...] = ()
    aliases: dict[str, str] = Field(default_factory=dict)
    low: float | None = None
    high: float | None = None

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
    def _fits_its_kind(self) -> Task:
        least = {"regression": 0, "multilabel": 1}.get(self.kind, 2)
        if len(self.classes) < least:
            raise ValueError(f"a task of kind {self.kind} has at least {least} classes")
        if self.kind == "regression":
            if self.classes or self.aliases:
                raise ValueError("a regression task has no classes")
            if None not in (self.low, self.high) and not self.low < self.high:  # type: ignore[operator]
                raise ValueError(f"the range from {self.low} to {self.high} is empty")
        elif (self.low, self.high) != (None, None):
            raise ValueError(f"a task of kind {self.kind} has no range")
        return self

    @model_validator(mode="after")
    def _aliases_lead_somewhere(self) -> Task:
        said: dict[str, str] = {}
        for alias, target in self.aliases.items():
            if normal(target) not in self.classes:
                raise ValueError(f"alias {alias!r} means {target!r}, which is no class")
            own = normal(alias) if normal(alias) in self.classes else target
            other = said.setdefault(normal(alias), own)
            if normal(other) != normal(target):
                raise ValueError(f"alias {alias!r} means both {other!r} and {target!r}")
        return self

    @property
    def width(self) -> int:
        """How many numbers describe a prediction: K probabilities, or one value.

        Example:
            >>> Task(name="valence", kind="regression", low=1, high=5).width
            1
        """
        return len(self.classes) or 1

    def index(self, label: str) -> int:
        """The rank of a label: exact, then through aliases, then by what makes one class of two.

        Case, width, blanks and the ``.0`` of a whole number do (see ``same_class``).

        Raises:
            UnknownLabel: The label is no class; the message names the nearest one.

        Example:
            >>> Task(name="t", kind="nominal", classes=("a", "b")).index(" B ")
            1
        """
        text = self._meant(normal(label))
        if text in self.classes:
            return self.classes.index(text)
        for fold in (str.casefold, same_class):
            folded = {fold(normal(a)): normal(c) for a, c in self.aliases.items()}
            folded = {fold(c): c for c in self.classes} | folded
            if fold(text) in folded:
                return self.classes.index(folded[fold(text)])
        raise UnknownLabel(
            f"task {self.name!r} has no class {label!r}", hint=nearest(text, self.classes)
        )

    def _meant(self, text: str) -> str:
        """The class of exactly this spelling, or the text itself."""
        spelt = {normal(alias): normal(c) for alias, c in self.aliases.items()}
        return text if text in self.classes else spelt.get(text, text)

    def label(self, index: int) -> str:
        """The class at a rank."""
        return self.classes[index]


def seen(text: str) -> str:
    r"""A text without the characters that nobody sees (see ``UNSEEN``).

    Example:
        >>> seen("\ufeffab\x00")
        'ab'
    """
    # None of them is printable, and to ask that is far quicker than to look each one up.
    return text if text.isprintable() else text.translate(UNSEEN)


def normal(text: str) -> str:
    r"""NFC without outer white space and without what nobody sees: how names are compared.

    Example:
        >>> normal(" 상\u200b ")
        '상'
    """
    return unicodedata.normalize("NFC", seen(text)).strip()


def same_class(label: str) -> str:
    """What labels have in common that name one class for certain.

    Case, the width of letters and digits, how many blanks, and the ``.0`` that a data frame gives
    whole numbers in a column with gaps.

    Example:
        >>> {same_class(label) for label in ("1", "1.0", "１", " 1.")}
        {'1'}
        >>> same_class("Very  Sad") == same_class("very sad"), same_class("01")
        (True, '01')
    """
    text = " ".join(normal(label).translate(_NARROW).split()).casefold()
    whole = _WHOLE.fullmatch(text)
    return text if whole is None else whole[1]


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


def once(tasks: tuple[Task, ...]) -> tuple[Task, ...]:
    """The same tasks, each of which is there once.

    Raises:
        ValueError: Two of them have one name.
    """
    kinds: dict[str, str] = {}
    for task in tasks:
        if normal(task.name) in kinds:
            kinds_of = f"{kinds[normal(task.name)]} and {task.kind}"
            raise ValueError(f"task {task.name!r} is there twice: {kinds_of}")
        kinds[normal(task.name)] = task.kind
    return tasks


# What is as unseen in a name, and has a meaning in running text only: joiners, fillers, selectors
# of variants, Braille's blank.
_UNSEEN_IN_NAMES: Final = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_BLANK: Final = re.compile(r"[^\S\t\n]")
_FLOAT: Final = re.compile(r"(-?[0-9]+)\.0+")


def group_name(text: str) -> str:
    r"""The one form in which names of groups are compared: speakers, calls, rooms, folds.

    As ``normal``, and without joiners and fillers, every blank a plain one (a tab or a new line
    inside stays), and a whole number without the ``.0`` that a column of floats gives it. What
    differs in letters, case, width, the number of blanks or leading zeros stays different.

    Example:
        >>> [group_name(text) for text in (" s3", "s\u200d3", "3.0", "03", "Kim\u00a0Min")]
        ['s3', 's3', '3', '03', 'Kim Min']
    """
    if not (text.isascii() and text.isprintable()):
        text = _BLANK.sub(" ", _UNSEEN_IN_NAMES.sub("", text))
    text = normal(text)
    whole = _FLOAT.fullmatch(text)
    return whole[1] if whole else text
