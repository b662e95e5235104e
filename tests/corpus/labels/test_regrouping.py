"""Plans for other classes."""

import pytest

from malsori.corpus.labels.regrouping import regroup
from malsori.errors import MalsoriError
from malsori.schema import Task

EMOTION = Task(
    name="emotion",
    kind="nominal",
    classes=("neu", "hap", "exc", "sad", "xxx"),
    aliases={"happy": "hap", "excited": "exc", "none": "xxx"},
)
URGENCY = Task(name="urgency", kind="ordinal", classes=("1", "2", "3", "4"))


def test_merge_then_keep_then_order():
    plan = regroup(EMOTION, merge={"exc": "hap"}, keep=["sad", "hap"], order=["sad", "hap"])
    assert plan.new.classes == ("sad", "hap")
    assert plan.new.kind == "nominal"
    assert plan.target == {"neu": None, "hap": "hap", "exc": "hap", "sad": "sad", "xxx": None}


def test_spellings_go_with_their_class():
    plan = regroup(EMOTION, merge={"exc": "hap"}, keep=["neu", "hap", "sad"])
    assert plan.new.aliases == {"happy": "hap", "excited": "hap", "exc": "hap"}
    assert [plan.new.index(word) for word in ("Happy", "EXC", "excited")] == [1, 1, 1]


def test_a_new_name_stands_where_its_first_member_stood():
    plan = regroup(EMOTION, merge={"hap": "good", "exc": "good", "sad": "bad"})
    assert plan.new.classes == ("neu", "good", "bad", "xxx")


def test_nothing_changes_without_a_wish():
    assert not regroup(EMOTION).changes
    assert regroup(EMOTION).new == EMOTION
    assert not regroup(EMOTION, keep=EMOTION.classes[::-1]).changes  # keep gives no order


def test_ordinal_ranks():
    assert regroup(URGENCY, merge={"2": "1"}).new.classes == ("1", "3", "4")
    assert regroup(URGENCY, merge={"2": "low", "1": "low"}).new.classes == ("low", "3", "4")
    with pytest.raises(MalsoriError, match="'2' lies between the classes that become '1'"):
        regroup(URGENCY, merge={"3": "1"})
    turned = regroup(URGENCY, merge={"3": "1"}, order=["4", "1", "2"])
    assert turned.new.classes == ("4", "1", "2")


def test_a_kind_changes_only_with_an_order():
    mood = Task(name="mood", kind="nominal", classes=("상", "중", "하"))
    plan = regroup(mood, kind="ordinal", order=["하", "중", "상"])
    assert (plan.new.kind, plan.new.classes) == ("ordinal", ("하", "중", "상"))
    assert regroup(plan.new, kind="nominal").new.kind == "nominal"
    with pytest.raises(MalsoriError, match="only you know the order"):
        regroup(mood, kind="ordinal")
    with pytest.raises(MalsoriError, match="cannot become multilabel"):
        regroup(mood, kind="multilabel")


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"keep": ["hpa"]}, "no class 'hpa' (did you mean 'hap'?)"),
        ({"keep": ["hap", "hap"]}, "kept twice"),
        (
            {"keep": ["exc"], "merge": {"exc": "hap"}},
            "'exc' of task 'emotion' is merged into 'hap'",
        ),
        ({"keep": ["hap"]}, "at least 2 classes"),
        ({"merge": {"exited": "hap"}}, "no class 'exited'"),
        ({"merge": {"sda": "hap"}}, "did you mean 'sad'"),
        ({"merge": {"exc": "exc"}}, "into itself"),
        ({"merge": {"exc": "hap", "hap": "sad"}}, "merged itself"),
        ({"merge": {"exc": " "}}, "without a name"),
        ({"order": ["neu", "hap"]}, "lacks exc, sad, xxx"),
        ({"order": ["neu", "hap", "exc", "sad", "xxx", "xxx"]}, "names a class twice"),
        ({"order": ["neu", "hap", "exc", "sad", "xxy"]}, "did you mean 'xxx'"),
    ],
)
def test_what_is_refused(wish, message):
    with pytest.raises(MalsoriError) as error:
        regroup(EMOTION, **wish)
    assert message in str(error.value)


def test_a_number_has_no_classes():
    with pytest.raises(MalsoriError, match="is a number"):
        regroup(Task(name="valence", kind="regression"), keep=["1"])
