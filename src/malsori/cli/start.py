"""`malsori start`: own data in one command, from a table to a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from malsori.cli._shared import LANG, SET, WORKERS, adapter_of, pairs
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.corpus.corpus import Corpus
    from malsori.recipe import Recipe


def run(
    source: Path = typer.Argument(
        ..., metavar="SOURCE", help="A table, an audiofolder, or an .npz of vectors."
    ),
    out: Path = typer.Option(Path("malsori-start"), "--out", help="Where everything goes."),
    mapping: list[str] = typer.Option(
        [], "--map", metavar="NAME=COLUMN", help="Which column is what: see corpus import."
    ),
    tasks: list[str] = typer.Option(
        [], "--task", metavar="NAME=KIND[:CLASSES]", help="Declare a task; default: inferred."
    ),
    by: str = typer.Option("speaker", "--by", help="The column whose values stay together."),
    audio_root: str | None = typer.Option(None, "--audio-root", help="Where audio paths begin."),
    changes: list[str] = SET,
    lang: Lang = LANG,
    workers: int | None = WORKERS,
) -> None:
    """Import, split, train, evaluate and report: own data in one command."""
    from malsori.cli.evaluate import show_evaluation
    from malsori.io import write_yaml
    from malsori.report.writing import write_report
    from malsori.reporting import Terminal
    from malsori.training import evaluate_run, train

    given = {"columns": pairs(mapping, "--map"), "tasks": tasks, "audio_root": audio_root}
    corpus = _corpus(source, out / "corpus", given, workers)
    name = f"by-{by}"
    _split(corpus, name, by, lang)
    recipe = _recipe(corpus, name, changes)
    write_yaml(out / "recipe.yaml", recipe.data())
    done = train(recipe, out / "run", workers=workers, reporter=Terminal(lang=lang))
    show_evaluation(evaluate_run(done), done.path, lang=lang)
    print(f"report: {write_report([done.path], out / 'report.html', lang)}")
    print(f"recipe: {out / 'recipe.yaml'}, to change and train again: malsori train")


def _corpus(source: Path, folder: Path, given: dict[str, Any], workers: int | None) -> Corpus:
    """Imports the source, or takes up what an earlier call imported."""
    from malsori.console import show
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.importing import import_corpus

    if (folder / "corpus.yaml").exists():
        print(f"using {folder}, which is there already")
        return Corpus.open(folder)
    kind = "embeddings" if source.suffix == ".npz" else "table"
    adapter = adapter_of(kind, source, given)
    report = import_corpus(adapter, folder, name=source.stem, workers=workers)
    for table in report.tables():
        show(table)
    return Corpus.open(folder)


def _split(corpus: Corpus, name: str, by: str, lang: Lang) -> None:
    from malsori.console import show
    from malsori.corpus.splits import make_split, split_table
    from malsori.words import Words

    if name not in corpus.split_names():
        show(split_table(make_split(corpus, name, by=[by]), Words(lang)))


def _recipe(corpus: Corpus, split: str, changes: list[str]) -> Recipe:
    """The recipe of the demo, with an encoder for whatever the corpus holds, for all its tasks."""
    from malsori.errors import MalsoriError
    from malsori.io import read_yaml
    from malsori.overrides import override
    from malsori.recipe import BUILT_IN, Recipe

    if not corpus.tasks:
        raise MalsoriError(
            f"{corpus.path}: no column became a task",
            hint="declare one, as in --task urgency=ordinal:하,중,상",
        )
    kinds = {"audio": "logmel", "text": "jamo", "features": "precomputed"}
    data = {
        **read_yaml(BUILT_IN / "demo.yaml"),
        "corpus": {"path": str(corpus.path), "split": split},
        "tasks": list(corpus.tasks),
        "encoders": {m: {"kind": kinds[found[0]]} for m, found in corpus.signals.items()},
    }
    for change in changes:
        data = override(data, change)
    return Recipe.parse(data, source="malsori start")
