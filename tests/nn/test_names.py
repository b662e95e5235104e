import pytest
from torch import nn

from malsori.nn.names import key_of


@pytest.mark.parametrize(
    "name", ["긴급도", "type", "items", "wav2vec2.0", "training", "a b", "keys"]
)
def test_any_name_is_a_key(name):
    holder = nn.ModuleDict({key_of(name): nn.Linear(1, 1)})
    assert len(holder.state_dict()) == 2


def test_names_stay_apart():
    names = ["a.b", "a_b", "type", "type_", "items"]
    assert len({key_of(name) for name in names}) == len(names)
