"""The errors of a regression task: how far off, to which side, and the rows farthest off."""

from __future__ import annotations

from collections.abc import Iterator

from malsori.evaluation.result import TaskResult
from malsori.report.facts import Facts, RunFacts
from malsori.report.facts.errors_numbers import FarOff, NumberErrors
from malsori.report.figures.agreement import agreement_svg
from malsori.report.figures.sheet import NARROW
from malsori.report.page import Block, Cell, Figure, Figures, Head, Sentences, Table, cell
from malsori.report.sections import marks
from malsori.report.sections.excerpt import said
from malsori.report.sections.naming import rows_note, shown_id
from malsori.words import Text, Words


def blocks_of(
    facts: Facts, result: TaskResult, errors: NumberErrors, words: Words
) -> Iterator[Block]:
    """Sentence, figure and the farthest rows of one task."""
    run = facts.subject
    yield Sentences((_away(run, result, errors, words),), "lead")
    svg = agreement_svg(errors.edges, errors.counts, errors.means, words, width=NARROW)
    yield Figures((Figure(svg, title=words("errors.agreement")),))
    yield Sentences((words.text("errors.agreement_note"),), "quiet")
    if errors.far:
        yield _farthest(facts, result, errors, words)


def _away(run: RunFacts, result: TaskResult, errors: NumberErrors, words: Words) -> Text:
    at = marks.place(run, result)
    side = "high" if errors.bias > 0 else "low"
    return words.text(
        "errors.away",
        mae=marks.metric(run, result, "mae"),
        bias=marks.short(abs(errors.bias), "bias", **at),
        side=words(f"errors.away_{side}"),
        total=marks.count(result.labelled, "labelled", **at),
        pearson=marks.metric(run, result, "pearson"),
        ccc=marks.metric(run, result, "ccc"),
    )


def _farthest(facts: Facts, result: TaskResult, errors: NumberErrors, words: Words) -> Table:
    open_ = bool(facts.excerpts)
    heads = ("target", "predicted", "apart")
    return Table(
        words("errors.far_off", task=result.task.name),
        (
            Head(words("errors.head_id"), right=False),
            *(Head(words(f"errors.head_{h}")) for h in heads),
        ),
        tuple(_row(facts, result, far) for far in errors.far),
        note=rows_note(facts, words),
        below=tuple(said(facts.excerpts.get(far.id), words) for far in errors.far if open_),
        below_head=words("errors.head_text"),
    )


def _row(facts: Facts, result: TaskResult, far: FarOff) -> tuple[Cell, ...]:
    at = {**marks.place(facts.subject, result), "id": shown_id(far.id)}
    return (
        cell(shown_id(far.id)),
        cell(marks.short(far.target, "label", **at)),
        cell(marks.short(far.predicted, "answer", **at)),
        cell(marks.short(far.predicted - far.target, "apart", **at)),
    )
