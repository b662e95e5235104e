from types import SimpleNamespace

import pytest

from malsori.encoders.pretrained.tokenising import _around, position_limit
from malsori.errors import MalsoriError


@pytest.mark.parametrize(
    ("config", "limit"),
    [
        ({"model_type": "electra", "max_position_embeddings": 512, "pad_token_id": 0}, 512),
        ({"model_type": "roberta", "max_position_embeddings": 514, "pad_token_id": 1}, 512),
        ({"model_type": "xlm-roberta", "max_position_embeddings": 8194, "pad_token_id": 1}, 8192),
        ({"model_type": "mpnet", "max_position_embeddings": 514, "pad_token_id": 1}, 512),
        ({"model_type": "t5"}, None),  # positions are relative
        ({"model_type": "xlnet", "max_position_embeddings": -1}, None),
    ],
)
def test_limits_of_published_models(config, limit):
    assert position_limit(SimpleNamespace(**config)) == limit


@pytest.mark.parametrize(
    ("own", "full", "around"),
    [
        ([7], [2, 7, 3], ((2,), (3,))),
        ([7, 8], [7, 8, 3, 2], ((), (3, 2))),
        ([7], [7], ((), ())),
    ],
)
def test_what_stands_around_a_text_is_found(own, full, around):
    assert _around(own, full) == around


def test_special_tokens_inside_a_text_are_refused():
    with pytest.raises(MalsoriError, match="into texts"):
        _around([7, 8], [2, 7, 4, 8, 3])
