import re
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from malsori.evaluation import evaluate
from malsori.evaluation.intervals import Estimate
from malsori.schema import Task
from malsori.words import LANGS, Mark, Words


@pytest.fixture
def tables(made):
    return evaluate(made.make(), made.tasks, made.priors, resamples=50).tables()


@pytest.mark.parametrize(
    ("estimate", "text"),
    [
        (Estimate(0.6124, 0.5812, 0.6449), "0.612 [0.58, 0.64]"),
        (Estimate(-0.0101, -0.031, 0.0021), "-0.010 [-0.03, 0.002]"),
        (Estimate(0.0, 0.0, 0.0), "0.000 [0.00, 0.00]"),
        (Estimate(float("nan")), "–"),
        (Estimate(1.0), "1.000"),
    ],
)
def test_digits(estimate, text):
    assert str(estimate) == text


def test_macro_f1_stands_beside_weighted_f1_and_numbers_beside_their_denominator(tables):
    names = [column.name for column in tables[0].headings]
    assert names[:5] == ["task", "condition", "n", "over", "skill"]
    assert names.index("weighted F1") == names.index("macro-F1") + 1
    first = tables[0].records()[0]
    assert (first["n"], first["over"]) == (180, "20 groups")


def test_score_stands_beside_the_priors_and_accuracy_beside_the_majoritys(tables):
    names = [column.name for column in tables[1].headings]
    assert names[4:] == ["score", "of the prior", "accuracy", "of the majority"]


def test_only_ordinal_tasks_have_rank_errors(tables):
    ordinal = next(t for t in tables if t.title == "test: ordinal tasks")
    assert {row["task"] for row in ordinal.records()} == {"urgency"}


def test_classes_are_shown_with_all_modalities(tables):
    titles = [t.title for t in tables if "classes of" in t.title]
    assert titles == [
        "test: classes of urgency (speech+text)",
        "test: classes of sentiment (speech+text)",
    ]


def test_no_table_shows_a_total(tables):
    shown = "\n".join(table.text() for table in tables).lower()
    assert "total" not in shown


def test_warnings_name_what_they_are_about(tables):
    rows = tables[-1].records()
    assert tables[-1].title == "Read with care"
    assert {"split": "test", "task": "sentiment", "condition": "text"}.items() <= rows[-1].items()


def test_tables_are_in_the_language_asked_for(made):
    found = evaluate(made.make(), made.tasks, made.priors, resamples=50)
    english, korean = (found.tables(Words(lang)) for lang in ("en", "ko"))
    for one, other in zip(english, korean, strict=True):
        assert re.search("[가-힣]", other.title)
        assert len(one.columns) == len(other.columns)
        assert bool(one.note) == bool(re.search("[가-힣]", other.note or ""))
    assert [row[1:3] for row in english[-1].rows] == [row[1:3] for row in korean[-1].rows]
    assert all(re.search("[가-힣]", row[3]) for row in korean[-1].rows)


TASK = Task(name="mood", kind="nominal", classes=("a", "b", "c"))


def result(targets, values, groups, sure=0.9):
    p = np.full((len(values), 3), (1 - sure) / 2)
    p[np.arange(len(values)), values] = sure
    frame = pl.DataFrame(
        {
            "id": [str(i) for i in range(len(values))],
            "split": "test",
            "condition": "text",
            "task": "mood",
            "group": groups,
            "target": targets,
            "probabilities": p.tolist(),
            "value": [float(v) for v in values],
        },
        schema_overrides={"target": pl.Int64, "group": pl.String},
    )
    return evaluate(frame, {"mood": TASK}, {"mood": [0.6, 0.3, 0.1]}).results[0]


def many(count, n=12):
    return [f"g{i % count}" for i in range(n)]


CASES = {
    "no label": ([None] * 4, [0] * 4, [None] * 4, {"no_label"}),
    "wrong and sure": ([0, 1, 2] * 8, [1, 2, 0] * 8, many(12, 24), {"worse", "accuracy_below"}),
    "majority": ([0, 0, 1, 2] * 6, [0] * 24, many(12, 24), {"accuracy_equals", "never"}),
    "few groups": ([0, 1, 2] * 4, [0, 1, 1] * 4, many(3), {"never", "few_groups"}),
    "one group": ([0, 1, 2] * 4, [0, 1, 2] * 4, many(1), {"one_group"}),
    "few rows": ([0, 1, 0], [0, 1, 1], [None] * 3, {"few_rows"}),
    "one row": ([1], [1], [None], {"one_class", "no_interval"}),
    "one class": ([0] * 12, [0, 1] * 6, many(12), {"one_class"}),
    "fine": ([0, 1, 2] * 8, [0, 1, 2] * 8, many(12, 24), set()),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_to_be_known_of_a_result(case):
    *rows, keys = CASES[case]
    warned = result(*rows).warnings
    assert {note.key.removeprefix("caution.") for note in warned} >= keys
    assert bool(warned) == bool(keys)
    for lang in LANGS:
        assert all(Words(lang).say(note) for note in warned)


@pytest.mark.parametrize(
    ("column", "en", "ko"),
    [
        (None, "3 groups", "그룹 3개"),
        ("speaker", "3 speakers", "화자 3명"),
        ("text", "3 texts", "텍스트 3개"),
        ("meta.room", "3 values of room", "room 값 3개"),
    ],
)
def test_groups_are_called_what_they_are(column, en, ko):
    found = replace(result(*CASES["few groups"][:3]), grouped_by=column)
    assert (Words("en").say(found.over), Words("ko").say(found.over)) == (en, ko)
    (few,) = [n for n in found.warnings if n.key == "caution.few_groups"]
    assert Words("en").say(few).startswith(f"only {en}: the interval covers less")


def test_numbers_of_a_warning_say_which_result_they_are_of():
    (never,) = [n for n in result(*CASES["few groups"][:3]).warnings if n.key == "caution.never"]
    marks = [p for p in Words().marked(never, run="r") if isinstance(p, Mark)]
    assert marks == [
        Mark("4", {"metric": "support", "run": "r", "split": "test", "task": "mood",
                   "condition": "text", "class": "c"}),
    ]  # fmt: skip
