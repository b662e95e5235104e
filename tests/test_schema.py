import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from malsori.errors import MalsoriError
from malsori.schema import Task, UnknownLabel, group_name, nearest, normal

URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
EMOTION = Task(
    name="emotion", kind="nominal", classes=("angry", "disgust"), aliases={"disqust": "disgust"}
)


def test_the_declared_order_is_the_rank():
    assert [URGENCY.index(c) for c in "하중상"] == [0, 1, 2]
    assert URGENCY.label(2) == "상"


def test_spellings_that_mean_the_same():
    assert URGENCY.index(unicodedata.normalize("NFD", " 상 ")) == 2
    assert EMOTION.index("ANGRY") == 0
    assert EMOTION.index("Disqust") == 1


@pytest.mark.parametrize(
    "written",
    ["상\u200b", "\ufeff상", "\xa0상\u3000", "\x00상", "\u202e 상 \u200e", "\u00ad상\r\n"],
)
def test_what_nobody_sees_is_no_part_of_a_name(written):
    assert normal(written) == "상"
    assert URGENCY.index(written) == 2


@pytest.mark.parametrize("word", ["می\u200cخواهم", "👩\u200d🚒", "a b", "a\tb"])
def test_what_spells_a_word_stays(word):
    assert normal(word) == word


@pytest.mark.parametrize(
    "written",
    [
        "김3",
        " " * 8 + "김3",
        "김3\t",
        "\u00a0김3\u3000",
        "\ufeff김\u200d3",
        "김\u00ad3",
        "\u3164김3",
        "김3\ufe0f",
        unicodedata.normalize("NFD", "김3"),
    ],
)
def test_a_group_has_one_name(written):
    assert group_name(written) == "김3"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *[("3", "3"), ("3.0", "3"), (" 3.00 ", "3"), ("-3.0", "-3"), ("03", "03"), ("03.0", "03")],
        *[("3.5", "3.5"), ("1e3", "1e3"), ("S03", "S03"), ("s 3", "s 3"), ("s\u00a03", "s 3")],
        *[("s  3", "s  3"), ("a\tb", "a\tb"), (".0", ".0"), ("1.0.0", "1.0.0"), ("\u200b ", "")],
    ],
)
def test_only_what_a_float_column_adds_is_taken_from_a_number(written, name):
    assert group_name(written) == name


@given(st.text(max_size=8))
def test_a_name_of_a_group_stays_what_it_is(text):
    assert group_name(group_name(text)) == group_name(text)


def test_a_whole_number_may_come_with_its_point():
    rating = Task(name="t", kind="ordinal", classes=("0", "1", "2"), aliases={"3": "2"})
    assert [rating.index(c) for c in ("0.0", "1.", "２", "3.0")] == [0, 1, 2, 2]
    both = Task(name="t", kind="nominal", classes=("1.0", "1"))
    assert [both.index(c) for c in ("1.0", "1")] == [0, 1]
    with pytest.raises(UnknownLabel):
        rating.index("1.5")


def test_an_unknown_label_names_the_nearest():
    with pytest.raises(UnknownLabel, match="did you mean 'angry'"):
        EMOTION.index("angyr")


@pytest.mark.parametrize(
    "fields",
    [
        {"classes": ("a",)},
        {"classes": ("a", "a")},
        {"classes": ("a", " ")},
        {"classes": ("a", "b"), "aliases": {"c": "d"}},
        {"classes": ("a", "b"), "aliases": {"c": "a", " c": "b"}},
        {"classes": ("a", "b"), "aliases": {"b ": "a"}},
        {"classes": ("a", "b"), "kind": "regression"},
        {"classes": ("a", "b"), "colour": "red"},
    ],
)
def test_what_is_no_task(fields):
    with pytest.raises(ValidationError):
        Task(**{"name": "t", "kind": "nominal", **fields})


def test_a_spelling_means_the_class_that_it_is_said_to():
    aliases = {"X": "a", "x": "b", "a": "a"}
    task = Task(name="t", kind="nominal", classes=("a", "b"), aliases=aliases)
    assert [task.index(label) for label in ("X", "x", "A")] == [0, 1, 0]


def test_nearest_lists_everything_when_nothing_is_near():
    assert nearest("zzz", ["sum", "pcgrad"]) == "there is: sum, pcgrad"
    assert nearest("zzz", []) == "there is none"


def test_errors_survive_a_process_border():
    error = pickle.loads(pickle.dumps(MalsoriError("wrong", hint="mend it")))
    assert (error.message, error.hint, str(error)) == ("wrong", "mend it", "wrong (mend it)")
    label = pickle.loads(pickle.dumps(UnknownLabel("no class", hint=None)))
    assert isinstance(label, UnknownLabel)
