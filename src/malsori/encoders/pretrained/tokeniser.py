"""What is known of a model's tokenizer, whichever library it comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tokeniser:
    """A model's tokenizer, and what the model wants around a text.

    Attributes:
        ids: a text's own tokens; runs in any process.
        before: ids that stand before a text.
        after: ids that stand behind it.
        summary: place of the token that stands for the whole (CLS), negative from the end; None
            if the model has none.
        pad: id of padding.
        positions: tokens that the model can read at once, those around the text included; None
            if it sets no limit.
        limit: tokens that it is meant to read at once; None if nothing is said.
    """

    ids: Callable[[str], Sequence[int]]
    before: tuple[int, ...]
    after: tuple[int, ...]
    summary: int | None
    pad: int
    positions: int | None
    limit: int | None

    @property
    def around(self) -> int:
        """How many tokens stand around a text."""
        return len(self.before) + len(self.after)
