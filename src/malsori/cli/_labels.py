"""`malsori corpus relabel` and `malsori corpus export`: other labels, and the way out."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import typer

from malsori.cli._shared import CORPUS, DESTINATION, JSON, WORKERS, pairs, print_json, show_report


def relabel(
    corpus: Path = CORPUS,
    destination: Path = DESTINATION,
    task: str = typer.Option(..., "--task", help="Whose labels change."),
    rule: str | None = typer.Option(
        None,
        "--rule",
        help="Decide anew from the raters: intensity_sum, majority, majority(N), situation, soft.",
    ),
    merge: list[str] = typer.Option(
        [],
        "--merge",
        metavar="NAME=CLASS,…",
        help="These classes become NAME, an old class or a new one: --merge happy=excited.",
    ),
    keep: list[str] = typer.Option(
        [], "--keep", metavar="CLASS,…", help="Only these stay; other rows lose their label."
    ),
    order: str | None = typer.Option(
        None, "--order", metavar="CLASS,…", help="All classes in their order, the lowest first."
    ),
    kind: str | None = typer.Option(
        None, "--kind", help="ordinal (with --order) or nominal, where that changes."
    ),
    drop_unlabelled: bool = typer.Option(
        False, "--drop-unlabelled", help="Leave out rows without a label of the task."
    ),
    name: str | None = typer.Option(None, "--name", help="The new corpus' name."),
    overwrite: bool = typer.Option(False, "--overwrite", help="Replace a corpus that is there."),
    as_json: bool = JSON,
) -> None:
    """Derive a corpus with another rule for labels, or with merged, fewer or ordered classes.

    Audio stays where it is. Saved splits are not copied: make them again.
    """
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.labels import relabel as derive
    from malsori.schema import TaskKind

    report = derive(
        Corpus.open(corpus),
        destination,
        task,
        rule=rule,
        keep=[c for listed in keep for c in _listed(listed, "--keep")],
        merge=_merges(merge),
        order=_listed(order, "--order") if order else (),
        kind=cast(TaskKind | None, kind),  # checked there
        drop_unlabelled=drop_unlabelled,
        name=name,
        overwrite=overwrite,
    )
    show_report(report, destination, as_json)


def export(
    corpus: Path = CORPUS,
    destination: Path = typer.Argument(
        ..., metavar="DESTINATION", help="The file or folder to write; nothing is there."
    ),
    to: str = typer.Option(
        ...,
        "--to",
        metavar="KIND",
        help="csv, jsonl (both refer to the audio), or audiofolder (Hugging Face: with the audio).",
    ),
    split: str | None = typer.Option(
        None, "--split", help="A saved split: its parts are a column, or folders of an audiofolder."
    ),
    columns: list[str] = typer.Option(
        [], "--column", metavar="NAME", help="Only these and the id; default: all."
    ),
    options: list[str] = typer.Option(
        [],
        "--option",
        metavar="KEY=VALUE",
        help="csv: bom=true (for Excel).",
    ),
    workers: int | None = WORKERS,
    as_json: bool = JSON,
) -> None:
    """Write a corpus as other programs read it."""
    from malsori.console import show
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.exporting import export_corpus

    report = export_corpus(
        Corpus.open(corpus),
        destination,
        to,
        split=split,
        columns=columns,
        options=pairs(options, "--option"),
        workers=workers,
    )
    if as_json:
        print_json(report.data())
        return
    show(report.table())
    print(f"to read it again:\n{report.again}\n")  # never broken: it is there to be copied
    print(f"exported: {destination}")


def _listed(text: str, option: str) -> list[str]:
    """Reads `a,b,c`."""
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise typer.BadParameter(f"{text!r}: a class has no name", param_hint=option)
    return names


def _merges(entries: list[str]) -> dict[str, str]:
    """Reads repeated `NAME=CLASS,…` as class → name."""
    merged: dict[str, str] = {}
    for entry in entries:
        name, equals, listed = entry.partition("=")
        if not equals or not name.strip():
            raise typer.BadParameter(
                f"{entry!r}: write it as NAME=CLASS,…, such as happy=excited", param_hint="--merge"
            )
        for source in _listed(listed, "--merge"):
            if source in merged:
                raise typer.BadParameter(f"{source!r} is merged twice", param_hint="--merge")
            if source != name.strip():  # happy=happy,excited says the same as happy=excited
                merged[source] = name.strip()
    return merged
