"""Which checks a person may allow."""

import pytest

from malsori.encoders.feature_checks import CHECKS, check_allowed
from malsori.errors import MalsoriError


def test_it_is_one_list_of_ids():
    assert set(CHECKS) == {"bandwidth", "constant", "cut", "duplicate", "nan", "rank"}


def test_only_checks_may_be_allowed():
    check_allowed(CHECKS)
    with pytest.raises(MalsoriError, match="no such check") as error:
        check_allowed(["constnt"])
    assert error.value.hint == "did you mean 'constant'?"
