"""The findings below the panels, the most severe first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from malsori.corpus.audit.wording import subject
from malsori.findings import Finding, Severity
from malsori.report.corpus_figure.frame import HEAD, Frame
from malsori.report.figures.lettering import wrap
from malsori.report.figures.sheet import NORMAL
from malsori.report.style import ORANGE, QUIET, SKY, VERMILION
from malsori.words import Words

_COLOURS: Final[dict[Severity, str]] = {"serious": VERMILION, "warning": ORANGE, "note": SKY}
_MOST: Final = 12
_LINE: Final = 19.0
_INDENT: Final = 84.0
_MOST_LINES: Final = 4


def said(finding: Finding, words: Words) -> str:
    """What a finding says."""
    return f"{subject(finding, words)}: {words.say(finding.message)}"


def list_findings(frame: Frame, findings: Sequence[Finding]) -> float:
    """Writes each finding with a dot in the colour of its severity; returns where it ends, px.

    Example:
        >>> from malsori.report.figures.sheet import Sheet
        >>> sheet = Sheet(640, 100)
        >>> found = [Finding("text", "warning", "text", "1 of 2 rows (50 %) without text")]
        >>> list_findings(Frame(sheet, Words("en"), 0, 0, 640), found)
        51.0
        >>> [mark.shape.text for mark in sheet.marks if hasattr(mark.shape, "text")]
        ['Found', 'warning', 'text: 1 of 2 rows (50 %) without text']
    """
    words, sheet = frame.words, frame.sheet
    frame.title(words("figure.corpus.found"))
    if not findings:
        return frame.aside(words("figure.corpus.nothing"))
    base, room = frame.top + HEAD + NORMAL, 0.95 * frame.width - _INDENT
    for finding in findings[:_MOST]:
        sheet.dot(frame.left + 5, base - 4.5, _COLOURS[finding.severity], radius=4.5)
        severity = words(f"finding.severity.{finding.severity}")
        sheet.text(frame.left + 17, base, severity, QUIET)
        for line in wrap(said(finding, words), NORMAL, room, _MOST_LINES):
            sheet.text(frame.left + _INDENT, base, line)
            base += _LINE
    if (more := len(findings) - _MOST) > 0:
        sheet.text(frame.left + _INDENT, base, words("figure.corpus.more", n=more), QUIET)
        base += _LINE
    return base - NORMAL
