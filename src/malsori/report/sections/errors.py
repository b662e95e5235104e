"""The errors: what is taken for what, how far off, how sure, and the most confident mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.evaluation.result import TaskResult
from malsori.report.facts import Facts, RunFacts
from malsori.report.facts.errors import Mistake, TaskErrors
from malsori.report.facts.excerpts import Excerpt
from malsori.report.facts.privacy import last_part
from malsori.report.figures.confusion import confusion_svg
from malsori.report.figures.data import ReliabilityBin
from malsori.report.figures.distance import distance_svg
from malsori.report.figures.recall import recall_svg
from malsori.report.figures.reliability import reliability_svg
from malsori.report.figures.sheet import NARROW
from malsori.report.figures.waveform import waveform_svg
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
from malsori.report.sections import marks
from malsori.report.words import Text, Words

LONGEST: Final = 40
"""Characters of a class's name in the table of mistakes."""


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
    return [
        Heading(task.name),
        Sentences((_wrong(run, result, errors, words),), "lead"),
        Figures(tuple(_figures(result, errors, words))),
        _classes(run, result, words),
        *_mistakes(facts, result, errors, words),
    ]


def _wrong(run: RunFacts, result: TaskResult, errors: TaskErrors, words: Words) -> Text:
    at = marks.place(run, result)
    said = words.text(
        "errors.wrong",
        n=marks.count(errors.wrong, "wrong", **at),
        total=marks.count(result.labelled, "labelled", **at),
    )
    if errors.distances and errors.wrong:
        far = sum(n for d, n in errors.distances.items() if abs(d) > 1)
        said += words.text("errors.far", n=marks.count(far, "far", **at))
    never = words.listed(result.never_predicted)
    said += words.text("errors.never", classes=never) if never else ()
    return (*said, words("errors.end"))


def _figures(result: TaskResult, errors: TaskErrors, words: Words) -> Iterator[Figure]:
    classes, counts = result.task.classes, result.confusion

    def figure(svg: str, what: str) -> Figure:
        return Figure(svg, title=words(f"errors.{what}"))

    yield figure(confusion_svg(classes, counts, words, width=NARROW), "confusion")
    found = recall_svg(classes, result.recalls, result.support, words, width=NARROW)
    yield figure(found, "recall")
    if result.task.kind == "ordinal":
        yield figure(distance_svg(classes, counts, words, width=NARROW), "distance")
    bins = [ReliabilityBin(b.low, b.high, b.confidence, b.accuracy, b.count) for b in errors.bins]
    yield figure(reliability_svg(bins, words, width=NARROW), "reliability")


def _classes(run: RunFacts, result: TaskResult, words: Words) -> Table:
    at = marks.place(run, result)
    names = result.task.classes
    rows = []
    for k, name in enumerate(names):
        here = {**at, "class": name}
        total = result.support[k]
        taken = [
            _taken(int(n), total, {**here, "predicted": names[j]})
            for j, n in enumerate(result.confusion[k])
        ]
        rows.append(
            (
                cell(name),
                cell(marks.count(total, "support", **here)),
                cell(marks.count(result.predicted[k], "predicted", **here)),
                cell(marks.estimate(result.recalls[k], "recall", **here)),
                cell(marks.estimate(result.f1s[k], "f1", **here)),
                *taken,
            )
        )
    heads = [marks.metric_name(words, h) for h in ("n", "predicted", "recall", "f1")]
    return Table(
        words("errors.classes", task=result.task.name),
        (
            Head(words("head.class"), right=False),
            *(Head(h) for h in heads),
            *(Head(f"→ {name}") for name in names),
        ),
        tuple(rows),
        note=words.text(
            "errors.classes_note",
            unlabelled=marks.count(result.unlabelled, "unlabelled_rows", **at),
        ),
        folded=True,
    )


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
        tuple(_mistake(facts, result, m) for m in errors.mistakes),
        note=words.text("errors.mistakes_open" if open_ else "errors.mistakes_closed"),
        below=tuple(_said(facts.excerpts.get(m.id), words) for m in errors.mistakes if open_),
        below_head=words("errors.head_text"),
    )


def _mistake(facts: Facts, result: TaskResult, m: Mistake) -> tuple[Cell, ...]:
    at = {**marks.place(facts.subject, result), "id": shown_id(m.id)}
    return (
        cell(shown_id(m.id)),
        cell(shortened(m.target)),
        cell(shortened(m.predicted)),
        cell(marks.short(m.confidence, "confidence", **at)),
        cell(marks.short(m.given, "given", **at)),
    )


def shown_id(name: str) -> str:
    """An id as it may be shown: of one that is a path, only the last part.

    Example:
        >>> shown_id("C0042"), shown_id("/home/kim/calls/7.wav")
        ('C0042', '7.wav')
    """
    return last_part(name)


def shortened(name: str) -> str:
    """A class's name where it stands many times; the table of classes has all of it.

    Example:
        >>> shortened("calm"), len(shortened("very " * 40))
        ('calm', 40)
    """
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def _said(excerpt: Excerpt | None, words: Words) -> Cell:
    """Transcript, length and waveform, as far as there are any."""
    if excerpt is None:
        return cell(None)
    sound, text = excerpt.sound, excerpt.text or marks.DASH
    if sound is None:
        return cell(text)
    long = words("errors.seconds", n=f"{sound.duration:.1f}")
    return Cell((f"{text} ({long})",), svg=waveform_svg(sound.samples, sound.sample_rate))
