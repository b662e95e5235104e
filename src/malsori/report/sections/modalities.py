"""The modalities: everything, each alone, and what is lost when one is missing."""

from __future__ import annotations

from malsori.evaluation.result import TaskResult
from malsori.report.facts import Facts
from malsori.report.facts.comparing import Loss
from malsori.report.figures.modalities import ConditionRow, modalities_svg
from malsori.report.page import Block, Cell, Head, Section, Sentences, Table, cell, drawn
from malsori.report.sections import marks
from malsori.words import Text, Words

COLUMNS = ("skill", "accuracy", "macro_f1", "ccc", "mae")


def build(facts: Facts, words: Words) -> Section | None:
    """What the subject reaches under every condition; None for an unfinished run."""
    run = facts.subject
    if not run.results:
        return None
    title = words("modalities.title")
    if len(run.modalities) < 2:
        only = marks.condition_name(words, run.condition)
        one = words.text("modalities.one", modality=only)
        return Section("modalities", title, (Sentences((one,)),))
    said = tuple(_lost(facts, loss, words) for loss in run.losses)
    blocks: list[Block] = []
    if said:
        blocks.append(Sentences(said, "points"))
    blocks.append(drawn(lambda width: modalities_svg(rows(facts), words, width=width)))
    blocks.append(_table(facts, words))
    return Section("modalities", title, tuple(blocks))


def rows(facts: Facts) -> list[ConditionRow]:
    """One for each task and condition that has a labelled row."""
    run = facts.subject
    return [
        ConditionRow(
            task=r.task.name,
            condition=r.condition,
            skill=r.numbers["skill"],
            best=run.best_skill(r.task.name, r.condition),
        )
        for r in run.results
        if r.labelled
    ]


def _lost(facts: Facts, loss: Loss, words: Words) -> Text:
    found = loss.found
    verdict = "none"
    if found.shown:
        verdict = "less" if found.difference.value > 0 else "more"
    at = {
        "run": facts.subject.name,
        "split": facts.subject.split,
        "task": loss.task,
        "condition": facts.subject.condition,
        "against": loss.condition,
    }
    names = [marks.modality_name(words, m) for m in loss.missing]
    return words.text(
        f"modalities.{verdict}",
        task=loss.task,
        missing=words.listed(names),
        left=marks.condition_name(words, loss.condition),
        both=marks.value(found.a.value, "loss_all", **at),
        alone=marks.value(found.b.value, "loss_left", **at),
        difference=marks.estimate(found.difference, "loss", **at),
    )


def _heard(words: Words, result: TaskResult) -> str:
    return marks.condition_name(words, result.condition)


def _table(facts: Facts, words: Words) -> Table:
    run = facts.subject
    columns = marks.columns_of(run.tasks.values(), COLUMNS)
    body: list[tuple[Cell, ...]] = []
    for r in (*run.results, *run.references):
        at = marks.place(run, r)
        heard = marks.reference_name if r.reference else _heard
        best = run.best_skill(r.task.name, r.condition)
        body.append(
            (
                cell(r.task.name),
                cell(heard(words, r)),
                cell(marks.count(r.labelled, "labelled", **at)),
                *(cell(marks.metric(run, r, name)) for name in columns),
                cell(marks.value(best, "best_skill", **at)),
            )
        )
    heads = [marks.metric_name(words, h, "regression") for h in ("n", *columns, "best")]
    return Table(
        words("modalities.table"),
        (
            Head(words("head.task"), right=False),
            Head(words("head.heard"), right=False),
            *(Head(h) for h in heads),
        ),
        tuple(body),
        note=words.text("modalities.table_note"),
        folded=True,
    )
