"""Tasks in one line."""

import pytest

from malsori.corpus.declaring import Declared, parse_task, parse_tasks
from malsori.errors import MalsoriError


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("emotion=nominal", Declared("emotion", "nominal")),
        (" mood = nominal : a , b ", Declared("mood", "nominal", ("a", "b"))),
        ("urgency=ordinal:하,중,상", Declared("urgency", "ordinal", ("하", "중", "상"))),
        (
            "mood=nominal:happy=hap=exc,sad",
            Declared("mood", "nominal", ("happy", "sad"), {"hap": "happy", "exc": "happy"}),
        ),
        ("symptom=multilabel", Declared("symptom", "multilabel")),
        (
            "symptom=multilabel:두통=headache",
            Declared("symptom", "multilabel", ("두통",), {"headache": "두통"}),
        ),
        ("valence=regression", Declared("valence", "regression")),
        ("valence = regression : 1 .. 5 ", Declared("valence", "regression", low=1, high=5)),
        ("v=regression:-1.5..1e2", Declared("v", "regression", low=-1.5, high=100)),
        ("v=regression:0..", Declared("v", "regression", low=0)),
    ],
)
def test_declared_tasks(text, declared):
    assert parse_task(text) == declared


def test_decomposed_hangul_is_composed():
    assert parse_task("감정=nominal:하,상").name == "감정"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("emotion", r"task 'emotion' is not understood \(write NAME=nominal"),
        ("emotion=", r"is not understood"),
        ("emotion=nomnial:a,b", r"no kind 'nomnial' \(did you mean 'nominal'"),
        ("emotion=nominal:a", r"has the one class 'a'; two are the least"),
        ("v=regression:1,5", r"'1,5' is no range of numbers .*write v=regression:1..5"),
        ("v=regression:..", r"'..' is no range"),
        ("v=regression:a..b", r"'a..b' is no range"),
        ("v=regression:0..inf", r"is no range"),
        ("v=regression:5..1", r"the range from 5 to 1 is empty"),
        ("emotion=nominal:a,,b", r"has an empty class in 'a,,b'"),
        ("emotion=nominal:a,b,a", r"names 'a' twice"),
        ("emotion=nominal:a=0,b=0", r"names '0' twice"),
        ("1번 감정=nominal", r"task name '1번 감정' is not usable \(use letters"),
    ],
)
def test_errors_say_how_to_write_it(text, message):
    with pytest.raises(MalsoriError, match=message):
        parse_task(text)


def test_a_task_is_declared_once():
    assert [t.name for t in parse_tasks(["a=nominal", "b=nominal"])] == ["a", "b"]
    with pytest.raises(MalsoriError, match=r"task 'a' is said twice: a=nominal and  a=ordinal:x,y"):
        parse_tasks(["a=nominal", " a=ordinal:x,y"])
