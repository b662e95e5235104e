"""`malsori start`: own data in one command, from a table to a report."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from malsori.cli._shared import ALLOW, LANG, SET, WORKERS, adapter_of, pairs
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
    fresh: bool = typer.Option(
        False, "--fresh", help="Delete the corpus and the run in --out, and begin anew."
    ),
    allow: list[str] = ALLOW,
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
    if fresh and (out / "corpus" / "corpus.yaml").exists():
        shutil.rmtree(out / "corpus")
    corpus = _corpus(source, out / "corpus", given, workers)
    name = f"by-{by}"
    _split(corpus, name, by, lang)
    recipe = _recipe(corpus, name, changes)
    write_yaml(out / "recipe.yaml", recipe.data())
    done = train(
        recipe,
        out / "run",
        fresh=fresh,
        workers=workers,
        allow=allow,
        reporter=Terminal(lang=lang),
    )
    show_evaluation(evaluate_run(done), done.path, lang=lang)
    print(f"report: {write_report([done.path], out / 'report.html', lang)}")
    print(f"recipe: {out / 'recipe.yaml'}, to change and train again: malsori train")


def _corpus(source: Path, folder: Path, given: dict[str, Any], workers: int | None) -> Corpus:
    """Imports the source, or takes up what an earlier call imported from the very same."""
    from malsori.console import show
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.importing import import_corpus
    from malsori.io import write_json

    asked, beside = {"content": _content(source), **given}, folder.with_name("start.json")
    if (folder / "corpus.yaml").exists():
        _check_same(asked, beside)
        print(f"using {folder}, which is there already")
        return Corpus.open(folder)
    kind = "embeddings" if source.suffix == ".npz" else "table"
    adapter = adapter_of(kind, source, given)
    report = import_corpus(adapter, folder, name=source.stem, workers=workers)
    write_json(beside, asked)
    for table in report.tables():
        show(table)
    return Corpus.open(folder)


def _content(source: Path) -> str:
    """What changes when a source does: of a file its content, of a folder its files' sizes."""
    from malsori.io import sha256, sha256_file

    if not source.is_dir():
        return sha256_file(source) if source.exists() else ""
    files = sorted(f for f in source.rglob("*") if f.is_file())
    sizes = "\n".join(f"{f.relative_to(source)} {f.stat().st_size}" for f in files)
    return sha256(sizes.encode())


def _check_same(asked: dict[str, Any], beside: Path) -> None:
    """Numbers of another table must not be shown for this one."""
    from malsori.errors import MalsoriError
    from malsori.io import read_json

    before = read_json(beside) if beside.exists() else {}
    options = {"content": "SOURCE", "columns": "--map", "tasks": "--task"}
    other = [options.get(k, "--audio-root") for k, v in asked.items() if before.get(k) != v]
    if other:
        raise MalsoriError(
            f"{beside.parent}: was begun with another {' and another '.join(other)}",
            hint="choose another --out, or --fresh to delete what is there",
        )


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
    from malsori.overrides import override_all
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
    data = override_all(data, changes)
    return Recipe.parse(data, source="malsori start")
