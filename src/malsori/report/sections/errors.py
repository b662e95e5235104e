"""The errors: what is taken for what, how far off, how sure, and the most confident mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from malsori.console import CLASSES, largest
from malsori.evaluation.result import TaskResult
from malsori.notes import some
from malsori.report.facts import Facts, RunFacts
from malsori.report.facts.errors import NONE, Mistake, TaskErrors
from malsori.report.figures.confusion import confusion_svg
from malsori.report.figures.distance import distance_svg
from malsori.report.figures.recall import recall_svg
from malsori.report.figures.reliability import reliability_svg
from malsori.report.figures.sheet import NARROW
from malsori.report.page import (
    Block,
    Cell,
    Figure,
    Figures,
    Head,
    Heading,
    Section,
    Sentences,
    Table,
    cell,
)
from malsori.report.sections import errors_numbers, marks
from malsori.report.sections.excerpt import said
from malsori.report.sections.naming import rows_note, shortened, shown_id
from malsori.words import Text, Words

_DRAWN = 10  # so many of very many classes are in the matrix


def build(facts: Facts, words: Words) -> Section | None:
    """The subject's errors with everything that it hears; None for an unfinished run."""
    run = facts.subject
    if not run.results:
        return None
    blocks: list[Block] = []
    for task in run.tasks:
        result = run.result(task)
        if result is not None and result.labelled:
            blocks += _of_task(facts, result, words)
    return Section("errors", words("errors.title"), tuple(blocks)) if blocks else None


def _of_task(facts: Facts, result: TaskResult, words: Words) -> list[Block]:
    run, task = facts.subject, result.task
    errors = run.errors[task.name]
    if errors.numbers is not None:
        found = errors_numbers.blocks_of(facts, result, errors.numbers, words)
        return [Heading(task.name), *found]
    return [
        Heading(task.name),
        Sentences((_wrong(run, result, errors, words),), "lead"),
        Figures(tuple(_figures(result, errors, words))),
        _classes(run, result, words),
        *_mistakes(facts, result, errors, words),
    ]


def _wrong(run: RunFacts, result: TaskResult, errors: TaskErrors, words: Words) -> Text:
    at = marks.place(run, result)
    several = result.task.kind == "multilabel"
    told = words.text(
        "errors.wrong_sets" if several else "errors.wrong",
        n=marks.count(errors.wrong, "wrong", **at),
        total=marks.count(result.labelled, "labelled", **at),
    )
    if errors.distances and errors.wrong:
        far = sum(n for d, n in errors.distances.items() if abs(d) > 1)
        told += words.text("errors.far", n=marks.count(far, "far", **at))
    never = words.listed(
        [n if isinstance(n, str) else words.say(n) for n in some(result.never_predicted, CLASSES)]
    )
    told += words.text("errors.never", classes=never) if never else ()
    return (*told, words("errors.end"))


def _figures(result: TaskResult, errors: TaskErrors, words: Words) -> Iterator[Figure]:
    classes, counts = result.task.classes, result.confusion
    shown = largest(result.support)

    def figure(svg: str, what: str) -> Figure:
        return Figure(svg, title=words(f"errors.{what}"))

    several = result.task.kind == "multilabel"
    if not several:
        yield figure(
            confusion_svg(*joined(classes, counts, words), words, width=NARROW), "confusion"
        )
    found = recall_svg(
        [classes[k] for k in shown],
        [result.recalls[k] for k in shown],
        [result.support[k] for k in shown],
        words,
        width=NARROW,
    )
    yield figure(found, "recall")
    if result.task.kind == "ordinal":
        yield figure(distance_svg(classes, counts, words, width=NARROW), "distance")
    svg = reliability_svg(errors.bins, words, width=NARROW)
    yield figure(svg, "reliability_sets" if several else "reliability")


