"""Learning: each task's score over the epochs against its prior, and why it stopped."""

from __future__ import annotations

from malsori.notes import Note
from malsori.report.facts import Facts, RunFacts
from malsori.report.figures.learning import learning_svg
from malsori.report.page import Block, Cell, Head, Section, Sentences, Table, cell, drawn
from malsori.report.sections import marks
from malsori.words import Text, Words


def build(facts: Facts, words: Words) -> Section:
    """How the subject learned, and how far the other runs went."""
    run = facts.subject
    blocks: list[Block] = [Sentences((stopped(run, words),), "lead")]
    if run.learning.cautions:
        warned = tuple(marks.said(words, note, run=run.name) for note in run.learning.cautions)
        blocks.append(Sentences(warned, "care"))
    if run.learning.tasks:
        blocks.append(drawn(lambda width: learning_svg(run.learning, words, width=width)))
        several = len(run.tasks) > 1
        key = "learning.how_to_read" if several else "learning.how_to_read_one"
        blocks.append(Sentences((words.text(key),), "quiet"))
        blocks.append(_numbers(run, words))
    if facts.others:
        blocks.append(_runs(facts, words))
    return Section("learning", words("learning.title"), tuple(blocks))


def stopped(run: RunFacts, words: Words) -> Text:
    """Where a run stopped and why."""
    going = run.learning
    about = {"run": run.name, "planned": going.planned}
    note = Note("learning.finished", {**about, "stop": going.stopped})
    if going.stopped is None:
        saved = {"epochs": going.epochs, "step": going.step}
        note = Note("learning.unfinished", {**about, **saved})
    said = marks.said(words, note)
    if going.best_epoch is not None:
        epoch = marks.count(going.best_epoch, "best_epoch", run=run.name)
        key = "learning.best" if run.finished else "learning.best_so_far"
        key += "" if len(run.tasks) > 1 else "_one"
        said += words.text(key, epoch=epoch)
    return said


def _numbers(run: RunFacts, words: Words) -> Table:
    best = run.learning.best_epoch
    heads = ("prior", "best_validation", "best_train", "last_validation", "last_train")
    rows = []
    for task in run.learning.tasks:
        at = task.epochs.index(best) if best in task.epochs else -1
        numbers = {
            "history_prior": task.prior,
            "history_best_validation": task.validation[at],
            "history_best_train": task.train[at],
            "history_last_validation": task.validation[-1],
            "history_last_train": task.train[-1],
        }
        cells = [
            cell(marks.value(x, what, run=run.name, task=task.task)) for what, x in numbers.items()
        ]
        rows.append((cell(task.task), *cells))
    return Table(
        words("learning.table"),
        (
            Head(words("head.task"), right=False),
            *(Head(words(f"learning.head_{h}")) for h in heads),
        ),
        tuple(rows),
        note=words.text("learning.table_note"),
        folded=True,
    )


def _runs(facts: Facts, words: Words) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for run in facts.runs:
        going = run.learning
        at = {"run": run.name}
        why = "unfinished" if going.stopped is None else going.stopped.key.removeprefix("stop.")
        rows.append(
            (
                cell(run.name),
                cell(words.listed(list(run.tasks))),
                cell(marks.count(going.epochs, "epochs", **at)),
                cell(marks.count(going.planned, "planned", **at)),
                cell(None if going.best_epoch is None else marks.count(
                    going.best_epoch, "best_epoch", **at)),
                cell(words.named("learning.why", why)),
            )
        )  # fmt: skip
    heads = ("run", "tasks", "epochs", "planned", "best_epoch", "why")
    left = {"run", "tasks", "why"}
    return Table(
        words("learning.runs"),
        tuple(Head(words(f"head.{h}"), right=h not in left) for h in heads),
        tuple(rows),
    )
