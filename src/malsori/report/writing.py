"""A report on disk: HTML, and beside it the same in Markdown and JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from malsori.errors import MalsoriError
from malsori.io import atomic_write, write_json
from malsori.report.compose import compose
from malsori.report.facts import gather
from malsori.report.facts.errors import MOST
from malsori.report.html import render_html
from malsori.report.markdown import render_markdown
from malsori.words import Words

MARK = b"malsori report"
"""Stands at the beginning of every file that a report may overwrite."""


def write_report(
    runs: Sequence[str | Path],
    out: str | Path,
    lang: str = "en",
    *,
    baseline: str | Path | None = None,
    include_text: bool = False,
    include_ids: bool = False,
    corpus: str | Path | None = None,
    mistakes: int = MOST,
    resamples: int = 1000,
    confidence: float = 0.95,
) -> Path:
    """Writes what some runs have to say as one page, with a Markdown and a JSON twin beside it.

    Args:
        runs: Runs' folders, or folders of runs (a study); the report is about the first run, the
            others stand beside it.
        out: Where the page goes; ends in .html. The twins have the same name.
        lang: `en` or `ko`.
        baseline: One of the runs, that the others are compared with. Without it each task is
            compared with the run that learned it alone, or with the first.
        include_text: Shows transcripts and waveforms of the most confident mistakes, read from
            the corpus. By default nothing that was said leaves the corpus.
        include_ids: Calls rows by their ids even where these tell a path, a speaker, a call or a
            label. By default such rows have numbers, which `malsori evaluate RUN --row` looks up.
            Together with `include_text`, findings and notes quote names, ids and sentences.
        corpus: Where the corpus is, if it has moved; its audit and `include_text` read it.
        mistakes: How many of the most confident mistakes are listed with their ids; 0 lists none,
            for corpora whose rows may not be shown.
        resamples: Bootstrap resamples of the intervals.
        confidence: Of the intervals.

    Returns:
        The path of the page.

    Raises:
        MalsoriError: A folder that is no run, another baseline, an unknown language, an `out`
            that is no .html or would overwrite something else.
    """
    page = Path(out)
    check_out(page)
    words = Words(lang)
    facts = gather(
        runs,
        baseline=baseline,
        include_text=include_text,
        include_ids=include_ids,
        corpus=corpus,
        mistakes=mistakes,
        resamples=resamples,
        confidence=confidence,
    )
    composed = compose(facts, words)
    write_json(page.with_suffix(".json"), {"what": "malsori report", **facts.data()})
    atomic_write(page.with_suffix(".md"), render_markdown(composed))
    atomic_write(page, render_html(composed, words, facts.version))
    return page


def check_out(page: Path) -> None:
    """Refuses to write where something else lies.

    Raises:
        MalsoriError: The name does not end in .html, or one of the three files is there and is
            no report.

    Example:
        >>> check_out(Path("report.pdf"))
        Traceback (most recent call last):
        malsori.errors.MalsoriError: report.pdf: a report is an .html file ...
    """
    if page.suffix != ".html":
        raise MalsoriError(
            f"{page}: a report is an .html file", hint=f"--out {page.with_suffix('.html')}"
        )
    for path in (page, page.with_suffix(".md"), page.with_suffix(".json")):
        if path.exists() and not _is_report(path):
            raise MalsoriError(
                f"{path}: is there already and is no report", hint="choose another --out"
            )


def _is_report(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return MARK in stream.read(512)
