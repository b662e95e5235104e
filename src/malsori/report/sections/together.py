"""The tasks together: how hard each pushes what they share, and whether they pull apart."""

from __future__ import annotations

from malsori.balance.pairs import Pair
from malsori.report.facts import Facts, RunFacts
from malsori.report.figures.gradients import gradients_svg
from malsori.report.page import Block, Head, Heading, Section, Sentences, Table, cell, drawn
from malsori.report.sections import marks
from malsori.words import Mark, Text, Words


def build(facts: Facts, words: Words) -> Section | None:
    """What the gradient monitor saw in every run that learned several tasks; None without one."""
    if not facts.several_tasks:
        return None
    measured = [run for run in facts.runs if run.gradients is not None and run.gradients.pairs]
    title = words("together.title")
    if not measured:
        why_not = words.text("together.not_measured")
        return Section("together", title, (Sentences((why_not,)),))
    blocks: list[Block] = [Sentences((words.text("together.lead"),), "lead")]
    for run in measured:
        blocks += _of_run(run, words, named=len(facts.runs) > 1)
    blocks.append(Sentences((words.text("gradient.how_to_read"),), "quiet"))
    return Section("together", title, tuple(blocks))


def _of_run(run: RunFacts, words: Words, *, named: bool) -> list[Block]:
    assert run.gradients is not None
    assert run.gradient_rows is not None
    said = [marks.said(words, note, run=run.name) for note in run.gradients.notes()]
    blocks: list[Block] = [Heading(_heading(run, words))] if named else []
    blocks.append(Sentences(tuple(said), "points"))
    rows = run.gradient_rows
    blocks.append(drawn(lambda width: gradients_svg(rows, words, width=width)))
    blocks.append(_table(run, words))
    return blocks


def _heading(run: RunFacts, words: Words) -> str:
    balance = run.recipe.get("balance") or {}
    kinds = [str((balance.get(part) or {}).get("kind", "–")) for part in ("weighting", "solver")]
    return words("together.run", run=run.name, weighting=kinds[0], solver=kinds[1])


def _table(run: RunFacts, words: Words) -> Table:
    assert run.gradients is not None
    found = {(g.space, g.group, g.task): g for g in run.gradients.gradients}
    rows = []
    for pair in run.gradients.pairs:
        strong, weak = (found[pair.space, pair.group, t] for t in (pair.strong, pair.weak))
        at = {"run": run.name, "space": pair.space, "group": pair.group,
              "a": pair.strong, "b": pair.weak}  # fmt: skip
        rows.append(
            (
                cell(words(f"gradient.{pair.space}")),
                cell(words("gradient.all") if pair.group == "all" else pair.group),
                cell(f"{pair.strong} : {pair.weak}"),
                cell(Mark(f"{pair.ratio:.1f}", {"metric": "ratio", **at})),
                cell(Mark(f"{pair.weighted:.1f}", {"metric": "weighted", **at})),
                cell(_two(strong.share, weak.share, "gradient_share", at)),
                cell(_cosine(pair, at)),
                cell(marks.percent(pair.conflicts, "conflicts", **at)),
                cell(_two(strong.noise, weak.noise, "noise", at)),
                cell(marks.count(pair.measurements, "measurements", **at)),
            )
        )
    left = ("space", "group", "tasks")
    right = ("ratio", "weighted", "share", "cosine", "conflicts", "noise", "steps")
    return Table(
        words("together.table"),
        (
            *(Head(words(f"gradient.head_{h}"), right=False) for h in left),
            *(Head(words(f"gradient.head_{h}")) for h in right),
        ),
        tuple(rows),
        note=words.text("gradient.table_note"),
        folded=True,
    )


def _two(one: float | None, other: float | None, what: str, at: dict[str, str]) -> Text:
    first = marks.percent(one, what, task=at["a"], **at)
    return (first, " : ", marks.percent(other, what, task=at["b"], **at))


def _cosine(pair: Pair, at: dict[str, str]) -> Text:
    if pair.cosine is None:
        return (marks.DASH,)
    if pair.error is None:
        return (marks.value(pair.cosine, "cosine", **at),)
    error = marks.value(2 * pair.error, "cosine_error", **at)
    return (marks.value(pair.cosine, "cosine", **at), " ± ", error)
