import pytest
import torch

from malsori.encoders.tokens import Tokens
from malsori.nn.pooling import Pooling


def tokens_of(values, mask):
    return Tokens(torch.tensor(values), torch.tensor(mask))


def test_mean_and_deviation_of_present_tokens():
    tokens = tokens_of([[[1.0], [5.0], [100.0]]], [[True, True, False]])
    mean, deviation = Pooling(1, "mean_std")(tokens).vector[0].tolist()
    assert mean == pytest.approx(3.0)
    assert deviation == pytest.approx(2.0, abs=4e-3)


def test_single_token_has_deviation_zero_and_a_finite_gradient():
    values = torch.randn(3, 1, 4, requires_grad=True)
    pooled = Pooling(4, "mean_std")(Tokens(values, torch.ones(3, 1, dtype=torch.bool))).vector
    assert torch.equal(pooled[:, :4], values[:, 0])
    assert torch.equal(pooled[:, 4:], torch.zeros(3, 4))
    pooled.sum().backward()
    torch.testing.assert_close(values.grad, torch.ones(3, 1, 4))


@pytest.mark.parametrize("kind", ["mean", "mean_std", "attention"])
def test_rows_without_tokens_are_finite(kind):
    pool = Pooling(2, kind)
    tokens = Tokens(torch.full((2, 3, 2), float("nan")), torch.zeros(2, 3, dtype=torch.bool))
    pooled = pool(tokens).vector
    assert pooled.shape == (2, pool.out_dim)
    assert torch.isfinite(pooled).all()


def test_attention_prefers_what_scores_high():
    pool = Pooling(1, "attention")
    with torch.no_grad():
        pool.score.weight.fill_(100.0)
    tokens = tokens_of([[[1.0], [3.0], [9.0]]], [[True, True, False]])
    assert pool(tokens).vector.item() == pytest.approx(3.0)
    assert pool(tokens).attention[0, 0, 0].tolist() == pytest.approx([0.0, 1.0, 0.0])


def test_what_is_masked_gets_no_attention_and_a_row_without_tokens_gives_none():
    pool = Pooling(2, "attention")
    mask = torch.tensor([[True, True, False], [False] * 3])
    pooled = pool(Tokens(torch.randn(2, 3, 2), mask))
    assert pooled.attention.shape == (2, 1, 1, 3)
    assert pooled.attention[~mask[:, None, None]].tolist() == [0.0] * 4
    torch.testing.assert_close(pooled.attention.sum(-1).flatten(), torch.tensor([1.0, 0.0]))
    assert Pooling(2, "mean")(Tokens(torch.randn(2, 3, 2), mask)).attention is None
