"""The page of an audit: histograms, a row of panels for each task, the findings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from malsori.corpus.audit import Audit, Case
from malsori.corpus.audit.targets import Target
from malsori.corpus.audit.wording import numbered
from malsori.corpus.counting import counted, few
from malsori.report.audit_figure.classes import by_group, by_part, durations, height_of
from malsori.report.audit_figure.findings import height_of_findings, list_findings
from malsori.report.audit_figure.histograms import PER_ROW, histogram, measures
from malsori.report.style import QUIET, check_suffix, save, theme
from malsori.schema import SPLITS
from malsori.words import Words

_WIDTH: Final = 11.0  # inches, as all sizes here
_HEAD: Final = 0.75
_HISTOGRAM: Final = 1.75
_MOST_TASKS: Final = 20
_MORE: Final = 0.3


def audit_figure(audit: Audit, path: Path) -> Path:
    """Draws an audit on one page.

    Args:
        audit: what was found.
        path: where to write; the ending (.svg, .png, .pdf) decides the format.

    Returns:
        The path.

    Raises:
        MalsoriError: the ending is another one.

    Example:
        >>> import tempfile
        >>> import polars as pl
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> from malsori.corpus.audit import audit
        >>> rows = pl.DataFrame({"id": ["a"], "duration": [4.0], "text": ["불이 났어요"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     found = audit(write_corpus(Path(folder) / "toy", spec, rows))
        ...     audit_figure(found, Path(folder) / "toy.svg").name
        'toy.svg'
    """
    check_suffix(path)
    with theme():
        return save(draw(audit), path)


def draw(audit: Audit) -> Figure:
    """The figure of an audit.

    Example:
        >>> import polars as pl
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.audit import audit
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a"], "text": ["불이 났어요"]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> len(draw(audit(Corpus(Path("toy"), spec, rows, pl.DataFrame()))).axes)
        2
    """
    tasks = audit.case.targets[:_MOST_TASKS]
    shown = measures(audit.case)
    lines = -(-len(shown) // PER_ROW)
    heights = [_HISTOGRAM] * lines + [height_of(task, audit.case) for task in tasks]
    more = [target.name for target in audit.case.targets[_MOST_TASKS:]]
    heights += [_MORE] * bool(more)
    heights.append(height_of_findings(audit))
    total = _HEAD + sum(heights)
    engine = ConstrainedLayoutEngine(
        rect=(0.01, 0.0, 0.98, sum(heights) / total), h_pad=0.09, w_pad=0.06
    )
    figure = Figure(figsize=(_WIDTH, total), layout=engine)
    grid = figure.add_gridspec(len(heights), 12, height_ratios=heights)
    _headline(figure, audit, total)
    width = 12 // PER_ROW
    for i, measure in enumerate(shown):
        at = width * (i % PER_ROW)
        histogram(figure.add_subplot(grid[i // PER_ROW, at : at + width]), measure)
    for line, task in enumerate(tasks, start=lines):
        _task(figure, grid, line, task, audit)
    if more:
        rest = figure.add_subplot(grid[-2, :])
        rest.set_axis_off()
        text = f"and {len(more):,} more without a picture: {few(more, 6)}"
        rest.text(0, 0.5, text, color=QUIET, va="center")
    list_findings(figure.add_subplot(grid[-1, :]), audit)
    return figure


def _task(figure: Figure, grid: object, line: int, task: Target, audit: Audit) -> None:
    spans = (slice(0, 5), slice(5, 8), slice(8, 12))
    first, second, third = (figure.add_subplot(grid[line, span]) for span in spans)  # type: ignore[index]
    by_part(first, task, audit.case)
    durations(second, task, audit.case)
    by_group(third, task, audit.case)


def _headline(figure: Figure, audit: Audit, height: float) -> None:
    case = audit.case
    facts = [counted(case.count, "utterance")]
    facts.append(
        f"{counted(case.heard, 'recording')} measured" if case.heard else "no sounds measured"
    )
    facts += [f"split {case.split}{_empty(case)}"] if case.split else []
    facts += numbered(audit, Words("en"))
    name = f"Audit of {case.corpus.name}"
    figure.text(0.015, 1 - 0.26 / height, name, size=14, weight="bold", va="center")
    figure.text(0.015, 1 - 0.54 / height, " · ".join(facts), color=QUIET, size=9.5, va="center")


def _empty(case: Case) -> str:
    """Parts of the split without a row, which no panel shows."""
    parts = [] if case.parts is None else case.parts.unique().to_list()
    empty = [part for part in SPLITS if part not in parts]
    return f" ({' and '.join(empty)} empty)" if empty else ""
