"""A figure for every screen: drawn for a wide and for a narrow one, and one of them shown."""

from __future__ import annotations

from typing import Final, Protocol

from malsori.report.figures.sheet import NARROW, WIDE

RESPONSIVE_CSS: Final = """\
.figure-narrow { display: none; }
@media (max-width: 599px) {
  .figure-wide { display: none; }
  .figure-narrow { display: block; }
}
"""
"""What a page needs to show the one that fits; a hidden one is not read aloud either."""


class Draws(Protocol):
    """Draws a figure for a width in px."""

    def __call__(self, *, width: int) -> str:
        """The figure as one `<svg>`."""
        ...


def responsive(draw: Draws) -> str:
    """Two drawings of a figure, text of the same size in both; `RESPONSIVE_CSS` shows one.

    Args:
        draw: Such as `functools.partial(answer_svg, rows, words)`.

    Example:
        >>> responsive(lambda *, width: f"<svg>{width}</svg>").count("<svg>")
        2
    """
    wide, narrow = draw(width=WIDE), draw(width=NARROW)
    return f'<div class="figure-wide">{wide}</div><div class="figure-narrow">{narrow}</div>'
