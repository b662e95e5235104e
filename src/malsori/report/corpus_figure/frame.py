"""What the panels of the picture have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from malsori.report.figures.lettering import wrap
from malsori.report.figures.sheet import NORMAL, SMALL, Sheet
from malsori.report.style import QUIET
from malsori.words import Words

HEAD: Final = 32.0
"""px from the top of a panel to what it shows."""
LINE: Final = 16.0
"""px between lines of small text."""
FOOT: Final = 40.0
"""px below a plot: the numbers of its axis and their unit."""


@dataclass(frozen=True)
class Frame:
    """The place of a panel on a sheet, and the words it is written in."""

    sheet: Sheet
    words: Words
    left: float
    top: float
    width: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    def title(self, title: str) -> None:
        """Writes its title."""
        base = self.top + NORMAL
        self.sheet.text(self.left, base, title, bold=True, room=self.width)

    def note(self, text: str, colour: str, line: int = 0) -> None:
        """Writes what a line in it is, at the right of its title or a line below."""
        base = self.top + NORMAL + line * LINE
        self.sheet.text(self.right - 6, base, text, colour, size=SMALL, anchor="right")

    def aside(self, text: str) -> float:
        """Says what stands in place of a plot; returns where it ends."""
        base = self.top + HEAD + SMALL
        for line in wrap(text, NORMAL, self.width, 3):
            self.sheet.text(self.left, base, line, QUIET)
            base += LINE + 2
        return base - SMALL
