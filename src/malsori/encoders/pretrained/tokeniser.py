"""What is known of a model's tokenizer, whichever library it comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Tokeniser:
    """A model's tokenizer, and what the model wants around a text."""

    ids: Callable[[str], Sequence[int]]  # a text's own tokens; runs in any process
    before: tuple[int, ...]  # ids that stand before a text
    after: tuple[int, ...]  # ids that stand behind it
    summary: int | None  # place of the token for the whole (CLS), from the end
    pad: int  # id of padding
    positions: int | None  # that the model can read at once, those around the text included
    limit: int | None  # that it is meant to read at once; None if nothing is said

    @property
    def around(self) -> int:
        """How many tokens stand around a text."""
        return len(self.before) + len(self.after)
