"""`malsori start`: own data in one command, from a table to a report."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from malsori.cli._shared import ALLOW, CODES, LANG, PATTERN, SET, WORKERS, pairs, together
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.corpus.audit import Audit
    from malsori.corpus.corpus import Corpus
    from malsori.recipe import Recipe
    from malsori.words import Words


def run(
    source: Path = typer.Argument(
        ...,
        metavar="SOURCE",
        help="A table, an audiofolder, an .npz of vectors; or, with --pattern, any folder or zip "
        "of recordings.",
    ),
    out: Path = typer.Option(Path("malsori-start"), "--out", help="Where everything goes."),
    mapping: list[str] = typer.Option(
        [], "--map", metavar="NAME=COLUMN", help="Which column is what: see corpus import."
    ),
    tasks: list[str] = typer.Option(
        [], "--task", metavar="NAME=KIND[:CLASSES]", help="Declare a task; default: inferred."
    ),
    by: list[str] = typer.Option(
        [],
        "--by",
        metavar="COLUMN",
        help="A column whose values stay together; several are crossed, as in corpus split.",
        show_default="the published split, else speaker",
    ),
    allow_leak: list[str] = typer.Option(
        [], "--allow-leak", metavar="KIND", help="Accept leaks: see corpus split."
    ),
    allow_ungrouped: bool = typer.Option(
        False, "--allow-ungrouped", help="Accept that more than half of the rows have no COLUMN."
    ),
    pattern: str | None = PATTERN,
    codes: list[str] = CODES,
    audio_root: str | None = typer.Option(None, "--audio-root", help="Where audio paths begin."),
    encoding: str | None = typer.Option(None, "--encoding", help="Of the table."),
    options: list[str] = typer.Option(
        [], "--option", metavar="KEY=VALUE", help="A further option: see corpus import."
    ),
    changes: list[str] = SET,
    fresh: bool = typer.Option(
        False, "--fresh", help="Delete what start made in --out, and begin anew."
    ),
    yes: bool = typer.Option(
        False, "--yes", help="Continue also with other threads or versions (bits may differ)."
    ),
    allow: list[str] = ALLOW,
    lang: Lang = LANG,
    workers: int | None = WORKERS,
) -> None:
    """Import, split, audit, train, evaluate and report: own data in one command.

    The same command continues what was interrupted; another --by makes another split and run.
    """
    from malsori.cli._start_splits import wanted_split
    from malsori.cli._starting import Begun, check_split
    from malsori.cli.evaluate import show_evaluation
    from malsori.io import write_yaml
    from malsori.report.writing import write_report
    from malsori.reporting import Terminal
    from malsori.training import evaluate_run, train
    from malsori.words import Words

    named: dict[str, Any] = {"audio_root": audio_root, "encoding": encoding, "pattern": pattern}
    named |= {"columns": pairs(mapping, "--map"), "tasks": tasks, "codes": codes}
    given = together(named, pairs(options, "--option"))
    begun, words = Begun(out, source, given), Words(lang)
    corpus = begun.corpus(workers, fresh=fresh)
    wanted = wanted_split(corpus, by, source, words)
    name = wanted.name
    if name in corpus.split_names():
        check_split(corpus, name, wanted.by, allow_leak)
    else:
        _split(corpus, name, words, by=wanted.by, column=wanted.column, allow_leaks=allow_leak,
               allow_ungrouped=allow_ungrouped)  # fmt: skip
    seen = _audited(corpus, name, allow_leak, words)
    recipe, suffix = _recipe(corpus, name, changes), begun.suffix(name)
    done = train(
        recipe,
        out / f"run{suffix}",
        fresh=fresh,
        accept_environment=yes,
        workers=workers,
        allow=allow,
        reporter=Terminal(lang=lang),
    )
    write_yaml(out / f"recipe{suffix}.yaml", recipe.data())
    show_evaluation(evaluate_run(done), done.path, lang=lang)
    print(f"report: {write_report([done.path], out / f'report{suffix}.html', lang)}")
    _close(seen, corpus, name, words)
    again = ["malsori", "train", out / f"recipe{suffix}.yaml", "--out", _unused(out)]
    again += [word for check in allow for word in ("--allow", check)]
    print(f"to change the recipe and train again:\n  {shlex.join(map(str, again))}")


def _split(corpus: Corpus, name: str, words: Words, **options: Any) -> None:
    from malsori.console import show
    from malsori.corpus.splits import make_split, split_table

    show(split_table(make_split(corpus, name, **options), words))


def _audited(corpus: Corpus, split: str, allow: Sequence[str], words: Words) -> Audit:
    """Shows what the audit finds; leaks that were not accepted end it."""
    from malsori.corpus.audit import audit
    from malsori.corpus.audit.wording import described
    from malsori.errors import MalsoriError

    seen = audit(corpus, split=split)
    print(described(seen, words) + "\n")
    for finding in seen.findings:
        kind = finding.numbers.get("kind")
        if (finding.check, finding.severity) == ("leaks", "serious") and kind not in allow:
            raise MalsoriError(
                words.say(finding.message),
                hint=f"choose another --by, or accept it with --allow-leak {kind}",
            )
    return seen


def _close(seen: Audit, corpus: Corpus, split: str, words: Words) -> None:
    """Says again, below the scores, what makes them doubtful."""
    from malsori.console import wrapped
    from malsori.corpus.audit.wording import subject

    serious = [f"{f.check} ({subject(f, words)})" for f in seen.findings if f.severity == "serious"]
    if serious:
        command = shlex.join(["malsori", "corpus", "audit", str(corpus.path), "--split", split])
        said = words("audit.serious_all_the_same", n=len(serious), which=", ".join(serious))
        print(f"{wrapped(said)}\n  {command}")


def _unused(out: Path) -> Path:
    """A folder for the next run."""
    return next(out / f"run{n}" for n in range(2, 10**6) if not (out / f"run{n}").exists())


def _recipe(corpus: Corpus, split: str, changes: list[str]) -> Recipe:
    """The recipe of the demo, with an encoder for whatever the corpus holds, for all its tasks."""
    from malsori.errors import MalsoriError
    from malsori.io import read_yaml
    from malsori.overrides import override_all, said_again
    from malsori.recipe import BUILT_IN, Recipe
    from malsori.reporting import say

    if not corpus.tasks:
        raise MalsoriError(
            f"{corpus.path}: no column became a task",
            hint="declare one, as in --task urgency=ordinal:하,중,상",
        )
    kinds = {"audio": "logmel", "text": "jamo", "features": "precomputed"}
    data = {
        **read_yaml(BUILT_IN / "demo.yaml"),
        # Absolute, so that the recipe means the same from any folder.
        "corpus": {"path": str(corpus.path.resolve()), "split": split},
        "tasks": list(corpus.tasks),
        "encoders": {m: {"kind": kinds[found[0]]} for m, found in corpus.signals.items()},
    }
    for line in said_again(changes):
        say(line)
    data = override_all(data, changes)
    return Recipe.parse(data, source="malsori start")
