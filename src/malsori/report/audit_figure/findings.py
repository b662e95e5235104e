"""The findings below the panels, the most severe first."""

from __future__ import annotations

from typing import Final

from matplotlib.axes import Axes

from malsori.console import width
from malsori.corpus.audit import Audit
from malsori.corpus.audit.wording import subject
from malsori.findings import Finding, Severity
from malsori.report.style import INK, ORANGE, QUIET, SKY, VERMILION
from malsori.words import Words

_COLOURS: Final[dict[Severity, str]] = {"serious": VERMILION, "warning": ORANGE, "note": SKY}
_MOST: Final = 12
_LINE: Final = 0.165  # inches
_COLUMNS: Final = 132
_AROUND: Final = 0.5


def _text(finding: Finding) -> str:
    lines = [""]
    words = Words("en")
    for word in f"{subject(finding, words)}: {words.say(finding.message)}".split():
        if lines[-1] and width(lines[-1]) + 1 + width(word) > _COLUMNS:
            lines.append(word)  # as wide on any terminal: the picture does not depend on it
        else:
            lines[-1] = f"{lines[-1]} {word}".lstrip()
    return "\n".join(lines)


def _lines(audit: Audit) -> int:
    shown = audit.findings[:_MOST]
    more = len(audit.findings) > _MOST
    return sum(_text(f).count("\n") + 1 for f in shown) + more or 1


def height_of_findings(audit: Audit) -> float:
    """Inches that the list needs.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.audit import audit
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> found = audit(Corpus(Path("toy"), spec, rows, rows), checks=["modalities"])
        >>> height_of_findings(found) > height_of_findings(audit(found.case.corpus, checks=[]))
        False
    """
    return _AROUND + _LINE * _lines(audit)


def list_findings(axes: Axes, audit: Audit) -> None:
    """Writes a line or two for each finding, with a dot in the colour of its severity.

    Example:
        >>> import polars as pl
        >>> from matplotlib.figure import Figure
        >>> from pathlib import Path
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.audit import audit
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> found = audit(Corpus(Path("toy"), spec, rows, rows), checks=["modalities"])
        >>> axes = Figure().subplots()
        >>> list_findings(axes, found)
        >>> [text.get_text() for text in axes.texts]
        ['warning', 'text: 1 of 2 rows (50 %) without text']
    """
    axes.set_title("Found")
    axes.set_axis_off()
    lines = _lines(audit)
    axes.set(xlim=(0, 1), ylim=(lines, 0))
    if not audit.findings:
        axes.text(0, 0.5, "nothing", color=QUIET, va="center")
        return
    at = 0
    for finding in audit.findings[:_MOST]:
        text = _text(finding)
        axes.plot([0.004], [at + 0.5], "o", color=_COLOURS[finding.severity], markersize=5)
        axes.text(0.014, at + 0.5, finding.severity, color=QUIET, va="center_baseline")
        for i, line in enumerate(text.split("\n")):
            axes.text(0.07, at + i + 0.5, line, color=INK, va="center_baseline")
        at += text.count("\n") + 1
    if (more := len(audit.findings) - _MOST) > 0:
        axes.text(0.07, at + 0.5, f"and {more} more", color=QUIET, va="center_baseline")
