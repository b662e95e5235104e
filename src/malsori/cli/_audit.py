"""`malsori corpus audit`: what a careful person looks at before training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from malsori.cli._shared import CORPUS, FIGURE, JSON, LANG, WORKERS, print_json
from malsori.words import Lang

if TYPE_CHECKING:
    import polars as pl

    from malsori.corpus.audit import Tokens
    from malsori.corpus.corpus import Corpus
    from malsori.words import Words


def run(
    corpus: Path = CORPUS,
    split: str | None = typer.Option(
        None, "--split", help="Also look at this saved split: leaks, classes absent from a part."
    ),
    recipe: Path | None = typer.Option(
        None, "--recipe", help="Count transcripts as this recipe's text encoder does."
    ),
    figure: Path | None = FIGURE,
    listen: bool = typer.Option(
        False, "--listen", help="Open the audio and measure it, where the import has not."
    ),
    strict: bool = typer.Option(False, "--strict", help="Exit with 1 if anything is serious."),
    workers: int | None = WORKERS,
    lang: Lang = LANG,
    as_json: bool = JSON,
) -> None:
    """Look for what spoils training: telephone audio, leaks through columns, shifted rows."""
    from malsori.console import show
    from malsori.corpus.audit import audit
    from malsori.corpus.audit.wording import described
    from malsori.corpus.corpus import Corpus
    from malsori.words import Words

    words = Words(lang)
    if figure is not None:
        from malsori.report.figures.saving import check_suffix

        check_suffix(figure)
    opened = Corpus.open(corpus)
    sounds = _measured(opened, workers, words) if listen else None
    tokens = None if recipe is None else _tokens(recipe)
    found = audit(opened, split=split, tokens=tokens, sounds=sounds)
    if figure is not None:
        from malsori.report.corpus_figure import audit_figure

        audit_figure(found, figure, words.lang)
    if as_json:
        print_json(found.data(words))
    else:
        for table in found.tables(words):
            show(table)
        print(described(found, words))
        if figure is not None:
            print(f"\nfigure: {figure}")
    if strict and found.serious:
        raise typer.Exit(1)


def _measured(corpus: Corpus, workers: int | None, words: Words) -> pl.DataFrame:
    from malsori.corpus.audit.listening import listen
    from malsori.reporting import say

    sounds, unreadable = listen(corpus, workers=workers)
    for name, why in list(unreadable.items())[:3]:
        say(words("audit.not_heard", name=name, why=why))
    if len(unreadable) > 3:
        say(words("audit.not_heard_more", n=len(unreadable) - 3))
    return sounds


def _tokens(path: Path) -> Tokens:
    """How the recipe's text encoder counts, and its limit if it has one."""
    from malsori.corpus.audit import Tokens
    from malsori.errors import MalsoriError
    from malsori.notes import Note
    from malsori.recipe import ENCODERS, Recipe

    config = Recipe.load(path).encoders.get("text")
    kind: Any = None if config is None else ENCODERS.load(config.kind)
    if config is None or kind.signal != "text":
        raise MalsoriError(
            f"{path} has no encoder that reads transcripts",
            hint="leave out --recipe: then characters are counted",
        )
    encoder = ENCODERS.build(config)

    def length(text: str) -> int:
        features = encoder.prepare(text)
        return 0 if features is None else len(features)

    return Tokens(
        length=getattr(encoder, "token_length", length),
        limit=getattr(encoder, "token_limit", None),
        unit=Note("audit.unit.tokens_of", {"kind": config.kind}),
    )
