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


def test_a_batch_is_its_rows_in_training_too(net):
    """What batch normalisation would break: the gradient of a row alone is its part of the sum."""
    net.train()
    net.augment = False
    net.dropout.p = 0.0
    values = torch.randn(4, 130, 40)
    net(values, MASK).values.square().sum().backward()
    together = net.stem.weight.weight.grad.clone()
    net.zero_grad()
    for row, length in zip(values, LENGTHS, strict=True):
        mask = torch.ones(1, length, dtype=torch.bool)
        net(row[None, :length], mask).values.square().sum().backward()
    alone = net.stem.weight.weight.grad
    torch.testing.assert_close(alone, together, atol=1e-4 * float(together.abs().max()), rtol=0)


def test_tokens_hear_their_own_time(net):
    """Normalisation spans the utterance, so a change is heard everywhere, mostly where it is."""
    values = torch.zeros(1, 640, 40)
    values += 0.1 * torch.randn(1, 640, 40)
    mask = torch.ones(1, 640, dtype=torch.bool)
    before = net(values, mask).values
    values[:, :32] += 3.0
    change = (net(values, mask).values - before).norm(dim=-1)[0]
    assert change[:2].min() > 2 * change[10:].max()


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
    def test_without_padding_it_is_group_norm(self):
        norm, x = MaskedNorm(32), 3 + torch.randn(2, 32, 5, 7)
        expected = torch.nn.functional.group_norm(x, 4)
        found = norm(x, torch.ones(2, 7, dtype=torch.bool))
        torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-4)

    @pytest.mark.parametrize("channels", [1, 8, 12, 20, 64, 512])
    def test_of_the_frames_that_are_there(self, channels):
        mask = MASK[:3, :130]
        x = 5 + 2 * torch.randn(3, channels, 4, 130)
        found = MaskedNorm(channels)(x, mask)
        for row, length in zip(found, LENGTHS, strict=False):
            assert row[..., :length].mean().item() == pytest.approx(0.0, abs=1e-3)
            assert row[..., :length].std().item() == pytest.approx(1.0, abs=0.05)
            assert not row[..., length:].any()

    def test_what_is_hidden_may_be_anything(self):
        x, mask = torch.randn(1, 8, 2, 4), torch.tensor([[True, True, False, False]])
        expected = MaskedNorm(8)(x, mask)
        x[..., 2:] = float("nan")
        assert torch.equal(MaskedNorm(8)(x, mask), expected)

    def test_no_frames_at_all_are_zeros(self):
        norm = MaskedNorm(8)
        assert not norm(torch.randn(1, 8, 2, 4), torch.zeros(1, 4, dtype=torch.bool)).any()


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
