"""What every fusion must satisfy; a new file in fusion/ is tested without a change here."""

import pytest
import torch

from malsori.encoders.tokens import Tokens
from malsori.errors import MalsoriError
from malsori.nn.fusion import FUSIONS
from malsori.registry import ComponentConfig

KINDS = FUSIONS.kinds()
DIMS = {"speech": 6, "text": 4, "wav2vec2.0": 3}


def fusion_of(kind):
    torch.manual_seed(0)
    return FUSIONS.build(FUSIONS.example(kind), DIMS).eval()


def tokens_of(rows=5, seed=0):
    torch.manual_seed(seed)
    lengths = {"speech": 7, "text": 3, "wav2vec2.0": 1}
    found = {}
    for name, dim in DIMS.items():
        count = torch.randint(1, lengths[name] + 1, (rows,))
        mask = torch.arange(lengths[name]) < count[:, None]
        found[name] = Tokens(torch.randn(rows, lengths[name], dim), mask)
    return found


def absent(tokens, name, row):
    mask = tokens[name].mask.clone()
    mask[row] = False
    return {**tokens, name: Tokens(tokens[name].values, mask)}


def garbage(tokens, value):
    """The same tokens with something else at masked places."""
    return {
        name: Tokens(each.values.masked_fill(~each.mask.unsqueeze(-1), value), each.mask)
        for name, each in tokens.items()
    }


def equal(one, two):
    assert one.names == two.names
    assert torch.equal(one.present, two.present)
    for a, b in zip(one.views, two.views, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_views_have_the_declared_names_and_sizes(kind):
    fusion = fusion_of(kind)
    fused = fusion(tokens_of())
    assert fused.names == list(fusion.view_dims)
    assert [view.shape for view in fused.views] == [(5, d) for d in fusion.view_dims.values()]
    assert fused.present.shape == (5, len(fused.views))
    assert fused.present.all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [1e6, float("nan"), float("inf")])
def test_what_is_masked_is_never_read(kind, value):
    fusion, tokens = fusion_of(kind), absent(tokens_of(), "text", 2)
    equal(fusion(tokens), fusion(garbage(tokens, value)))


@pytest.mark.parametrize("kind", KINDS)
def test_masked_garbage_does_not_reach_gradients(kind):
    fusion, tokens = fusion_of(kind), garbage(absent(tokens_of(), "text", 2), float("nan"))
    sum(view.square().sum() for view in fusion(tokens).views).backward()
    assert all(torch.isfinite(p.grad).all() for p in fusion.parameters() if p.grad is not None)


@pytest.mark.parametrize("kind", KINDS)
def test_more_padding_changes_nothing(kind):
    fusion, tokens = fusion_of(kind), tokens_of()
    longer = {
        name: Tokens(
            torch.nn.functional.pad(each.values, (0, 0, 0, 9), value=3.0),
            torch.nn.functional.pad(each.mask, (0, 9)),
        )
        for name, each in tokens.items()
    }
    equal(fusion(tokens), fusion(longer))


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_depends_on_itself_alone_in_any_order(kind):
    fusion, tokens = fusion_of(kind), absent(tokens_of(), "speech", 1)
    order = torch.tensor([3, 1, 4])
    chosen = {name: Tokens(each.values[order], each.mask[order]) for name, each in tokens.items()}
    whole, part = fusion(tokens), fusion(chosen)
    for a, b in zip(whole.views, part.views, strict=True):
        torch.testing.assert_close(a[order], b, rtol=1e-5, atol=1e-6)
    assert torch.equal(whole.present[order], part.present)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(DIMS))
def test_absent_modality_is_finite_and_the_same_as_not_given(kind, name):
    fusion, tokens = fusion_of(kind), tokens_of()
    gone = tokens
    for row in range(5):
        gone = absent(gone, name, row)
    missing = {other: each for other, each in tokens.items() if other != name}
    equal(fusion(gone), fusion(missing))
    assert all(torch.isfinite(view).all() for view in fusion(gone).views)


@pytest.mark.parametrize("kind", KINDS)
def test_row_without_any_modality_is_finite_and_has_no_vote(kind):
    fusion, tokens = fusion_of(kind), tokens_of()
    for name in DIMS:
        tokens = absent(tokens, name, 2)
    fused = fusion(tokens)
    assert all(torch.isfinite(view).all() for view in fused.views)
    assert not fused.present[2].any()
    assert fused.present[3].all()


@pytest.mark.parametrize("kind", KINDS)
def test_gradients_reach_every_parameter(kind):
    fusion, tokens = fusion_of(kind).train(), tokens_of()
    for row, name in enumerate(DIMS):
        tokens = absent(tokens, name, row)
    torch.manual_seed(1)
    weights = [torch.randn_like(view) for view in fusion(tokens).views]
    views = fusion(tokens).views
    sum((v * w).sum() for v, w in zip(views, weights, strict=True)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in fusion.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_state_round_trip(kind):
    one, two = fusion_of(kind), FUSIONS.build(FUSIONS.example(kind), DIMS).eval()
    two.load_state_dict(one.state_dict())
    equal(one(tokens_of()), two(tokens_of()))


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_modalities_are_named(kind):
    fusion = fusion_of(kind)
    with pytest.raises(MalsoriError, match="did you mean 'speech'"):
        fusion({"spech": tokens_of()["speech"]})
    with pytest.raises(MalsoriError, match="no modality at all"):
        fusion({})
    with pytest.raises(MalsoriError, match="no modality"):
        FUSIONS.build(FUSIONS.example(kind), {})


def attentive(kind):
    """A fusion of this kind that pools by attention, if it can be told to."""
    config = FUSIONS.example(kind)
    if "pool" in FUSIONS.config_model(kind).model_fields:
        config = ComponentConfig(kind=kind, **{**config.options, "pool": "attention"})
    torch.manual_seed(0)
    return FUSIONS.build(config, DIMS).eval()


@pytest.mark.parametrize("kind", KINDS)
def test_attention_is_a_distribution_over_the_keys_that_are_there(kind):
    tokens = absent(tokens_of(), "text", 2)
    found = attentive(kind)(tokens).attention
    for name, weights in (found or {}).items():
        assert weights.shape[0] == 5
        assert weights.ndim == 4
        assert (weights >= 0).all()
        sums = weights.sum(-1)
        assert (torch.isclose(sums, torch.ones(())) | (sums == 0)).all()
        if name in tokens:  # keys are the tokens of a modality
            hidden = ~tokens[name].mask[:, None, None].expand_as(weights)
            assert (weights[hidden] == 0).all()


@pytest.mark.parametrize("kind", ["early", "late"])
def test_pooling_by_attention_is_told_for_each_modality_that_is_given(kind):
    tokens = tokens_of()
    del tokens["text"]
    assert list(attentive(kind)(tokens).attention) == ["speech", "wav2vec2.0"]
    assert fusion_of(kind)(tokens).attention is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_penalty_is_a_scalar_that_can_be_learned_from(kind):
    penalty = fusion_of(kind).penalty()
    assert penalty is None or (penalty.ndim == 0 and penalty.requires_grad)