def _classes(run: RunFacts, result: TaskResult, words: Words) -> Table:
    at = marks.place(run, result)
    names = result.task.classes
    rows, support, predicted = [], result.support, result.predicted
    shown = largest(support)
    for k in shown:
        here = {**at, "class": names[k]}
        rows.append(
            (
                cell(names[k]),
                cell(marks.count(support[k], "support", **here)),
                cell(marks.count(predicted[k], "predicted", **here)),
                cell(marks.estimate(result.recalls[k], "recall", **here)),
                cell(marks.estimate(result.f1s[k], "f1", **here)),
                *_beside(result, k, here),
            )
        )
    heads = [marks.metric_name(words, h) for h in ("n", "predicted", "recall", "f1")]
    return Table(
        words("errors.classes", task=result.task.name),
        (
            Head(words("head.class"), right=False),
            *(Head(h) for h in heads),
            *(Head(head) for head in _heads_beside(result, words)),
        ),
        tuple(rows),
        note=(
            *_hidden(len(names) - len(shown), words),
            *words.text(
                "errors.sets_note" if result.task.kind == "multilabel" else "errors.classes_note",
                unlabelled=marks.count(result.unlabelled, "unlabelled_rows", **at),
            ),
        ),
        folded=True,
    )


def _hidden(n: int, words: Words) -> Text:
    return (words("audit.table.hidden", n=n) + ". ",) if n else ()


def joined(
    classes: Sequence[str], counts: NDArray[np.int64], words: Words
) -> tuple[list[str], NDArray[np.int64]]:
    """The confusion matrix; of many classes those with most rows, and the others as one."""
    if len(classes) <= CLASSES:
        return list(classes), counts
    shown = largest(counts.sum(axis=1).tolist(), _DRAWN)
    place = np.full(len(classes), len(shown))
    place[shown] = np.arange(len(shown))
    found = np.zeros((len(shown) + 1, len(shown) + 1), np.int64)
    np.add.at(found, (place[:, None], place[None, :]), counts)
    others = words("errors.others", n=len(classes) - len(shown))
    return [*(classes[k] for k in shown), others], found


def _heads_beside(result: TaskResult, words: Words) -> list[str]:
    if result.task.kind == "multilabel":
        return [words(f"errors.head_{h}") for h in ("missed", "added", "average_precision")]
    if len(result.task.classes) > CLASSES:
        return [words("evaluation.head.taken_for")]
    return [f"→ {name}" for name in result.task.classes]


def _beside(result: TaskResult, k: int, at: dict[str, str]) -> list[Cell]:
    """What a class is taken for; of classes that go together, what is missed and what is added."""
    if result.task.kind == "multilabel":
        missed, added = int(result.confusion[k, 1, 0]), int(result.confusion[k, 0, 1])
        return [
            _taken(missed, result.support[k], {**at, "predicted": "no"}),
            cell(marks.count(added, "added", **at)),
            cell(marks.estimate(result.average_precisions[k], "average_precision", **at)),
        ]
    names = result.task.classes
    if len(names) > CLASSES:
        wrong = result.confusion[k] * (np.arange(len(names)) != k)
        most = int(wrong.argmax())
        taken = marks.count(int(wrong[most]), "confusion", **{**at, "predicted": names[most]})
        return [Cell((f"{names[most]} · ", taken)) if wrong[most] else cell(None)]
    return [
        _taken(int(n), result.support[k], {**at, "predicted": names[j]})
        for j, n in enumerate(result.confusion[k])
    ]


def _taken(n: int, total: int, where: dict[str, str]) -> Cell:
    text: Text = (marks.count(n, "confusion", **where),)
    if not total:
        return Cell(text)
    return Cell((*text, " · ", marks.percent(n / total, "confusion_rate", **where)), n / total)


def _mistakes(
    facts: Facts, result: TaskResult, errors: TaskErrors, words: Words
) -> Iterator[Block]:
    if not errors.mistakes:
        return
    left, right = ("id", "target", "predicted"), ("confidence", "given")
    open_ = bool(facts.excerpts)
    yield Table(
        words("errors.mistakes", task=result.task.name),
        (
            *(Head(words(f"errors.head_{h}"), right=False) for h in left),
            *(Head(words(f"errors.head_{h}")) for h in right),
        ),
        tuple(_mistake(facts, result, m, words) for m in errors.mistakes),
        note=rows_note(facts, words),
        below=tuple(said(facts.excerpts.get(m.id), words) for m in errors.mistakes if open_),
        below_head=words("errors.head_text"),
    )


def _mistake(facts: Facts, result: TaskResult, m: Mistake, words: Words) -> tuple[Cell, ...]:
    at = {**marks.place(facts.subject, result), "id": shown_id(m.id)}
    return (
        cell(shown_id(m.id)),
        *(
            cell(words("errors.none") if name == NONE else shortened(name))
            for name in (m.target, m.predicted)
        ),
        cell(marks.short(m.confidence, "confidence", **at)),
        cell(marks.short(m.given, "given", **at)),
    )
