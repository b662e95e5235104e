"""One palette for every figure."""

from __future__ import annotations

from typing import Final

# Okabe and Ito (2008): told apart with every kind of colour vision, and in grey.
BLUE: Final = "#0072b2"
ORANGE: Final = "#e69f00"
GREEN: Final = "#009e73"
VERMILION: Final = "#d55e00"
SKY: Final = "#56b4e9"
PURPLE: Final = "#cc79a7"

PAPER: Final = "#ffffff"
INK: Final = "#1f2328"
QUIET: Final = "#6a737d"
PALE: Final = "#e3e6ea"

PART_COLOURS: Final = {
    "all": BLUE,
    "train": BLUE,
    "validation": ORANGE,
    "test": GREEN,
    "dropped": "#a7aeb6",
}
"""The colour of each part of a split, the same in every figure."""
