"""The answer first: one figure, two sentences, and what to read with care."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.leaks import WARNED
from malsori.evaluation.result import TaskResult
from malsori.notes import Note
from malsori.report.facts import Facts, RunFacts
from malsori.report.facts.gather import skill_of
from malsori.report.figures.answer import AnswerRow, answer_svg
from malsori.report.page import (
    Block,
    Cell,
    Head,
    Section,
    Sentences,
    Table,
    cell,
    drawn,
)
from malsori.report.sections import audit, marks
from malsori.words import Text, Words

_TOLD: Final = 0.02  # a temperature that changes skill by less stands in the table only


def build(facts: Facts, words: Words) -> Section:
    """What was asked of which data, and what each task reaches."""
    run = facts.subject
    blocks: list[Block] = [Sentences((asked(facts, words), reached(facts, words)), "lead")]
    if run.results:
        blocks.append(
            drawn(
                lambda width: answer_svg(rows(facts), words, width=width),
                words.text("answer.caption", confidence=marks.percent(facts.confidence, "level")),
            )
        )
        blocks.append(_table(facts, words))
    care = audit.serious(facts, words) + (_warned(facts, words) if run.results else ())
    blocks += [Sentences(care, "care")] if care else []
    blocks.append(Sentences((audit.line(facts, words),), "quiet"))
    return Section("answer", words("answer.title"), tuple(blocks))


def asked(facts: Facts, words: Words) -> Text:
    """The first sentence: which tasks, from what, learned and tested on what."""
    run = facts.subject
    fields = {
        "tasks": words.listed(list(run.tasks)),
        "heard": words.listed([marks.modality_name(words, m) for m in run.modalities]),
        "corpus": run.data.name,
        "train": marks.count(run.rows.get("train", 0), "rows", run=run.name, part="train"),
    }
    if not run.results:
        return words.text("answer.asked_unfinished", **fields)
    result = run.results[0]
    tested = marks.count(run.rows.get(run.split, 0), "rows", run=run.name, part=run.split)
    return words.text(
        f"answer.asked_{_apart(run, result)}",
        **fields,
        test=tested,
        units=marks.units(words, run, result),
        part=words.named("part", run.split),
    )


def _apart(run: RunFacts, result: TaskResult) -> str:
    """Whether training met none of the groups of the test rows, as far as the split says.

    ``whom`` where these are people, ``which`` where they are anything else, or ``rows``.
    """
    column, split = result.grouped_by, run.data.split
    if result.units.unit != "group" or column not in split.by:
        return "rows"
    if any(leak.column == column and leak.kind != WARNED for leak in split.leaks):
        return "rows"
    return "whom" if column == "speaker" else "which"


def reached(facts: Facts, words: Words) -> Text:
    """The second sentence: each task between knowing nothing and the best possible."""
    run = facts.subject
    if not run.results:
        going = run.learning
        return words.text(
            "answer.unfinished",
            run=run.name,
            step=marks.count(going.step, "step", run=run.name),
            epochs=marks.count(going.epochs, "epochs", run=run.name),
            planned=marks.count(going.planned, "planned", run=run.name),
        )
    said: Text = ()
    for i, task in enumerate(run.tasks):
        said += ((words("answer.between"),) if i else ()) + _of_task(facts, task, words)
    numbers = any(task.kind == "regression" for task in run.tasks.values())
    return (words("answer.scale_number" if numbers else "answer.scale"), *said, words("answer.end"))


def _of_task(facts: Facts, task: str, words: Words) -> Text:
    run = facts.subject
    result = run.result(task)
    if result is None or not result.labelled:
        return words.text("answer.task_unlabelled", task=task)
    said = words.text("answer.task", task=task, skill=marks.metric(run, result, "skill"))
    beside: Text = ()
    best, alone = run.best_skill(task, result.condition), facts.alone(task)
    if best is not None:
        at = marks.place(run, result)
        beside += words.text("answer.best", best=marks.value(best, "best_skill", **at))
    if alone is not None:
        beside += (words("answer.and"),) if beside else ()
        mark = marks.metric(alone, alone.result(task), "skill")
        beside += words.text("answer.alone", skill=mark)
    before = result.numbers.get("raw_skill")
    if before is not None and abs(before.value - result.numbers["skill"].value) >= _TOLD:
        at = marks.place(run, result)
        beside += (words("answer.and"),) if beside else ()
        fields = {
            "skill": marks.value(before.value, "raw_skill", **at),
            "temperature": marks.tenths(result.numbers["temperature"].value, "temperature", **at),
        }
        beside += words.text("answer.before", **fields)
    if beside:
        said += (words("answer.open"), *beside, words("answer.close"))
    return said


def rows(facts: Facts) -> list[AnswerRow]:
    """Every comparable run that learned more than one task, and the subject; by task."""
    found = []
    for task in facts.subject.tasks:
        alone = facts.alone(task)
        for run in facts.comparable:
            result = run.result(task)
            if result is None or not result.labelled or run is alone:
                continue
            found.append(
                AnswerRow(
                    task=task,
                    run=run.name,
                    skill=result.numbers["skill"],
                    best=run.best_skill(task, result.condition),
                    single=skill_of(alone.result(task)) if alone else None,
                )
            )
    return found


def _table(facts: Facts, words: Words) -> Table:
    there = {name for run in facts.comparable for r in run.results for name in r.numbers}
    columns = [c for c in marks.columns_of(facts.subject.tasks.values()) if c in there]
    heads = ["n", "over", *columns, "best"]
    # Ranks are not told here, so the mean absolute error is that of numbers.
    names = [marks.metric_name(words, name, "regression") for name in heads]
    several = len(facts.comparable) > 1 or bool(facts.subject.references)
    first = [words("head.task"), *([words("head.run")] if several else [])]
    body = []
    for task in facts.subject.tasks:
        for named, run, result in _of_table(facts, task, words):
            told = [cell(task), *([cell(named)] if several else [])]
            body.append((*told, *_numbers(run, result, columns, words)))
    return Table(
        title=words("answer.table"),
        heads=(*(Head(n, right=False) for n in first), *(Head(n) for n in names)),
        rows=tuple(body),
        note=_note(facts, words),
        folded=True,
    )


def _note(facts: Facts, words: Words) -> Text:
    note = words.text("answer.table_note")
    return (*note, " ", words("reference.table_note")) if facts.subject.references else note


def _of_table(facts: Facts, task: str, words: Words) -> Iterator[tuple[str, RunFacts, TaskResult]]:
    """Every run that learned a task, then the subject's simple references."""
    for run in facts.comparable:
        result = run.result(task)
        if result is not None:
            yield run.name, run, result
    for result in facts.subject.references:
        if result.task.name == task:
            yield marks.reference_name(words, result), facts.subject, result


