"""How to repeat it: recipe, seed, versions, hashes, commands."""

from __future__ import annotations

import shlex

import yaml

from malsori.report.facts import Facts, RunFacts
from malsori.report.page import Block, Code, Head, Section, Sentences, Table, cell
from malsori.words import Words

_VERSIONS = ("malsori", "python", "torch", "numpy", "polars", "platform", "processor",
             "threads", "device")  # fmt: skip


def build(facts: Facts, words: Words) -> Section:
    """Everything that the subject's numbers depend on, and what the others change."""
    run = facts.subject
    blocks: list[Block] = [
        Sentences((words.text("repeat.lead"),), "lead"),
        Code(words("repeat.commands"), commands(facts), "shell"),
        _identity(facts, words),
        Code(words("repeat.recipe", run=run.name), _yaml(run), "yaml", folded=True),
    ]
    if facts.others:
        blocks.append(_changes(facts, words))
    return Section("repeat", words("repeat.title"), tuple(blocks))


def commands(facts: Facts) -> str:
    """What to type, with the recipes saved beside the corpus; no place on anybody's disk."""
    runs = [f"runs/{run.name}" for run in facts.runs]
    lines = [
        shlex.join(["malsori", "train", f"{run.name}.yaml", "--out", folder])
        for run, folder in zip(facts.runs, runs, strict=True)
    ]
    lines.append(shlex.join(["malsori", "evaluate", runs[0]]))
    lines.append(shlex.join(["malsori", "report", *runs]))
    return "\n".join(lines)


def _identity(facts: Facts, words: Words) -> Table:
    run = facts.subject
    known = [
        ("seed", run.seed),
        ("recipe_digest", run.recipe_digest),
        ("corpus_digest", run.corpus_digest),
        ("split_hash", run.split_hash),
        ("parameters", None if run.parameters is None else f"{run.parameters:,}"),
    ]
    rows = [(cell(words(f"repeat.{key}")), cell(value)) for key, value in known]
    rows += [
        (cell(words(f"repeat.{key}")), cell(run.environment.get(key)))
        for key in _VERSIONS
        if run.environment.get(key) is not None
    ]
    rows.append((cell(words("repeat.report")), cell(f"malsori {facts.version}")))
    heads = (Head(words("repeat.what"), right=False), Head(words("repeat.value"), right=False))
    return Table(words("repeat.identity", run=run.name), heads, tuple(rows))


def _yaml(run: RunFacts) -> str:
    text: str = yaml.safe_dump(
        run.recipe, allow_unicode=True, sort_keys=False, default_flow_style=None
    )
    return text


def _changes(facts: Facts, words: Words) -> Table:
    """What each other run's recipe has otherwise."""
    mine = _flat(facts.subject.recipe)
    rows = []
    for run in facts.others:
        theirs = _flat(run.recipe)
        for key in [*mine, *(k for k in theirs if k not in mine)]:
            if mine.get(key) != theirs.get(key):
                row = (run.name, key, mine.get(key), theirs.get(key))
                rows.append(tuple(cell(x) for x in row))
    heads = ("run", "key", "here", "there")
    return Table(
        words("repeat.changes"),
        tuple(Head(words(f"head.{h}"), right=False) for h in heads),
        tuple(rows),
    )


def _flat(data: object, above: str = "") -> dict[str, str]:
    if isinstance(data, dict) and data:
        found: dict[str, str] = {}
        for key, value in data.items():
            found |= _flat(value, f"{above}.{key}" if above else str(key))
        return found
    return {above: str(data)}
