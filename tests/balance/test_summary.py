import numpy as np
import polars as pl
import pytest

from malsori.balance.halves import Measured
from malsori.balance.monitor import _parameter_rows
from malsori.balance.summary import SCHEMA, summarise
from malsori.words import Words


def simulate(truth, noise, steps=60, rows=16, weights=None, seed=0):
    """Samples of a run whose tasks have known expected gradients and noise per row."""
    rng = np.random.default_rng(seed)
    truth = np.array(truth, dtype=float)
    found = []
    for step in range(steps):
        halves = truth[:, None] + noise * rng.normal(
            size=(len(truth), 2, truth.shape[1])
        ) / np.sqrt(rows / 2)
        batch = halves.mean(axis=1)
        crossed = halves[:, 0] @ halves[:, 1].T
        tasks = ("urgency", "sentiment", "topic")[: len(truth)]
        measured = Measured(tasks, batch @ batch.T, (crossed + crossed.T) / 2)
        found += _parameter_rows(step, "all", measured, weights or {})
    return pl.DataFrame(found, schema=SCHEMA)


def said(summary):
    return [Words().say(note) for note in summary.notes()]


def axis(*values, size=30):
    vector = np.zeros(size)
    vector[: len(values)] = values
    return vector


def test_strength_comes_first():
    summary = summarise(simulate([axis(1), axis(0, 5.2)], 0.05))
    (pair,) = summary.pairs
    assert (pair.strong, pair.weak) == ("sentiment", "urgency")
    assert pair.ratio == pytest.approx(5.2, rel=0.02)
    assert said(summary)[0] == (
        "sentiment pushes the shared layers 5.2 × as hard as urgency: "
        "mend the weights before anything else."
    )
    shares = {each.task: each.share for each in summary.gradients}
    assert shares["sentiment"] == pytest.approx(5.2**2 / (1 + 5.2**2), rel=0.02)


def test_weights_that_mend_it_are_credited():
    frame = simulate([axis(1), axis(0, 5.2)], 0.05, weights={"urgency": 2.28, "sentiment": 0.4386})
    summary = summarise(frame)
    assert summary.pairs[0].weighted == pytest.approx(1.0, abs=0.02)
    assert "5.2 × as strong" in said(summary)[0]
    assert "mend" not in said(summary)[0]


def test_weights_that_turn_it_round():
    frame = simulate([axis(1), axis(0, 2)], 0.05, weights={"urgency": 10.0})
    assert said(summarise(frame))[0].startswith("urgency pushes the shared layers 5.0 × as hard")


def test_unrelated_directions_are_not_called_a_conflict():
    summary = summarise(simulate([axis(1), axis(0, 1)], 0.5, steps=100))
    (pair,) = summary.pairs
    assert pair.verdict == "unrelated"
    assert 0.3 < pair.conflicts < 0.7
    assert "no direction to fix" in said(summary)[1]


@pytest.mark.parametrize(("sign", "verdict"), [(-1, "against"), (1, "together")])
def test_real_directions_are_seen(sign, verdict):
    (pair,) = summarise(simulate([axis(1), axis(0.6 * sign, 0.8)], 0.1)).pairs
    assert pair.verdict == verdict
    assert pair.cosine == pytest.approx(0.6 * sign, abs=0.05)
    assert pair.signal == pytest.approx(0.6 * sign, abs=0.05)


@pytest.mark.parametrize(
    ("cosine", "words"), [(-0.6, "a conflict that a solver can act on"), (-0.12, "lean against")]
)
def test_a_small_conflict_is_called_small(cosine, words):
    frame = simulate([axis(1), axis(cosine, (1 - cosine**2) ** 0.5)], 0.02)
    assert words in said(summarise(frame))[1]


def test_a_conflict_that_the_engine_does_not_see_is_said():
    parameters = simulate([axis(1), axis(-0.6, 0.8)], 0.1)
    elsewhere = simulate([axis(1), axis(0, 1)], 0.1).with_columns(space=pl.lit("representation"))
    found = said(summarise(pl.concat([parameters, elsewhere])))
    assert "its solver sees no conflict" in found[2]
    assert found[-1] == "Measured on the gradients of the shared parameters."


def test_noise_share_and_the_cosine_underneath():
    """Noise of 30 dimensions shrinks the cosine of batches; the halves see through it."""
    frame = simulate([axis(1), axis(-0.6, 0.8)], 1.5, steps=400, rows=8)
    summary = summarise(frame)
    noise = 30 * 1.5**2 / 8
    for each in summary.gradients:
        assert each.noise == pytest.approx(noise / (1 + noise), abs=0.03)
    (pair,) = summary.pairs
    assert abs(pair.cosine) < 0.15
    assert abs(pair.signal - -0.6) < 3 * pair.signal_error
    assert "is noise of the batch" in " ".join(said(summary))


def test_pure_noise_makes_no_claim_about_what_lies_underneath():
    words = " ".join(said(summarise(simulate([axis(0), axis(0)], 1.0))))
    assert "cannot be told from this run" in words
    assert "against" not in words


def test_few_measurements_say_nothing_about_direction():
    summary = summarise(simulate([axis(1), axis(-1)], 0.1, steps=4))
    assert summary.pairs[0].verdict == "unknown"
    assert "too few" in said(summary)[1]


def test_error_of_the_mean_is_calibrated():
    """Over 200 runs without any true direction about 5 % lie beyond two standard errors."""
    beyond = 0
    for seed in range(200):
        (pair,) = summarise(simulate([axis(1), axis(0, 1)], 0.5, steps=30, seed=seed)).pairs
        beyond += abs(pair.cosine) > 2 * pair.error
    assert 2 <= beyond <= 24


def test_windows_weigh_by_their_steps():
    base = {"space": "representation", "group": "all", "unbiased": None}
    rows = []
    for step, steps, cosine, square in ((9, 10, 0.2, 0.05), (39, 30, -0.2, 0.13)):
        common = {**base, "step": step, "steps": steps, "weight_i": 1.0, "weight_j": 1.0}
        for i, j in (("a", "a"), ("a", "b"), ("b", "b")):
            own = i == j
            rows.append(
                {
                    **common,
                    "task_i": i,
                    "task_j": j,
                    "inner": 1.0 if own else cosine,
                    "cosine": 1.0 if own else cosine,
                    "cosine_square": 1.0 if own else square,
                    "conflict": 0.0 if own else 0.5,
                }
            )
    summary = summarise(pl.DataFrame(rows, schema=SCHEMA))
    (pair,) = summary.pairs
    assert pair.measurements == 40
    assert pair.cosine == pytest.approx(-0.1)
    assert pair.error == pytest.approx(np.sqrt((0.11 - 0.01) / 39))
    assert "shared representation" in said(summary)[-1]


def test_three_tasks_in_a_table():
    summary = summarise(simulate([axis(1), axis(0, 5), axis(0, 0, 1)], 0.1))
    table = summary.table(Words())
    assert len(table.rows) == 3
    assert len(said(summary)) == 3 * 2 + 1
    assert said(summary)[0].startswith("sentiment")
    assert "urgency" in table.text()


def test_one_task_is_no_pair():
    assert said(summarise(simulate([axis(1)], 0.1))) == ["No step with two tasks was measured."]
