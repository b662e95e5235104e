import pytest
import torch

from malsori.encoders.resnet import Block, Convolution, MaskedNorm, ResNet

LENGTHS = torch.tensor([130, 97, 33, 1])
MASK = torch.arange(130) < LENGTHS[:, None]


@pytest.fixture
def net():
    """With scales that are not those of the beginning, where half of the layers are silent."""
    torch.manual_seed(0)
    made = ResNet(40, width=8, depth=2)
    for name, parameter in made.named_parameters():
        if name.endswith("scale"):
            torch.nn.init.uniform_(parameter, 0.5, 1.5)
    return made.eval()


def test_a_token_for_every_thirty_two_frames(net):
    mask = net(torch.randn(4, 130, 40), MASK).mask
    assert mask.sum(dim=1).tolist() == [5, 4, 2, 1]


def test_a_batch_is_its_rows(net):
    values = torch.randn(4, 130, 40)
    together = net.requires_grad_(False)(values, MASK)
    for row, length, mask, tokens in zip(
        values, LENGTHS, together.mask, together.values, strict=True
    ):
        alone = net(row[None, :length], torch.ones(1, length, dtype=torch.bool)).values[0]
        torch.testing.assert_close(
            alone, tokens[mask], atol=1e-5 * float(alone.abs().max()), rtol=0
        )


def test_padding_changes_nothing_in_training_too(net):
    """It must not enter the statistics of the batch, nor the gradients."""
    net.train()
    net.augment = False
    net.dropout.p = 0.0
    values = torch.randn(4, 130, 40)
    state = {name: value.clone() for name, value in net.state_dict().items()}
    net(values, MASK).values.square().mean(dim=1).sum().backward()
    expected = net.stem.weight.weight.grad.clone()
    means = net.stem.norm.mean.clone()
    net.load_state_dict(state)
    net.zero_grad()
    longer = torch.nn.functional.pad(values, (0, 0, 0, 70), value=float("nan"))
    wide = torch.nn.functional.pad(MASK, (0, 70))
    tokens = net(longer, wide).values
    (tokens.square().sum(dim=1) / 5).sum().backward()
    scale = float(expected.abs().max())
    torch.testing.assert_close(net.stem.weight.weight.grad, expected, atol=1e-4 * scale, rtol=0)
    torch.testing.assert_close(net.stem.norm.mean, means, atol=1e-6, rtol=1e-5)


def test_tokens_hear_what_is_around_them_only(net):
    values, mask = torch.randn(1, 1600, 40), torch.ones(1, 1600, dtype=torch.bool)
    before = net(values, mask).values
    values[:, :32] += 3.0
    change = (net(values, mask).values - before).detach().norm(dim=-1)[0]
    assert change[:2].min() > 0
    assert change[20:].max() == 0


def test_bands_and_times_are_hidden_in_training_only(net):
    values = torch.randn(4, 130, 40)
    assert torch.equal(net(values, MASK).values, net(values, MASK).values)
    net.train()
    net.dropout.p = 0.0
    torch.manual_seed(0)
    first = net(values, MASK).values
    torch.manual_seed(0)
    assert torch.equal(first, net(values, MASK).values)
    assert not torch.equal(first, net(values, MASK).values)
    net.augment = False
    assert torch.equal(net(values, MASK).values, net(values, MASK).values)


def test_a_block_begins_as_the_way_around_it():
    block = Block(8, 8, 1)
    x, mask = torch.randn(2, 8, 4, 6).abs(), torch.ones(2, 6, dtype=torch.bool)
    assert torch.equal(block(x, mask)[0], x)


class TestMaskedNorm:
    def test_it_is_batch_norm_of_the_frames_that_are_there(self):
        x = 5 + 2 * torch.randn(4, 12, 3, 130)
        norm, torchs = MaskedNorm(12), torch.nn.BatchNorm2d(12)
        found = norm(x, MASK)
        there = torch.cat([row[..., :n] for row, n in zip(x, LENGTHS, strict=True)], dim=-1)
        expected = torchs(there[None])[0]
        mine = torch.cat([row[..., :n] for row, n in zip(found, LENGTHS, strict=True)], dim=-1)
        torch.testing.assert_close(mine, expected, atol=1e-4, rtol=1e-4)
        torch.testing.assert_close(norm.mean, torchs.running_mean, atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(norm.variance, torchs.running_var, atol=1e-3, rtol=1e-2)
        hidden = ~MASK[:, None, None].expand_as(found)
        assert not found[hidden].any()

    def test_trained_it_does_not_look_at_the_batch(self):
        norm = MaskedNorm(8)
        norm(3 + torch.randn(4, 8, 2, 130), MASK)
        state = {name: value.clone() for name, value in norm.state_dict().items()}
        norm.eval()
        x, mask = torch.randn(2, 8, 2, 5), torch.ones(2, 5, dtype=torch.bool)
        assert torch.equal(norm(x, mask)[:1], norm(x[:1], mask[:1]))
        assert all(torch.equal(value, state[name]) for name, value in norm.state_dict().items())

    def test_what_is_hidden_may_be_anything(self):
        x, mask = torch.randn(1, 8, 2, 4), torch.tensor([[True, True, False, False]])
        expected = MaskedNorm(8)(x, mask)
        x[..., 2:] = float("nan")
        assert torch.equal(MaskedNorm(8)(x, mask), expected)

    def test_a_batch_without_frames_changes_nothing(self):
        norm = MaskedNorm(8)
        assert not norm(torch.randn(1, 8, 2, 4), torch.zeros(1, 4, dtype=torch.bool)).any()
        assert (norm.mean == 0).all()
        assert (norm.variance == 1).all()


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("length", [1, 2, 5, 8])
def test_a_strided_convolution_keeps_every_second_frame(size, length):
    made = Convolution(1, 8, size=size, stride=2)
    mask = torch.arange(8) < length
    x = torch.where(mask, torch.randn(1, 1, 6, 8), 0.0)
    padded, kept = made(x, mask[None])
    short, _ = made(x[..., :length], mask[None, :length])
    assert int(kept.sum()) == -(-length // 2)
    torch.testing.assert_close(padded[..., : short.shape[-1]], short, atol=1e-5, rtol=1e-5)
