"""`malsori evaluate`: a run's numbers, from its predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import JSON, LANG, RUN, STORE, WORKERS, print_json
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.evaluation.result import Evaluation
    from malsori.training import Run


def show_evaluation(
    evaluation: Evaluation, run: Path, split: str | None = None, lang: Lang = "en"
) -> None:
    """Prints an evaluation's tables, of one split or of `all`.

    Args:
        evaluation: Of a run.
        run: Its folder.
        split: None is `test`; while the test rows are closed it is `validation`, and says so.
        lang: `en` or `ko`.
    """
    from malsori.console import show, wrapped
    from malsori.errors import MalsoriError
    from malsori.words import Words

    words, splits = Words(lang), list(dict.fromkeys(r.split for r in evaluation.results))
    closed, command = "test" not in splits, f"malsori evaluate {run} --open-test"
    shown = split or ("validation" if closed else "test")
    if shown not in {*splits, "all"}:
        opens = f"`{command}` predicts the test rows; " if shown == "test" else ""
        raise MalsoriError(
            f"no predictions of {shown!r}", hint=f"{opens}there is: {', '.join(splits)}, all"
        )
    chosen = evaluation if shown == "all" else evaluation.only(shown)
    for table in chosen.tables(words):
        show(table)
    if closed:
        print(wrapped(words("test.closed", command=command)))


def run(
    folder: Path = RUN,
    split: str | None = typer.Option(
        None, "--split", help="test (default, once they were opened), validation or all."
    ),
    opening: bool = typer.Option(
        False,
        "--open-test",
        help="First predict the test rows of a run trained with --no-open-test; the run records "
        "when.",
    ),
    corpus: Path | None = typer.Option(
        None, "--corpus", metavar="FOLDER", help="Where the corpus is now, for --open-test."
    ),
    store: Path | None = STORE,
    workers: int | None = WORKERS,
    row: int | None = typer.Option(
        None, "--row", min=1, metavar="N", help="Only say which utterance a report calls #N."
    ),
    resamples: int = typer.Option(1000, "--resamples", min=100, help="Bootstrap resamples."),
    confidence: float = typer.Option(0.95, "--confidence", min=0.5, max=0.999),
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Show each task's score against its prior, with intervals, under every condition."""
    from malsori.reporting import Terminal, reporting, say
    from malsori.training import Run, evaluate_run, open_test
    from malsori.words import Words

    words, done = Words(lang), Run.open(folder)
    if opening:
        with reporting(Terminal(lang=lang)):
            open_test(done, corpus=corpus, store=store, workers=workers)
            say(f"{folder}: " + words("test.opened", when=done.state["test_opened"]))
    if row is not None:
        name = _id_of(done, split or "test", row)
        print_json({"row": row, "id": name}) if as_json else print(name)
        return
    evaluation = evaluate_run(done, resamples=resamples, confidence=confidence)
    if as_json:
        opened = done.state.get("test_opened")
        print_json({"run": str(folder), "test_opened": opened, "evaluation": evaluation.data()})
    else:
        show_evaluation(evaluation, folder, split, lang)


def _id_of(run: Run, split: str, row: int) -> str:
    """The utterance that a report calls by its number."""
    from malsori.errors import MalsoriError
    from malsori.evaluation.frame import ids_of

    ids = ids_of(run.predictions(), split)
    if row > len(ids):
        raise MalsoriError(
            f"{run.path}: {split} has {len(ids):,} predicted rows, and no row {row:,}",
            hint="the number stands in the report; --split validation for one of validation",
        )
    return ids[row - 1]
