import pytest
import torch

from malsori.encoders.tokens import Tokens
from malsori.nn.pooling import Pooling


def tokens_of(values, mask):
    return Tokens(torch.tensor(values), torch.tensor(mask))


def test_mean_and_deviation_of_present_tokens():
    tokens = tokens_of([[[1.0], [5.0], [100.0]]], [[True, True, False]])
    mean, deviation = Pooling(1, "mean_std")(tokens)[0].tolist()
    assert mean == pytest.approx(3.0)
    assert deviation == pytest.approx(2.0, abs=4e-3)


def test_single_token_has_deviation_zero_and_a_finite_gradient():
    values = torch.randn(3, 1, 4, requires_grad=True)
    pooled = Pooling(4, "mean_std")(Tokens(values, torch.ones(3, 1, dtype=torch.bool)))
    assert torch.equal(pooled[:, :4], values[:, 0])
    assert torch.equal(pooled[:, 4:], torch.zeros(3, 4))
    pooled.sum().backward()
    torch.testing.assert_close(values.grad, torch.ones(3, 1, 4))


@pytest.mark.parametrize("kind", ["mean", "mean_std", "attention"])
def test_rows_without_tokens_are_finite(kind):
    pool = Pooling(2, kind)
    tokens = Tokens(torch.full((2, 3, 2), float("nan")), torch.zeros(2, 3, dtype=torch.bool))
    pooled = pool(tokens)
    assert pooled.shape == (2, pool.out_dim)
    assert torch.isfinite(pooled).all()


def test_attention_prefers_what_scores_high():
    pool = Pooling(1, "attention")
    with torch.no_grad():
        pool.score.weight.fill_(100.0)
    tokens = tokens_of([[[1.0], [3.0], [9.0]]], [[True, True, False]])
    assert pool(tokens).item() == pytest.approx(3.0)
