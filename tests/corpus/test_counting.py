from __future__ import annotations

import pytest

from malsori.corpus.counting import counted, few


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 rows have"), (1, "1 row has"), (1234, "1,234 rows have")]
)
def test_the_noun_and_the_verb_follow_the_count(count: int, said: str) -> None:
    assert counted(count, "row has", "rows have") == said


def test_of_many_names_only_the_first_are_said() -> None:
    names = [f"fold-{i}" for i in range(1200)]
    assert few(names[:8]).endswith("fold-7")
    assert few(names, most=3) == "fold-0, fold-1 and 1,198 more"
