"""`malsori evaluate`: a run's numbers, from its predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import JSON, LANG, RUN, print_json
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.evaluation.result import Evaluation


def show_evaluation(evaluation: Evaluation, split: str = "test", lang: Lang = "en") -> None:
    """Prints an evaluation's tables, of one split or of `all`."""
    from malsori.console import show
    from malsori.errors import MalsoriError
    from malsori.evaluation.result import Evaluation as Result
    from malsori.words import Words

    splits = list(dict.fromkeys(r.split for r in evaluation.results))
    if split not in {*splits, "all"}:
        raise MalsoriError(
            f"no predictions of {split!r}", hint=f"there is: {', '.join(splits)}, all"
        )
    chosen = [r for r in evaluation.results if split in {r.split, "all"}]
    for table in Result(chosen).tables(Words(lang)):
        show(table)


def run(
    folder: Path = RUN,
    split: str = typer.Option("test", "--split", help="test, validation or all."),
    resamples: int = typer.Option(1000, "--resamples", min=100, help="Bootstrap resamples."),
    confidence: float = typer.Option(0.95, "--confidence", min=0.5, max=0.999),
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Show each task's score against its prior, with intervals, under every condition."""
    from malsori.training import Run, evaluate_run

    evaluation = evaluate_run(Run.open(folder), resamples=resamples, confidence=confidence)
    if as_json:
        print_json({"run": str(folder), "evaluation": evaluation.data()})
    else:
        show_evaluation(evaluation, split, lang)
