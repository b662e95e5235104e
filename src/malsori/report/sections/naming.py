"""Ids and names of classes as a page may show them."""

from __future__ import annotations

from typing import Final

from malsori.report.facts import Facts
from malsori.report.facts.privacy import last_part
from malsori.words import Text, Words

LONGEST: Final = 40
"""Characters of a class's name in the table of mistakes."""


def shown_id(name: str) -> str:
    """An id as it may be shown: of one that is a path, only the last part.

    Example:
        >>> shown_id("C0042"), shown_id("/home/kim/calls/7.wav")
        ('C0042', '7.wav')
    """
    return last_part(name)


def shortened(name: str) -> str:
    """A class's name where it stands many times; the table of classes has all of it.

    Example:
        >>> shortened("calm"), len(shortened("very " * 40))
        ('calm', 40)
    """
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def rows_note(facts: Facts, words: Words) -> Text:
    """What stands below a list of rows: what they are good for, and whose the numbers are."""
    said = words.text("errors.mistakes_open" if facts.excerpts else "errors.mistakes_closed")
    names = facts.subject.names
    if names.shown:
        return said
    test = "" if facts.subject.split == "test" else f" --split {facts.subject.split}"
    return (*said, " ", *words.text("errors.numbered", told=told(facts, words), part=test))


def told(facts: Facts, words: Words) -> str:
    """What the ids tell, in words; a column or task of the corpus by its name."""
    return words.listed([words.named("told", what) for what in facts.subject.names.told])


def ids_sentence(facts: Facts, words: Words) -> Text:
    """What is true of this page: what of those who speak is in it."""
    names, run = facts.subject.names, facts.subject
    listed = any(e.mistakes or (e.numbers and e.numbers.far) for e in run.errors.values())
    key = "none" if not listed else "numbers" if not names.shown else "told" if names.told else "id"
    text = words.text("foot.private_text" if facts.excerpts else "foot.private")
    if facts.quoted:
        text = (*text, " ", *words.text("foot.private_quotes"))
        if key == "none":
            return text
    return (*text, " ", *words.text(f"foot.private_{key}", told=told(facts, words)))
