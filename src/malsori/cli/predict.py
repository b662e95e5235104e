"""`malsori predict`: what a trained run says about files."""

from __future__ import annotations

from pathlib import Path

import typer

from malsori.cli._shared import JSON, print_json


def run(
    folder: Path = typer.Argument(..., metavar="RUN", help="A run's folder."),
    files: list[Path] = typer.Argument(
        ..., metavar="FILE…", help="Audio (wav, flac, ogg, mp3), or .npy features."
    ),
    text: str | None = typer.Option(
        None, "--text", help="The transcript; default: FILE with suffix .txt, if there is one."
    ),
    as_json: bool = JSON,
) -> None:
    """Predict the classes of files, with probabilities."""
    from malsori.console import Column, Table, show
    from malsori.errors import MalsoriError
    from malsori.training import Predictor

    if text is not None and len(files) > 1:
        raise MalsoriError("--text belongs to one file", hint="put a .txt beside each file instead")
    answers = Predictor.load(folder).files(files, text=text)
    if as_json:
        print_json([answer.data() for answer in answers])
        return
    for answer in answers:
        rows = [
            [task, label, f"{share:.3f}"]
            for task, shares in answer.probabilities.items()
            for label, share in sorted(shares.items(), key=lambda item: -item[1])
        ]
        heard = " + ".join(answer.modalities)
        chosen = ", ".join(f"{task} {label}" for task, label in answer.labels.items())
        columns: list[Column | str] = ["task", "class", Column("probability", "right")]
        show(Table(f"{answer.file} ({heard}): {chosen}", columns, rows))
