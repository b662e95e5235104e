"""The data: how much, of whom, labelled how, divided how, and what leaks."""

from __future__ import annotations

from collections.abc import Iterator

from malsori.console import largest
from malsori.corpus.leaks import WARNED
from malsori.report.facts import Facts
from malsori.report.facts.corpus_data import DataFacts
from malsori.report.page import Block, Cell, Head, Heading, Section, Sentences, Table, cell
from malsori.report.sections import audit, marks
from malsori.words import Mark, Text, Words

_DOUBTS = ("split.alike", "split.leaky_preset")
"""Notes with which nobody can say that nothing leaks."""


def build(facts: Facts, words: Words) -> Section:
    """What the subject was trained and tested on."""
    data, title = facts.subject.data, words("data.title")
    blocks: list[Block] = [Sentences((_size(data, words),), "lead")]
    blocks += [_modalities(data, words)] if data.present else []
    for task in data.classes:
        blocks.append(_classes(facts, data, task, words))
    blocks.append(Heading(words("data.split_title")))
    blocks.append(Sentences(tuple(_division(data, words))))
    blocks.append(_parts(data, words))
    blocks += _left_out(data, words)
    notes: list[Text] = [(words("data.note", said=words.say(note)),) for note in data.notes]
    notes += [(words.say(note),) for note in data.split.notes]
    if notes:
        blocks.append(Sentences(tuple(notes), "care"))
    blocks += audit.blocks(facts, words)
    return Section("data", title, tuple(blocks))


def _size(data: DataFacts, words: Words) -> Text:
    said = words.text(
        "data.much",
        corpus=data.name,
        n=_of(data.rows, "corpus_rows"),
        known=_listed(
            [
                words.text(f"data.known_{k}", n=_of(n, "known", column=k), count=n)
                for k, n in _known(data)
            ],
            words,
        ),
    ) if _known(data) else words.text(
        "data.much_plain", corpus=data.name, n=_of(data.rows, "corpus_rows")
    )  # fmt: skip
    if data.durations:
        said += words.text(
            "data.long",
            hours=marks.short(data.hours, "hours"),
            median=marks.tenths(data.durations["0.5"], "duration", quantile="0.5"),
            low=marks.tenths(data.durations["0.05"], "duration", quantile="0.05"),
            high=marks.tenths(data.durations["0.95"], "duration", quantile="0.95"),
        )
    if data.sample_rates:
        said += words.text(
            "data.rates", rates=", ".join(f"{int(r):,} Hz" for r in data.sample_rates)
        )
    return (*said, words("data.end"))


def _known(data: DataFacts) -> list[tuple[str, int]]:
    """What is known of calls and speakers, where it is not simply one for each utterance."""
    return [(k, n) for k, n in data.known.items() if n and n != data.rows]


def _listed(said: list[Text], words: Words) -> str:
    return words.listed(["".join(map(str, text)) for text in said])


def _of(n: int, what: str, **where: str) -> Mark:
    return marks.count(n, what, **where)


def _modalities(data: DataFacts, words: Words) -> Table:
    rows = [
        (
            cell(marks.modality_name(words, name)),
            cell(_of(n, "present", modality=name), n / data.rows if data.rows else None),
            cell(_of(data.rows - n, "absent", modality=name)),
        )
        for name, n in data.present.items()
    ]
    heads = (
        Head(words("head.modality"), right=False),
        Head(words("head.present")),
        Head(words("head.absent")),
    )
    return Table(words("data.modalities"), heads, tuple(rows))


