"""What a reader of a result should know, in the page's language.

The English is that of `evaluation.show.warnings`, word for word: a terminal and a page that
disagree would both be doubted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from malsori.evaluation.result import TaskResult
from malsori.report.facts import RunFacts
from malsori.report.sections import marks
from malsori.words import Text, Words


def cautions(run: RunFacts, result: TaskResult, words: Words) -> list[Text]:
    """Every word of warning about one result."""
    if not result.labelled:
        return [words.text("caution.no_label")]
    return [
        *_about_learning(run, result, words),
        *_about_classes(run, result, words),
        *_about_rows(run, result, words),
    ]


def _about_learning(run: RunFacts, result: TaskResult, words: Words) -> Iterator[Text]:
    skill = result.numbers["skill"]
    shown = marks.metric(run, result, "skill")
    number = "_number" if result.task.kind == "regression" else ""
    if skill.low <= 0 <= skill.high:
        yield words.text(f"caution.includes_zero{number}", skill=shown)
    elif skill.high < 0:
        yield words.text(f"caution.worse{number}", skill=shown)
    if "accuracy" not in result.numbers:
        return
    got, easy = (result.numbers[name].value for name in ("accuracy", "majority_accuracy"))
    if got <= easy:
        at = marks.place(run, result)
        yield words.text(
            "caution.accuracy_equals" if got == easy else "caution.accuracy_below",
            got=marks.value(got, "accuracy_value", **at),
            easy=marks.value(easy, "majority_accuracy_value", **at),
        )


def _about_classes(run: RunFacts, result: TaskResult, words: Words) -> Iterator[Text]:
    support = dict(zip(result.task.classes, result.support, strict=True))
    at = marks.place(run, result)
    if result.missed:
        names: Text = ()
        for i, name in enumerate(result.missed):
            n = marks.count(support[name], "support", **at, **{"class": name})
            names += ((", ",) if i else ()) + words.text("caution.class", name=name, n=n)
        yield (words("caution.never"), *names)
    present = [name for name, n in support.items() if n]
    if len(present) == 1 and result.task.kind != "multilabel":
        yield words.text("caution.one_class", name=present[0])


def _about_rows(run: RunFacts, result: TaskResult, words: Words) -> Iterator[Text]:
    units, counted = result.units, marks.count(
        result.units.count, "units_count", **marks.place(run, result)
    )  # fmt: skip
    if math.isnan(result.numbers["skill"].low):
        one = "one" if units.count == 1 else "many"
        yield words.text(f"caution.no_interval_{units.unit}_{one}", n=counted)
    elif units.unit == "group" and units.few:
        level = marks.percent(result.confidence, "level")
        yield words.text("caution.few_groups", n=counted, confidence=level)
    elif units.unit == "row" and units.one_group:
        yield words.text("caution.one_group")
    elif units.few:
        yield words.text("caution.few_rows", n=counted)
