"""`malsori predict`: what a trained run says about files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import JSON, RUN, print_json

if TYPE_CHECKING:
    from malsori.console import Column
    from malsori.schema import Task
    from malsori.training import Answer
    from malsori.training.predictor import Label


def run(
    folder: Path = RUN,
    files: list[Path] = typer.Argument(
        ...,
        metavar="FILE…",
        help="Audio (wav, flac, ogg, mp3), .txt, or features: .npy, .npz for several modalities.",
    ),
    text: str | None = typer.Option(
        None, "--text", help="The transcript; default: FILE with suffix .txt, if there is one."
    ),
    as_json: bool = JSON,
) -> None:
    """Predict the classes of files, with probabilities, or numbers."""
    from malsori.errors import MalsoriError
    from malsori.training import Answer, Predictor, Unanswered

    if text is not None and len(files) > 1:
        raise MalsoriError("--text belongs to one file", hint="put a .txt beside each file instead")
    predictor = Predictor.load(folder)
    found = list(predictor.predict_each(files, text=text))
    refused = [each for each in found if isinstance(each, Unanswered)]
    if as_json:
        print_json([each.data() for each in found])
    else:
        _show([each for each in found if isinstance(each, Answer)], predictor.tasks)
    for each in refused:
        print(f"error: {each.error}", file=sys.stderr)
    if refused:
        if len(found) > 1:
            print(f"{len(refused)} of {len(found)} files have no answer", file=sys.stderr)
        raise typer.Exit(2)


def _show(answers: list[Answer], tasks: Mapping[str, Task]) -> None:
    from malsori.console import Table, show

    for answer in answers:
        rows: list[list[object]] = []
        notes = []
        for name, label in answer.labels.items():
            shares = answer.probabilities.get(name, {})
            rows += _rows(tasks[name], label, shares)
            if tasks[name].kind == "ordinal" and label != max(shares, key=lambda c: shares[c]):
                notes.append(f"{name} is ordinal: the answer is the middle of its distribution")
            if tasks[name].kind == "multilabel":
                notes.append(f"{name}: each class by itself, answered above 0.5")
        columns, rows = _headed(rows, [tasks[name].kind for name in answer.labels])
        heard = " + ".join(answer.modalities)
        chosen = ", ".join(f"{task} {_said(label)}" for task, label in answer.labels.items())
        show(Table(f"{answer.file} ({heard}): {chosen}", columns, rows, "; ".join(notes) or None))


def _headed(
    rows: list[list[object]], kinds: Sequence[str]
) -> tuple[list[Column | str], list[list[object]]]:
    """The columns that answers of these kinds need; a number has no probability."""
    from malsori.console import Column

    if set(kinds) == {"regression"}:
        return ["task", Column("value", "right")], [row[:2] for row in rows]
    answers = "class or value" if "regression" in kinds else "class"
    return ["task", answers, Column("probability", "right")], rows


def _rows(task: Task, label: Label, shares: Mapping[str, float]) -> list[list[object]]:
    """One for each class, the likeliest first unless they have an order; one for a number."""
    if task.kind == "regression":
        return [[task.name, _said(label), None]]
    from malsori.console import largest

    ordered = list(shares.items())
    ordered = [ordered[k] for k in largest([share for _, share in ordered])]
    if task.kind != "ordinal":
        ordered.sort(key=lambda item: -item[1])
    rows: list[list[object]] = [[task.name, name, f"{share:.3f}"] for name, share in ordered]
    if hidden := len(shares) - len(rows):
        left = sum(shares.values()) - sum(share for _, share in ordered)
        shown = None if task.kind == "multilabel" else f"{left:.3f}"
        rows.append([task.name, f"{hidden:,} others", shown])
    return rows


def _said(label: Label) -> str:
    """An answer in few letters: a class, several of them, or a number."""
    if isinstance(label, float):
        return f"{label:.3g}"
    return label if isinstance(label, str) else " + ".join(label) or "none"
