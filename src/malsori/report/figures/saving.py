"""A sheet as a file: SVG by itself, PNG and PDF with matplotlib, which is loaded only then."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from malsori.errors import MalsoriError
from malsori.io import atomic_path
from malsori.report.figures.sheet import Sheet

SUFFIXES: Final = (".svg", ".png", ".pdf")


def save(sheet: Sheet, path: Path, title: str, description: str) -> Path:
    """Writes a figure, whole or not at all, with the same bytes for the same figure.

    Args:
        sheet: What is drawn.
        path: Ends in .svg, .png or .pdf. SVG keeps text as text, so it needs no font here;
            the others need an installed one for Hangul, and it is said once if there is none.
        title: Name of the figure, in an SVG, for who cannot see it.
        description: What it shows, likewise.

    Raises:
        MalsoriError: The path has another ending.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save(Sheet(9, 9), Path(folder) / "empty.svg", "nothing", "").name
        'empty.svg'
    """
    suffix = check_suffix(path)
    with atomic_path(path) as temporary:
        if suffix == ".svg":
            temporary.write_text(sheet.svg(title, description, alone=True) + "\n", "utf-8")
        else:
            from malsori.report.figures.replay import replay  # noqa: PLC0415 - loads matplotlib

            replay(sheet, temporary, suffix[1:])
    return path


def check_suffix(path: Path) -> str:
    """The ending of a figure's file, in lower case.

    Example:
        >>> check_suffix(Path("corpus.SVG"))
        '.svg'
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise MalsoriError(
            f"{path}: a figure cannot be written as {suffix or 'a file without ending'}",
            hint=f"use {', '.join(SUFFIXES)}",
        )
    return suffix
