"""`malsori corpus`: import, generate, look at and split corpora."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from malsori.cli import _audit, _dropping, _importing, _labels, _splits
from malsori.cli._once import App
from malsori.cli._shared import (
    CORPUS,
    DESTINATION,
    FIGURE,
    JSON,
    LANG,
    OVERWRITE,
    WORKERS,
    pairs,
    print_json,
)
from malsori.errors import said_twice
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.console import Table
    from malsori.corpus.corpus import Corpus

app = App(no_args_is_help=True, help="Import, generate, look at and split corpora.")


app.command("import", cls=_importing.ImportCommand)(_importing.run)


@app.command()
def synth(
    destination: Path = DESTINATION,
    calls: int = typer.Option(600, "--calls", min=1, help="How many calls."),
    seed: int = typer.Option(0, "--seed", min=0),
    seconds: tuple[float, float] = typer.Option(
        (5.0, 30.0), "--seconds", help="Shortest, longest."
    ),
    noise: float = typer.Option(20.0, "--noise", help="Signal-to-noise ratio in dB."),
    cross: float = typer.Option(
        0.5, "--cross", min=0, max=1, help="How much shows only in wording and voice together."
    ),
    proportions: list[str] = typer.Option(
        [],
        "--proportions",
        metavar="NAME=CLASS:SHARE,…",
        help="Shares of urgency, sentiment or scenario; default: those of real 119 calls.",
    ),
    speakers: int | None = typer.Option(None, "--speakers", min=1, help="How many voices."),
    overwrite: bool = OVERWRITE,
    workers: int | None = WORKERS,
    as_json: bool = JSON,
) -> None:
    """Generate Korean emergency calls whose best possible scores are known (needs espeak-ng)."""
    import time

    from malsori.console import show
    from malsori.corpus.synth import synthesize
    from malsori.reporting import duration, say

    say("speaking with espeak-ng (GPL-3.0-or-later), by the package espeakng-loader")
    started = time.monotonic()
    made = synthesize(
        destination,
        calls=calls,
        seed=seed,
        seconds=seconds,
        noise=noise,
        cross=cross,
        proportions={
            name: _shares(text) for name, text in pairs(proportions, "--proportions").items()
        },
        speakers=speakers,
        workers=workers,
        overwrite=overwrite,
    )
    took, audio = time.monotonic() - started, float(made.utterances["duration"].sum())
    if as_json:
        print_json({"corpus": str(destination), "calls": calls, "seconds_audio": audio,
                    "seconds": took, "bounds": made.spec.bounds})  # fmt: skip
        return
    show(bounds_table(made))
    print(f"{duration(audio)} of speech in {duration(took)}: {audio / took:,.0f} x real time")
    print(f"corpus: {destination}")


def _shares(text: str) -> dict[str, float]:
    """Reads `하:0.5,중:0.3,상:0.2`."""
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, share = part.rpartition(":")
        if name.strip() in shares:
            raise said_twice(f"the share of {name.strip()!r}", shares[name.strip()], share)
        try:
            shares[name.strip()] = float(share)
        except ValueError as error:
            message = f"{part!r}: write it as CLASS:SHARE, such as 상:0.3"
            raise typer.BadParameter(message, param_hint="--proportions") from error
    return shares


def bounds_table(corpus: Corpus) -> Table:
    """The best that any model can reach on generated calls, by task and condition."""
    from malsori.console import Column, Table, number

    rows = []
    for task, conditions in (corpus.spec.bounds or {}).items():
        prior = conditions["prior"]["score"]
        for name, bound in conditions.items():
            cells = (bound["score"], 1 - bound["score"] / prior, bound["accuracy"])
            rows.append([task, name, *(number(value) for value in cells)])
    heads = [Column(h, "right") for h in ("score", "skill", "accuracy")]
    note = "exact, by enumeration, given the cues that the calls are made from; prior: no cue"
    return Table("Best possible", ["task", "hears", *heads], rows, note)


@app.command()
def show(
    corpus: Path = CORPUS,
    split: str | None = typer.Option(None, "--split", help="Count classes in this saved split."),
    figure: Path | None = FIGURE,
    quarantine: bool = typer.Option(
        False, "--quarantine", help="List the rows that were left out instead, with their reasons."
    ),
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Show what a corpus is at a glance."""
    from malsori.console import show as show_table
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.summary import quarantine_table, summarise
    from malsori.words import Words

    words = Words(lang)
    opened = Corpus.open(corpus)
    summary = summarise(opened, split)
    if figure is not None:
        from malsori.report.corpus_figure import corpus_figure

        corpus_figure(opened, split, figure, words.lang)
    left_out = quarantine_table(opened, words)
    if as_json:
        rows = {"quarantine_rows": left_out.records()} if quarantine else {}
        account = opened.spec.imported
        told = {"imported": None if account is None else account.model_dump()}
        print_json({**summary.data(words.say), **told, **rows})
        return
    tables = [left_out] if quarantine else summary.tables(words)
    if opened.spec.imported is not None and not quarantine:
        tables.append(opened.spec.imported.table(words("imported.title"), words=words))
    for table in tables:
        show_table(table)
    if figure is not None:
        print(f"figure: {figure}")


app.command(short_help="Divide it so that nothing leaks.")(_splits.split)
app.command(short_help="Leave out single rows, and bring them back.")(_dropping.drop)
app.command(short_help="Other labels: a rule, merged or fewer classes.")(_labels.relabel)
app.command(short_help="Write CSV, JSONL or an audiofolder.")(_labels.export)
app.command("audit", short_help="Look for what spoils training.")(_audit.run)