def _numbers(run: RunFacts, result: TaskResult, columns: list[str], words: Words) -> list[Cell]:
    at = marks.place(run, result)
    best = run.best_skill(result.task.name, result.condition)
    return [
        cell(marks.count(result.labelled, "labelled", **at)),
        cell(marks.units(words, run, result)),
        *(cell(marks.metric(run, result, name)) for name in columns),
        cell(marks.value(best, "best_skill", **at)),
    ]


def _warned(facts: Facts, words: Words) -> tuple[Text, ...]:
    """What to know of the subject's results with everything that it hears."""
    run = facts.subject
    results = [r for task in run.tasks if (r := run.result(task)) is not None]
    closed: tuple[Text, ...] = ()
    if run.split != "test" and run.rows.get("test"):
        n = marks.count(run.rows["test"], "rows", run=run.name, part="test")
        closed = (words.text("answer.closed", run=run.name, n=n),)
    tasks: dict[str, list[str]] = {}
    notes: dict[str, Note] = {}
    for result in results:
        for note in result.warnings:
            said = words.say(note)
            notes.setdefault(said, note)
            tasks.setdefault(said, []).append(result.task.name)
    return (
        closed
        + audit.allowed(facts, words)
        + tuple(_beaten(note, facts, words) for note in run.findings)
        + tuple(
            marks.said(
                words,
                Note("caution.of", {"task": words.listed(tasks[said]), "caution": note}),
                run=run.name,
            )
            for said, note in notes.items()
        )
    )


def _beaten(note: Note, facts: Facts, words: Words) -> Text:
    """That a simple reference is better than the subject."""
    about = Note("caution.of", {"task": note.fields["task"], "caution": note})
    return marks.said(words, about, run=facts.subject.name)
