"""Several runs side by side: paired differences, not bare means."""

from __future__ import annotations

from malsori.report.facts import Facts
from malsori.report.facts.comparing import RunDifference
from malsori.report.figures.differences import differences_svg
from malsori.report.page import Block, Cell, Head, Section, Sentences, Table, cell, drawn
from malsori.report.sections import marks
from malsori.words import Text, Words


def build(facts: Facts, words: Words) -> Section | None:
    """What the runs differ in; None where there is only one."""
    if not facts.others:
        return None
    blocks: list[Block] = []
    if facts.differences:
        skills = [d for d in facts.differences if d.found.metric == "skill"]
        blocks += [
            Sentences(
                tuple(
                    marks.said(words, d.found.note(d.task, d.a, d.b), split=facts.subject.split)
                    for d in skills
                ),
                "points",
            ),
            drawn(lambda width: differences_svg(skills, words, width=width)),
            _table(facts, words),
        ]
    blocks += [Sentences(tuple(_left_out(facts, words)), "care")] if _left_out(facts, words) else []
    if facts.elsewhere:
        blocks.append(_elsewhere(facts, words))
    return Section("comparison", words("comparison.title"), tuple(blocks))


def _where(facts: Facts, d: RunDifference) -> dict[str, str]:
    return {
        "run": d.a,
        "against": d.b,
        "split": facts.subject.split,
        "task": d.task,
        "name": d.found.metric,
    }


def _table(facts: Facts, words: Words) -> Table:
    body: list[tuple[Cell, ...]] = []
    for d in facts.differences:
        at = _where(facts, d)
        body.append(
            (
                cell(d.task),
                cell(_metric(facts, d, words)),
                cell(d.a),
                cell(d.b),
                cell(marks.value(d.found.a.value, "difference_a", **at)),
                cell(marks.value(d.found.b.value, "difference_b", **at)),
                cell(marks.estimate(d.found.difference, "difference", **at)),
                cell(words(f"difference.verdict_{d.found.verdict}")),
            )
        )
    left = ("task", "metric", "run", "against")
    return Table(
        words("comparison.table"),
        (
            *(Head(words(f"head.{h}"), right=False) for h in left),
            *(Head(words(f"comparison.head_{h}")) for h in ("a", "b", "difference")),
            Head(words("comparison.head_verdict"), right=False),
        ),
        tuple(body),
        note=words.text("comparison.table_note"),
        folded=True,
    )


def _metric(facts: Facts, d: RunDifference, words: Words) -> str:
    task = next(run.tasks[d.task] for run in facts.runs if d.task in run.tasks)
    return marks.metric_name(words, d.found.metric, task.kind)


def _left_out(facts: Facts, words: Words) -> list[Text]:
    said = []
    unfinished = [run.name for run in facts.runs if not run.results]
    if unfinished:
        said.append(words.text("comparison.unfinished", runs=words.listed(unfinished)))
    if facts.elsewhere:
        names = words.listed([run.name for run in facts.elsewhere])
        said.append(words.text("comparison.elsewhere", runs=names, subject=facts.subject.name))
    compared = {d.task for d in facts.differences}
    alone = [t for t in facts.subject.tasks if t not in compared]
    if alone and facts.subject.results:
        said.append(words.text("comparison.not_compared", tasks=words.listed(alone)))
    return said


def _elsewhere(facts: Facts, words: Words) -> Table:
    body: list[tuple[Cell, ...]] = []
    for run in facts.elsewhere:
        for task in run.tasks:
            result = run.result(task)
            body.append(
                (
                    cell(run.name),
                    cell(f"{run.data.name} / {run.data.split.name}"),
                    cell(task),
                    cell(marks.metric(run, result, "skill")),
                    cell(marks.metric(run, result, "macro_f1")),
                )
            )
    heads = [Head(words(f"head.{h}"), right=False) for h in ("run", "data", "task")]
    numbers = [Head(marks.metric_name(words, h)) for h in ("skill", "macro_f1")]
    return Table(words("comparison.elsewhere_table"), (*heads, *numbers), tuple(body))
