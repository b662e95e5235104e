import pytest

from malsori.evaluation import evaluate
from malsori.evaluation.intervals import Estimate
from malsori.evaluation.show import estimate_text


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
    assert estimate_text(estimate) == text


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
