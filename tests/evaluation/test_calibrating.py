import numpy as np
import polars as pl
import pytest

from malsori.evaluation import evaluate
from malsori.evaluation.calibrating import calibrated, fitted, temperature_of
from malsori.evaluation.show import warnings
from malsori.evaluation.temperature import apply
from malsori.schema import Task

MOOD = Task(name="mood", kind="nominal", classes=("a", "b", "c"))
VALENCE = Task(name="valence", kind="regression")
TASKS = {"mood": MOOD, "valence": VALENCE}
PRIORS = {"mood": [1 / 3] * 3, "valence": [0.0, 1.0]}


def frame(rows=120, sure=6.0, lacking=0, right=0.6):
    """Predictions of a network that ranks well and is far too sure, whose first rows lack text."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, rows)
    found = []
    for condition in ("speech+text", "speech", "text"):
        v = np.where(rng.random(rows) < right, y, rng.integers(0, 3, rows))
        p = apply("nominal", np.where(np.eye(3)[v] == 1, 0.6, 0.2), 1 / sure)
        for task, target, value, shares in (
            ("mood", y.astype(float), v.astype(float), p.tolist()),
            ("valence", y / 2, v / 2, [None] * rows),
        ):
            mine = pl.DataFrame(
                {
                    "id": [f"u{i:03d}" for i in range(rows)],
                    "split": ["validation", "test"][0:1] * (rows // 2) + ["test"] * (rows // 2),
                    "group": [f"g{i % 20}" for i in range(rows)],
                    "condition": condition,
                    "task": task,
                    "target": target,
                    "probabilities": shares,
                    "value": value,
                },
                schema_overrides={"probabilities": pl.List(pl.Float32)},
            )
            found.append(mine[lacking:] if condition == "text" else mine)
    return pl.concat(found)


def test_rows_keep_their_order_answers_and_raw_scores():
    raw = frame()
    at = fitted(raw, TASKS)
    assert at.keys() == {"mood"}
    assert all(t > 2 for t in at["mood"].values())
    found = calibrated(raw, TASKS, at)
    same = [c for c in raw.columns if c != "probabilities"]
    assert found.select(same).equals(raw.select(same))
    assert found.schema["probabilities"] == raw.schema["probabilities"]
    mood = found.filter(pl.col("task") == "mood")
    assert mood["raw_score"].null_count() == 0
    rest = found.filter(pl.col("task") == "valence")
    assert rest["raw_score"].null_count() == rest["temperature"].null_count() == len(rest)


def test_both_skills_are_told_and_what_was_chosen_is_the_same():
    raw = frame()
    before = evaluate(raw, TASKS, PRIORS, resamples=50)
    after = evaluate(calibrated(raw, TASKS, fitted(raw, TASKS)), TASKS, PRIORS, resamples=50)
    for one, other in zip(before.results, after.results, strict=True):
        assert np.array_equal(one.confusion, other.confusion)
        if one.task.kind == "regression":
            assert one.numbers == other.numbers
            continue
        raw_skill = other.numbers["raw_skill"]
        assert raw_skill.data() == pytest.approx(one.numbers["skill"].data(), abs=1e-5)
        assert other.numbers["skill"].value > raw_skill.value
        assert other.numbers["temperature"].value > 1


def test_a_row_that_lacks_a_modality_has_the_temperature_of_what_is_heard():
    raw = frame(lacking=10)
    at = {"mood": {"speech+text": 2.0, "speech": 3.0, "text": 4.0}}
    found = calibrated(raw, TASKS, at).filter(pl.col("task") == "mood")
    whole = found.filter(pl.col("condition") == "speech+text")
    assert whole["temperature"].to_list() == [3.0] * 10 + [2.0] * (len(whole) - 10)
    assert set(found.filter(pl.col("condition") == "text")["temperature"]) == {4.0}


def test_what_was_not_measured_has_the_one_of_hearing_everything():
    at = {"mood": {"speech+text+video": 1.5, "speech": 3.0}}
    assert temperature_of(at, "mood", "speech+text") == 1.5
    assert temperature_of(at, "mood", "speech") == 3.0
    assert temperature_of(at, "valence", "speech") == temperature_of({}, "mood", "text") == 1.0


def test_too_few_rows_leave_the_probabilities():
    raw = frame(rows=12)
    at = fitted(raw, TASKS)
    assert set(at["mood"].values()) == {1.0}
    assert calibrated(raw, TASKS, at)["probabilities"].equals(raw["probabilities"])


def test_who_ranks_and_is_too_sure_is_not_called_no_better_than_the_prior():
    results = evaluate(frame(), TASKS, PRIORS, resamples=200).results
    result = next(r for r in results if r.task is MOOD)
    assert result.numbers["skill"].high < 0
    assert result.numbers["uar"].low > 1 / 3
    notes = {note.key: note.fields for note in warnings(result)}
    assert "caution.worse" not in notes
    by = notes["caution.ranks_bad"]["by"]
    assert (by.key, by.fields["chance"]) == ("caution.by_uar", pytest.approx(1 / 3))


def test_who_guesses_is_called_worse():
    results = evaluate(frame(right=0.0), TASKS, PRIORS, resamples=200).results
    keys = [note.key for note in warnings(next(r for r in results if r.task is MOOD))]
    assert "caution.worse" in keys
