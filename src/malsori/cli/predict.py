"""`malsori predict`: what a trained run says about files."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli._shared import JSON, LANG, RUN, print_json
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.console import Column
    from malsori.schema import Task
    from malsori.training import Answer
    from malsori.training.predictor import Label
    from malsori.words import Words


def run(
    folder: Path = RUN,
    files: list[Path] = typer.Argument(
        None,
        metavar="FILE…",
        help="Audio (wav, flac, ogg, mp3), .txt, or features: .npy, .npz for several modalities.",
    ),
    text: str | None = typer.Option(
        None,
        "--text",
        help="The transcript; default: FILE with suffix .txt, if there is one. "
        "Without a FILE it is all there is.",
    ),
    channel: int | None = typer.Option(
        None,
        "--channel",
        min=0,
        help="Which channel is heard, from 0; default: that of the training, or the average.",
    ),
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Predict the classes of files, or of a text, with probabilities, or numbers."""
    from malsori.errors import MalsoriError
    from malsori.training import Answer, Predictor, Unanswered
    from malsori.words import Words

    files = files or []
    if not files and not (text or "").strip():
        raise MalsoriError("nothing to predict", hint="name a FILE, or give --text TEXT")
    if text is not None and len(files) > 1:
        raise MalsoriError("--text belongs to one file", hint="put a .txt beside each file instead")
    predictor = Predictor.load(folder)
    found: list[Answer | Unanswered] = []
    if not files:
        found = [predictor.predict({"text": text}, file="--text")]
    found += predictor.predict_each(files, text=text, channel=channel)
    refused = [each for each in found if isinstance(each, Unanswered)]
    if as_json:
        print_json([each.data() for each in found])
    else:
        _show([each for each in found if isinstance(each, Answer)], predictor.tasks, Words(lang))
    for each in refused:
        print(f"error: {each.error}", file=sys.stderr)
    if refused:
        if len(found) > 1:
            print(f"{len(refused)} of {len(found)} files have no answer", file=sys.stderr)
        raise typer.Exit(2)


def _show(answers: list[Answer], tasks: Mapping[str, Task], words: Words) -> None:
    from malsori.console import Table, show

    for answer in answers:
        rows: list[list[object]] = []
        notes = list(answer.notes)
        for name, label in answer.labels.items():
            shares = answer.probabilities.get(name, {})
            rows += _rows(tasks[name], label, shares, words)
            if tasks[name].kind == "ordinal" and label != max(shares, key=lambda c: shares[c]):
                notes.append(words("predict.middle", task=name))
            if tasks[name].kind == "multilabel":
                notes.append(words("predict.each", task=name))
        columns, rows = _headed(rows, [tasks[name].kind for name in answer.labels], words)
        heard = " + ".join(words.named("finding.subject", m) for m in answer.modalities)
        chosen = ", ".join(f"{task} {_said(label, words)}" for task, label in answer.labels.items())
        show(Table(f"{answer.file} ({heard}): {chosen}", columns, rows, "; ".join(notes) or None))


def _headed(
    rows: list[list[object]], kinds: Sequence[str], words: Words
) -> tuple[list[Column | str], list[list[object]]]:
    """The columns that answers of these kinds need; a number has no probability."""
    from malsori.console import Column

    if set(kinds) == {"regression"}:
        heads = words("predict.task"), Column(words("predict.value"), "right")
        return list(heads), [row[:2] for row in rows]
    answers = words(f"predict.{'class_or_value' if 'regression' in kinds else 'class'}")
    return [words("predict.task"), answers, Column(words("predict.probability"), "right")], rows


def _rows(
    task: Task, label: Label, shares: Mapping[str, float], words: Words
) -> list[list[object]]:
    """One for each class, the likeliest first unless they have an order; one for a number."""
    if task.kind == "regression":
        return [[task.name, _said(label, words), None]]
    from malsori.console import largest

    ordered = list(shares.items())
    ordered = [ordered[k] for k in largest([share for _, share in ordered])]
    if task.kind != "ordinal":
        ordered.sort(key=lambda item: -item[1])
    rows: list[list[object]] = [[task.name, name, f"{share:.3f}"] for name, share in ordered]
    if hidden := len(shares) - len(rows):
        left = sum(shares.values()) - sum(share for _, share in ordered)
        shown = None if task.kind == "multilabel" else f"{left:.3f}"
        rows.append([task.name, words("predict.others", n=hidden), shown])
    return rows


def _said(label: Label, words: Words) -> str:
    """An answer in few letters: a class, several of them, or a number."""
    if isinstance(label, float):
        return f"{label:.3g}"
    return label if isinstance(label, str) else " + ".join(label) or words("predict.none")
