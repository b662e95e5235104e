"""From facts to a page: the sections in their order, the answer first."""

from __future__ import annotations

from collections.abc import Callable

from malsori.evaluation.show import unit_of
from malsori.report.facts import Facts
from malsori.report.page import Page, Section
from malsori.report.sections import (
    answer,
    comparison,
    data,
    errors,
    learning,
    marks,
    modalities,
    naming,
    repeat,
    together,
)
from malsori.words import Text, Words

_SECTIONS: tuple[Callable[[Facts, Words], Section | None], ...] = (
    answer.build,
    comparison.build,
    modalities.build,
    errors.build,
    learning.build,
    together.build,
    data.build,
    repeat.build,
)


def compose(facts: Facts, words: Words) -> Page:
    """A report's page in one language."""
    run = facts.subject
    names = [marks.modality_name(words, m) for m in run.modalities]
    return Page(
        lang=words.lang,
        title=words(
            "page.title", tasks=words.listed(list(run.tasks)), heard=words.listed(names)
        ),
        subtitle=words.text(
            "page.subtitle",
            run=run.name,
            corpus=run.data.name,
            seed=run.seed,
        ),
        sections=tuple(s for build in _SECTIONS if (s := build(facts, words)) is not None),
        foot=_foot(facts, words),
    )  # fmt: skip


def _foot(facts: Facts, words: Words) -> tuple[Text, ...]:
    results = facts.subject.results
    units = {(unit_of(r), (r.grouped_by or "").removeprefix("meta.")) for r in results}
    said = {words(f"unit.{unit}", column=column) for unit, column in units or {("group", "")}}
    unit = words.listed(sorted(said))
    interval = words.text(
        "foot.interval",
        confidence=marks.percent(facts.confidence, "level"),
        resamples=marks.count(facts.resamples, "resamples"),
        unit=unit,
    )
    kinds = {task.kind for task in facts.subject.tasks.values()}
    told = [words.text(f"foot.{k}") for k in ("multilabel", "regression") if k in kinds]
    return (
        words.text("foot.skill"),
        *told,
        interval,
        *([words.text("foot.total")] if facts.several_tasks else []),
        naming.ids_sentence(facts, words),
        words.text("page.by", version=facts.version),
    )
