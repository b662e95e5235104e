"""`malsori report`: what runs have to say, as one page."""

from __future__ import annotations

from pathlib import Path

import typer

from malsori.cli._shared import JSON, LANG, print_json
from malsori.words import Lang


def run(
    folders: list[Path] = typer.Argument(
        ...,
        metavar="RUN…",
        help="A run's folder, or one with several runs; the page is about the first.",
    ),
    out: Path | None = typer.Option(
        None, "--out", metavar="FILE.html", help="Where it goes; default: RUN/report.html."
    ),
    lang: Lang = LANG,
    baseline: Path | None = typer.Option(
        None, "--baseline", metavar="RUN", help="One of the runs, to compare the others with."
    ),
    include_text: bool = typer.Option(
        False, "--include-text", help="Show transcripts and waveforms of mistakes."
    ),
    include_ids: bool = typer.Option(
        False,
        "--include-ids",
        help="Show ids also where they tell a path, speaker, call or label; default: numbers, "
        "which malsori evaluate RUN --row looks up. With --include-text also what findings quote.",
    ),
    corpus: Path | None = typer.Option(
        None, "--corpus", metavar="FOLDER", help="Where the corpus is, if it has moved."
    ),
    mistakes: int = typer.Option(
        8, "--mistakes", min=0, help="Most confident mistakes to list by id; 0 lists none."
    ),
    as_json: bool = JSON,
) -> None:
    """Write one self-contained page about runs, with a Markdown and a JSON twin beside it."""
    from malsori.report.writing import write_report

    page = write_report(
        folders,
        out or folders[0] / "report.html",
        lang,
        baseline=baseline,
        include_text=include_text,
        include_ids=include_ids,
        corpus=corpus,
        mistakes=mistakes,
    )
    files = {kind: str(page.with_suffix(f".{kind}")) for kind in ("html", "md", "json")}
    if as_json:
        print_json(files)
    else:
        print(f"report: {files['html']}  (also {files['md']}, {files['json']})")