def _classes(facts: Facts, data: DataFacts, task: str, words: Words) -> Table:
    parts = data.parts
    counts = data.classes[task]
    totals = {part: data.labelled_rows(task, part) for part in parts}
    named = list(counts.items())
    shown = largest([sum(found.values()) for _, found in named])
    rows = [
        (cell(label), *(_counted(found.get(p, 0), totals[p], task, label, p) for p in parts))
        for label, found in (named[k] for k in shown)
    ]
    hidden = len(named) - len(shown)
    numbers = data.numbers.get(task)
    if numbers:
        rows.append(
            (cell(words("data.spread")), *(_spread(numbers.get(p), task, p) for p in parts))
        )
    missing = data.unlabelled.get(task, {})
    if any(missing.values()):
        where = [cell(_of(missing.get(p, 0), "unlabelled", task=task, part=p)) for p in parts]
        rows.append((cell(words("data.unlabelled")), *where))
    kind = facts.subject.tasks[task].kind
    head = words("head.range" if kind == "regression" else "head.class")
    return Table(
        words("data.classes", task=task, kind=words(f"kind.{kind}")),
        (Head(head, right=False), *(Head(_part(p, words)) for p in parts)),
        tuple(rows),
        note=(
            *((words("audit.table.hidden", n=hidden) + ". ",) if hidden else ()),
            *(words.text("data.several") if kind == "multilabel" else ()),
        ),
    )


def _spread(numbers: dict[str, float] | None, task: str, part: str) -> Cell:
    if numbers is None:
        return cell(None)
    where = {"task": task, "part": part}
    mean = marks.short(numbers["mean"], "label_mean", **where)
    return Cell((mean, " ± ", marks.short(numbers["std"], "label_std", **where)))


def _counted(n: int, total: int, task: str, label: str, part: str) -> Cell:
    where = {"task": task, "class": label, "part": part}
    share = n / total if total else None
    text: Text = (marks.count(n, "class_rows", **where),)
    if share is not None:
        text += (" · ", marks.percent_tenths(share, "class_share", **where))
    return Cell(text, share)


def _part(part: str, words: Words) -> str:
    return words.named("part", part)


def _division(data: DataFacts, words: Words) -> Iterator[Text]:
    split = data.split
    yield _how(data, words)
    for leak in split.leaks:
        yield marks.said(words, leak.remark(split.allowed))
    # Nearly the same text is a warning: by itself it does not make a split one that leaks.
    if all(leak.kind == WARNED for leak in split.leaks):
        warned = split.leaks or any(note.key in _DOUBTS for note in split.notes)
        yield words.text("data.checked" if warned else "data.no_leak")


def _how(data: DataFacts, words: Words) -> Text:
    split = data.split
    by = words.listed([words.named("column", c) for c in split.by])
    said = words.text("data.split_name", name=split.name)
    if split.column is not None:
        said += words.text("data.split_published", column=split.column)
    elif split.outer is not None:
        said += words.text("data.split_inner", outer=split.outer)
    elif split.left_out is not None:
        column = words.named("column", split.left_out)
        said += words.text("data.split_left_out", column=column)
    elif split.ranges is not None:
        column = words.named("column", split.ranges)
        said += words.text("data.split_ranges", column=column)
    elif split.folds is not None:
        said += words.text("data.split_folds", folds=split.folds)
    else:
        said += words.text("data.split_holdout")
    if by:
        said += words.text("data.split_crossed" if len(split.by) > 1 else "data.split_by", by=by)
    if split.stratify and split.column is None:
        said += words.text("data.split_stratified", task=split.stratify)
    if split.seed is not None and split.column is None:
        said += words.text("data.split_seed", seed=split.seed)
    return (*said, words("data.split_end"))


def _parts(data: DataFacts, words: Words) -> Table:
    split, parts = data.split, data.parts
    total = sum(split.counts.values())
    rows = [
        (
            cell(words("unit.utterance")),
            *(
                Cell((_of(split.counts[p], "part_rows", part=p),), split.counts[p] / total)
                for p in parts
            ),
        )
    ]
    for column, groups in split.groups.items():
        where = [cell(_of(groups.get(p, 0), "part_groups", column=column, part=p)) for p in parts]
        rows.append((cell(words.named("unit", column)), *where))
    return Table(
        words("data.parts"), (Head("", right=False), *(Head(_part(p, words)) for p in parts)),
        tuple(rows),
    )  # fmt: skip


def _left_out(data: DataFacts, words: Words) -> list[Block]:
    if not data.quarantine:
        return [Sentences((words.text("data.no_quarantine"),))]
    rows = tuple(
        (cell(words.named("reason", reason)), cell(_of(n, "quarantine", reason=reason)))
        for reason, n in data.quarantine.items()
    )
    heads = (Head(words("head.reason"), right=False), Head(words("head.rows")))
    return [Table(words("data.quarantine"), heads, rows)]
