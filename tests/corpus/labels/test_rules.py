"""The names of rules."""

import pytest

from malsori.corpus.labels import DEFAULT_RULE, RULES, Rule, check_least, parse_rule
from malsori.errors import MalsoriError


def test_every_rule_has_its_name():
    assert [parse_rule(name).name for name in RULES] == list(RULES)
    assert parse_rule(DEFAULT_RULE) == Rule("majority", 3)
    assert parse_rule(" majority( 12 ) ") == Rule("majority", 12)
    assert parse_rule("majority(1)") == parse_rule("majority")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("majorty", "did you mean 'majority'"),
        ("intensity-sum", "did you mean 'intensity_sum'"),
        ("majority(0)", "at least 1"),
        ("majority(-2)", "did you mean 'majority"),
        ("majority(two)", "majority"),
        ("soft(3)", "takes no number"),
        ("", "there is: intensity_sum"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_nearest(text, hint):
    with pytest.raises(MalsoriError) as error:
        parse_rule(text)
    assert hint in str(error.value)


def test_more_raters_than_there_are_are_refused():
    check_least(Rule("majority", 5), 5)
    check_least(Rule("intensity_sum"), 0)
    with pytest.raises(MalsoriError, match=r"majority\(6\).*more than 5 raters"):
        check_least(Rule("majority", 6), 5)
