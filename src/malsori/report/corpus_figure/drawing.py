"""The whole picture: a headline, measures, a row of panels for each task, the findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from malsori.console import number
from malsori.corpus import Corpus
from malsori.corpus.audit import Audit, Case, audit
from malsori.corpus.counting import few
from malsori.corpus.summary import Summary, summarise
from malsori.findings import SEVERITIES, Finding
from malsori.report.corpus_figure.classes import Labels, by_group, by_part, durations
from malsori.report.corpus_figure.findings import list_findings, said
from malsori.report.corpus_figure.frame import Frame
from malsori.report.corpus_figure.histograms import Measure, histogram, measures
from malsori.report.figures.naming import condition_name, percent
from malsori.report.figures.saving import check_suffix, save
from malsori.report.figures.sheet import NORMAL, Sheet
from malsori.report.style import QUIET
from malsori.schema import SPLITS
from malsori.words import Words

_WIDTH: Final = 1120.0
_MARGIN: Final = 24.0
_ROOM: Final = _WIDTH - 2 * _MARGIN
_HEADLINE: Final = 20.0
_HEAD: Final = 112.0
_PER_ROW: Final = 3
_APART: Final = 32.0  # px between two panels
_BELOW: Final = 30.0
_TASK: Final = (0.43, 0.24, 0.33)  # of the width
_MOST_TASKS: Final = 20


def corpus_figure(corpus: Corpus, split: str | None, path: Path, lang: str = "en") -> Path:
    """Draws what a corpus is at a glance.

    Args:
        corpus: The corpus.
        split: Name of a saved split, whose parts are shown side by side, or None.
        path: Where to write; the ending (.svg, .png, .pdf) decides the format.
        lang: `en` or `ko`.

    Returns:
        The path.

    Raises:
        MalsoriError: There is no such split, the ending is another one, or the language.

    Example:
        >>> import tempfile
        >>> import polars as pl
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a"], "duration": [4.0], "text": ["불이 났어요"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(Path(folder) / "toy", spec, rows)
        ...     corpus_figure(corpus, None, Path(folder) / "toy.svg").name
        'toy.svg'
    """
    check_suffix(path)
    case = audit(corpus, split=split, checks=[]).case
    return _saved(case, None, path, Words(lang))


def audit_figure(found: Audit, path: Path, lang: str = "en") -> Path:
    """Draws a corpus likewise, with what an audit found in it.

    Raises:
        MalsoriError: The ending is another one, or the language.
    """
    check_suffix(path)
    return _saved(found.case, found.findings, path, Words(lang))


def _saved(case: Case, findings: Sequence[Finding] | None, path: Path, words: Words) -> Path:
    summary = summarise(case.corpus, case.split)
    facts = " · ".join(_facts(case, summary, findings, words))
    spoken = [facts, *(said(finding, words) for finding in findings or ())]
    return save(draw(case, words, findings), path, _title(case, findings, words), ". ".join(spoken))


def draw(case: Case, words: Words, findings: Sequence[Finding] | None = None) -> Sheet:
    """The picture of a corpus, with the findings of an audit if there was one."""
    sheet = Sheet(_WIDTH, _HEAD)
    summary = summarise(case.corpus, case.split)
    base = _MARGIN + _HEADLINE
    title = _title(case, findings, words)
    sheet.text(_MARGIN, base, title, size=_HEADLINE, bold=True, room=_ROOM)
    for line in (_facts(case, summary, findings, words), _present(summary, words)):
        base += 22
        sheet.text(_MARGIN, base, " · ".join(line), QUIET, room=_ROOM)
    shown = measures(case, missing=findings is not None)
    top = _overview(sheet, words, shown)
    labels = Labels.of(case, summary)
    for one in labels[:_MOST_TASKS]:
        top = _task(sheet, words, case, one, top)
    if names := [one.summary.name for one in labels[_MOST_TASKS:]]:
        text = words("figure.corpus.more_tasks", n=len(names), names=few(names, 6))
        sheet.text(_MARGIN, top + NORMAL, text, QUIET, room=_ROOM)
        top += NORMAL + _BELOW
    if findings is not None:
        top = list_findings(Frame(sheet, words, _MARGIN, top, _ROOM), findings) + _BELOW
    sheet.height = round(top - _BELOW + _MARGIN)
    return sheet


def _overview(sheet: Sheet, words: Words, shown: Sequence[Measure]) -> float:
    """Histograms in rows of three; returns where the next row begins."""
    width = (_ROOM - (_PER_ROW - 1) * _APART) / _PER_ROW
    top = _HEAD
    lefts = [_MARGIN + i * (width + _APART) for i in range(_PER_ROW)]
    for start in range(0, len(shown), _PER_ROW):
        row = zip(lefts, shown[start : start + _PER_ROW], strict=False)
        ends = [histogram(Frame(sheet, words, left, top, width), m) for left, m in row]
        top = max(ends) + _BELOW
    return top


def _task(sheet: Sheet, words: Words, case: Case, labels: Labels, top: float) -> float:
    room = _ROOM - 2 * _APART
    frames, left = [], _MARGIN
    for share in _TASK:
        frames.append(Frame(sheet, words, left, top, share * room))
        left += share * room + _APART
    first, second, third = frames
    ends = (by_part(first, labels), durations(second, labels, case), by_group(third, labels, case))
    return max(ends) + _BELOW


def _title(case: Case, findings: Sequence[Finding] | None, words: Words) -> str:
    name = case.corpus.name
    return name if findings is None else words("figure.corpus.audit", name=name)


def _facts(
    case: Case, summary: Summary, findings: Sequence[Finding] | None, words: Words
) -> list[str]:
    def counted(key: str, n: int) -> str:
        return words(f"figure.corpus.count.{key}", n=n)

    facts = [counted("utterance", summary.rows)]
    facts += [counted(what, n) for what, n in summary.known.items()]
    if summary.hours:
        facts.append(words("figure.corpus.hours", n=number(summary.hours, 2)))
    if left_out := sum(summary.quarantine.values()):
        facts.append(counted("left_out", left_out))
    if summary.split:
        facts.append(words("figure.corpus.split", name=summary.split) + _empty(summary, words))
    if findings is not None:
        heard = case.measured
        facts.append(counted("measured", heard) if heard else words("figure.corpus.unheard"))
        kinds = [finding.severity for finding in findings]
        found = [s for s in reversed(SEVERITIES) if s in kinds]
        numbered = [words(f"finding.count.{s}", n=kinds.count(s)) for s in found]
        facts += numbered or [words("finding.none")]
    return facts


def _present(summary: Summary, words: Words) -> list[str]:
    """How many of all rows have each modality and each sample rate."""
    counts = {condition_name(name, words): n for name, n in summary.present.items()}
    counts |= {f"{rate:,} Hz": n for rate, n in summary.sample_rates.items()}
    return [f"{name} {n:,} ({percent(n, summary.rows)})" for name, n in counts.items()]


def _empty(summary: Summary, words: Words) -> str:
    """Parts of the split without a row, which no panel shows."""
    empty = [words(f"part.{part}") for part in SPLITS if not summary.parts.get(part)]
    return f" ({words('figure.corpus.empty', parts=words.listed(empty))})" if empty else ""
