from __future__ import annotations

import pytest

from malsori.corpus.counting import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 rows have"), (1, "1 row has"), (1234, "1,234 rows have")]
)
def test_the_noun_and_the_verb_follow_the_count(count: int, said: str) -> None:
    assert counted(count, "row has", "rows have") == said
