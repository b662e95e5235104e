import math

import numpy as np
import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.evaluation import Bootstrap, difference, evaluate, over_seeds
from malsori.words import Words

FEW = Bootstrap(resamples=200)


@pytest.fixture
def sentiment(made):
    return made.tasks["sentiment"], made.priors["sentiment"]


def of(made, condition, *, seed=0):
    return made.make(seed=seed).filter(
        (pl.col("task") == "sentiment") & (pl.col("condition") == condition)
    )


def noisy(rows, seed, wrong=0.2):
    """Another run on the same rows: some answers replaced."""
    rng = np.random.default_rng(seed)
    values = rows["value"].to_numpy().copy()
    hit = rng.random(len(values)) < wrong
    values[hit] = rng.integers(0, 4, hit.sum())
    return rows.with_columns(value=pl.Series(values))


def test_a_model_does_not_differ_from_itself(made, sentiment):
    rows = of(made, "speech")
    for metric in ("skill", "uar", "macro_f1"):
        found = difference(rows, rows, *sentiment, metric=metric, bootstrap=FEW)
        assert (found.difference.value, found.difference.low, found.difference.high) == (0, 0, 0)
        assert not found.shown


def test_groups_may_be_written_in_another_way(made, sentiment):
    rows = of(made, "speech")
    spaced = rows.with_columns(group=pl.concat_str(pl.lit(" "), "group"))
    assert difference(rows, spaced, *sentiment, bootstrap=FEW).units.count == 20


def test_each_side_is_what_evaluate_says(made, sentiment):
    found = difference(of(made, "speech+text"), of(made, "speech"), *sentiment, metric="uar")
    whole = evaluate(made.make(), made.tasks, made.priors)
    assert found.a == whole.get("test", "speech+text", "sentiment").numbers["uar"]
    assert found.b == whole.get("test", "speech", "sentiment").numbers["uar"]
    assert found.difference.value == pytest.approx(found.a.value - found.b.value)
    assert (found.labelled, found.units.count, found.seeds) == (180, 20, (1, 1))


def test_turned_around_it_is_the_negative(made, sentiment):
    a, b = of(made, "speech+text"), of(made, "speech")
    one = difference(a, b, *sentiment, bootstrap=FEW).difference
    two = difference(b, a, *sentiment, bootstrap=FEW).difference
    assert (one.value, one.low, one.high) == pytest.approx((-two.value, -two.high, -two.low))
    assert one.low > 0


def test_pairs_are_narrower_than_apart(made, sentiment):
    rows = of(made, "speech")
    other = noisy(rows, 1, wrong=0.05)
    found = difference(rows, other, *sentiment, metric="accuracy", bootstrap=FEW)
    apart = math.hypot(found.a.high - found.a.low, found.b.high - found.b.low)
    assert found.difference.high - found.difference.low < 0.6 * apart


def test_order_of_rows_does_not_matter(made, sentiment):
    a, b = of(made, "speech+text"), of(made, "speech")
    shuffled = b.sample(fraction=1, shuffle=True, seed=1)
    one, two = (difference(a, other, *sentiment, bootstrap=FEW) for other in (b, shuffled))
    assert one.data() == two.data()


def test_other_tasks_in_the_frame_are_left_out(made, sentiment):
    every = made.make().filter(pl.col("condition") == "speech")
    found = difference(every, of(made, "speech"), *sentiment, bootstrap=FEW)
    assert found.difference.value == 0


def test_seeds_are_averaged(made, sentiment):
    rows = of(made, "speech")
    runs = [noisy(rows, seed) for seed in range(3)]
    each = [over_seeds([run], *sentiment, metric="uar", bootstrap=FEW).value for run in runs]
    found = difference(runs, rows, *sentiment, metric="uar", bootstrap=FEW)
    assert found.a.value == pytest.approx(np.mean(each))
    assert found.seeds == (3, 1)
    assert found.a == over_seeds(runs, *sentiment, metric="uar", bootstrap=FEW)


def test_interval_over_seeds_holds_their_spread(made, sentiment):
    rows = of(made, "speech")
    alike = [rows] * 4
    unlike = [noisy(rows, seed, wrong) for seed, wrong in enumerate((0.0, 0.3, 0.6, 0.9))]
    widths = []
    for runs in (alike, unlike):
        found = over_seeds(runs, *sentiment, metric="accuracy", bootstrap=FEW)
        widths.append(found.high - found.low)
    assert widths[1] > 2 * widths[0]


def test_paired_difference_covers_its_true_value(made, sentiment):
    # Two models with the same chance of being right, and speakers that differ: the true
    # difference is 0, and the interval should hold it about 95 times in 100.
    task, prior = sentiment
    rng = np.random.default_rng(0)
    rows = of(made, "speech").with_columns(target=pl.lit(0))
    easy = rng.random(20)
    hits = 0
    for seed in range(100):
        sides = []
        for _ in range(2):
            right = rng.random(200) < easy[np.arange(200) % 20]
            sides.append(rows.with_columns(value=pl.Series((~right).astype(float))))
        found = difference(
            *sides, task, prior, metric="accuracy", bootstrap=Bootstrap(100, seed=seed)
        )
        hits += not found.shown
    assert hits >= 88


def test_words_and_data(made, sentiment):
    found = difference(of(made, "speech+text"), of(made, "text"), *sentiment, metric="uar")
    assert found.verdict == "better"
    said = Words("ko").say(found.note("감정", "둘 다", "텍스트만"))
    assert said.startswith("감정: 둘 다가 텍스트만보다 낫습니다. UAR 차이 0.")
    assert found.data()["units"] == 20


def test_other_rows_are_refused(made, sentiment):
    rows = of(made, "speech")
    with pytest.raises(MalsoriError, match=r"1 are labelled in one of them only, .* 'u0003'"):
        difference(rows, rows.filter(pl.col("id") != "u0003"), *sentiment)


def test_other_targets_and_groups_are_refused(made, sentiment):
    rows = of(made, "speech")
    with pytest.raises(MalsoriError, match="other targets"):
        difference(rows, rows.with_columns(target=3 - pl.col("target")), *sentiment)
    with pytest.raises(MalsoriError, match="other groups"):
        difference(rows, rows.with_columns(group=pl.lit("x")), *sentiment)


def test_several_conditions_at_once_are_refused(made, sentiment):
    every = made.make()
    with pytest.raises(MalsoriError, match="of several conditions: speech, speech\\+text, text"):
        difference(every, every, *sentiment)


def test_nothing_to_compare_is_refused(sentiment):
    with pytest.raises(MalsoriError, match="no predictions"):
        over_seeds([], *sentiment)


def test_without_labels_the_difference_is_undefined(made, sentiment):
    rows = of(made, "speech").with_columns(target=pl.lit(None, pl.Int64))
    found = difference(rows, rows, *sentiment, bootstrap=FEW)
    assert math.isnan(found.difference.value)
    assert not found.shown
