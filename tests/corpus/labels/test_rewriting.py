"""Label columns in other classes."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from malsori.corpus.columns import complete
from malsori.corpus.labels import Vote, aggregate, rater_column, votes_of
from malsori.corpus.labels.regrouping import regroup
from malsori.corpus.labels.rewriting import rewrite
from malsori.errors import MalsoriError
from malsori.schema import Task

CLASSES = ("hap", "exc", "sad", "xxx")
TASK = Task(name="m", kind="nominal", classes=CLASSES)


def frame(rows):
    """Rows of (label, compound, votes); the soft label is their shares."""
    decisions = [aggregate(votes or [], CLASSES) for _, _, votes in rows]
    return complete(
        pl.DataFrame(
            {
                "id": [str(i) for i in range(len(rows))],
                "label.m": pl.Series([r[0] for r in rows], dtype=pl.String),
                "soft.m": pl.Series([d.soft for d in decisions], dtype=pl.List(pl.Float64)),
                "compound.m": pl.Series([r[1] for r in rows], dtype=pl.List(pl.String)),
            }
        ).with_columns(rater_column([r[2] for r in rows], "raters.m"))
    )


def ballot(*labels):
    return [Vote(str(i), label, 1.0 if label else None) for i, label in enumerate(labels)]


def columns(done):
    return done.select("label.m", "soft.m", "compound.m").rows()


def test_merge_and_keep_in_every_column():
    rows = frame(
        [
            ("exc", None, ballot("exc", "exc", "hap", "xxx")),
            ("xxx", None, ballot("xxx", "xxx", "hap")),
            (None, ["hap", "exc"], ballot("hap", "exc")),
            (None, ["hap", "sad"], ballot("hap", "sad")),
            (None, ["hap", "xxx"], ballot("hap", "xxx")),
            (None, None, None),
        ]
    )
    plan = regroup(TASK, merge={"exc": "hap"}, keep=["hap", "sad"], order=["sad", "hap"])
    done = rewrite(rows, plan)
    assert columns(done) == [
        ("hap", [0.0, 1.0], None),
        (None, None, None),  # its class is left out, and all that was said of it
        ("hap", [0.0, 1.0], None),  # the tie was between classes that are one now
        (None, [0.5, 0.5], ["sad", "hap"]),
        (None, [0.0, 1.0], None),
        (None, None, None),
    ]
    first, second, *_, last = votes_of(done["raters.m"])
    assert [(v.label, v.intensity) for v in first] == [
        ("hap", 1),
        ("hap", 1),
        ("hap", 1),
        (None, None),
    ]
    assert (second, last) == ([], [])
    assert done.schema == rows.schema


def test_multilabel_keeps_the_difference_between_none_and_unknown():
    task = Task(name="m", kind="multilabel", classes=("a", "b", "c"))
    rows = pl.DataFrame({"label.m": [["a", "b"], ["c"], [], None, ["b", "c"]]})
    done = rewrite(rows, regroup(task, merge={"b": "a"}, keep=["a"]))
    assert done["label.m"].to_list() == [["a"], [], [], None, ["a"]]
    turned = rewrite(rows, regroup(task, order=["c", "b", "a"]))
    assert turned["label.m"].to_list() == [["b", "a"], ["c"], [], None, ["c", "b"]]


def test_no_row_at_all():
    done = rewrite(frame([]), regroup(TASK, keep=["hap", "sad"]))
    assert done.height == 0


def test_a_damaged_soft_label_is_refused():
    rows = frame([("hap", None, ballot("hap"))]).with_columns(
        pl.Series("soft.m", [[1.0]], dtype=pl.List(pl.Float64))
    )
    with pytest.raises(MalsoriError, match="the 4 shares of its task"):
        rewrite(rows, regroup(TASK, keep=["hap", "sad"]))


votes = st.lists(st.sampled_from([*CLASSES, None]), max_size=5).map(lambda v: ballot(*v))
some_rows = st.lists(
    st.tuples(st.sampled_from([*CLASSES, None]), st.none(), votes | st.none()), max_size=8
)


@given(some_rows, st.permutations(CLASSES))
def test_a_new_order_only_permutes(rows, order):
    before = frame(rows)
    after = rewrite(before, regroup(TASK, order=order))
    assert after["label.m"].to_list() == before["label.m"].to_list()
    assert votes_of(after["raters.m"]) == votes_of(before["raters.m"])
    for old, new in zip(before["soft.m"].to_list(), after["soft.m"].to_list(), strict=True):
        assert (old is None) == (new is None)
        if old:
            assert new == pytest.approx([old[CLASSES.index(c)] for c in order])


@given(some_rows)
def test_merging_keeps_every_label_and_the_sum_of_shares(rows):
    done = rewrite(frame(rows), regroup(TASK, merge={"exc": "hap", "xxx": "sad"}))
    assert done["label.m"].null_count() == sum(r[0] is None for r in rows)
    for soft in done["soft.m"].drop_nulls():
        assert len(soft) == 2
        assert sum(soft) == pytest.approx(1)
