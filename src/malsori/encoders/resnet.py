"""A residual network over spectrograms of any length, blind to padding and to its neighbours."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from malsori.encoders.base import EncoderModule, Features
from malsori.encoders.spec_augment import spec_augment
from malsori.encoders.standardise import Standardise
from malsori.encoders.tokens import Tokens


class ResNet(EncoderModule):
    """A ResNet (He and others, 2016) whose tokens are what is left of time after five halvings.

    Stem and four stages as in ResNet-18, which is ``width=64, depth=2``; frequency is averaged
    at the end. Frames behind the mask are set to zero after every convolution, which is what a
    convolution reads beyond the end anyway, and are left out of the statistics that normalise
    (`MaskedNorm`). So padding changes nothing, in training neither.

    Args:
        bands: F, of the spectrogram.
        width: channels of the first stage; tokens have eight times as many.
        depth: blocks in each of the four stages.
        dropout: of whole channels of a token.
        augment: whether to hide bands and times in training (`spec_augment`).

    Example:
        >>> net = ResNet(64, width=8, depth=1).eval()
        >>> mask = torch.arange(100) < torch.tensor([[100], [33]])
        >>> tokens = net(torch.zeros(2, 100, 64), mask)
        >>> tokens.values.shape, tokens.mask.sum(dim=1).tolist()
        (torch.Size([2, 4, 64]), [4, 2])
    """

    def __init__(
        self,
        bands: int,
        *,
        width: int = 32,
        depth: int = 2,
        dropout: float = 0.1,
        augment: bool = True,
    ) -> None:
        super().__init__()
        self.dim = 8 * width
        self.augment = augment
        self.standardise = Standardise(bands)
        self.stem = Convolution(1, width, size=7, stride=2)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        blocks, inputs = [], width
        for stage, outputs in enumerate((width, 2 * width, 4 * width, 8 * width)):
            for number in range(depth):
                halves = stage > 0 and number == 0
                blocks.append(Block(inputs, outputs, stride=2 if halves else 1))
                inputs = outputs
        self.blocks = nn.ModuleList(blocks)
        self.dropout = nn.Dropout(dropout)

    def fit(self, features: Iterable[Features]) -> None:
        """Takes mean and deviation of each band over the training frames."""
        self.standardise.fit(features)

    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Tokens `[B, ceil(T / 32), 8 · width]` with the mask that belongs to them."""
        values = self.standardise(features, mask).values
        if self.training and self.augment:
            values = spec_augment(values, mask)
        x = hide(values.transpose(1, 2)[:, None], mask)
        x, mask = self.stem(x, mask)
        # After a rectifier nothing is below the zeros that stand behind the mask.
        x, mask = self.pool(torch.relu(x)), mask[:, ::2]
        x = hide(x, mask)
        for block in self.blocks:
            x, mask = block(x, mask)
        tokens = self.dropout(x.mean(dim=2).transpose(1, 2))
        return Tokens(torch.where(mask[..., None], tokens, 0.0), mask)


def hide(x: Tensor, mask: Tensor) -> Tensor:
    """Zero where no frame is.

    Example:
        >>> hide(torch.ones(1, 1, 1, 2), torch.tensor([[True, False]])).flatten().tolist()
        [1.0, 0.0]
    """
    return torch.where(mask[:, None, None, :], x, 0.0)


class Convolution(nn.Module):
    """A convolution, the mask after it, and normalisation.

    A frame of the result stands where its middle frame stood, and is there if that one was.
    """

    def __init__(self, inputs: int, outputs: int, size: int = 3, stride: int = 1) -> None:
        super().__init__()
        self.stride = stride
        self.weight = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
        nn.init.kaiming_normal_(self.weight.weight, mode="fan_out", nonlinearity="relu")
        self.norm = MaskedNorm(outputs)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """`[B, C, F, T]` and its mask `[B, T]`, to those of the result."""
        mask = mask[:, :: self.stride]
        return self.norm(self.weight(x), mask), mask


class MaskedNorm(nn.Module):
    """Batch normalisation (Ioffe and Szegedy, 2015) over the frames that are there; zero elsewhere.

    In training an utterance is seen beside the others of its batch, as in every ResNet; what is
    trained then stands alone, with the running mean and variance. Group normalisation would stand
    alone in training too. But it takes each utterance's own level and long-term spectrum away,
    and these say much of how something is spoken.

    Example:
        >>> x, norm = torch.tensor([[[[1.0, 3.0, 99.0]]]]), MaskedNorm(1)
        >>> norm(x, torch.tensor([[True, True, False]])).detach().round().tolist()
        [[[[-1.0, 1.0, 0.0]]]]
        >>> float(norm.mean)  # a tenth of the way from 0 to 2
        0.20000000298023224
    """

    mean: Tensor
    variance: Tensor

    def __init__(self, channels: int, momentum: float = 0.1) -> None:
        super().__init__()
        self.momentum = momentum
        self.scale = nn.Parameter(torch.ones(channels))
        self.shift = nn.Parameter(torch.zeros(channels))
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("variance", torch.ones(channels))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`[B, C, F, T]` with a mask `[B, T]`."""
        mean, variance = self._of_batch(x, mask) if self.training else (self.mean, self.variance)
        gain = self.scale * torch.rsqrt(variance + 1e-5)
        offset = self.shift - mean * gain
        return hide(x * gain[:, None, None] + offset[:, None, None], mask)

    def _of_batch(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance `[C]` of the frames that are there; the running ones follow."""
        frames = mask.sum()
        count = (frames * x.shape[2]).clamp(min=1)
        mean = hide(x, mask).sum(dim=(0, 2, 3)) / count
        spread = hide(x - mean[:, None, None], mask)
        variance = spread.square().sum(dim=(0, 2, 3)) / count
        with torch.no_grad():
            step = self.momentum * (frames > 0)  # a batch without any says nothing
            self.mean.lerp_(mean, step.to(mean))
            self.variance.lerp_(variance, step.to(variance))
        return mean, variance


class Block(nn.Module):
    """Two convolutions and a way around them."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = Convolution(inputs, outputs, stride=stride)
        self.second = Convolution(outputs, outputs)
        same = inputs == outputs and stride == 1
        self.around = None if same else Convolution(inputs, outputs, size=1, stride=stride)
        # A block begins as the way around it, so a deep network begins as a shallow one.
        nn.init.zeros_(self.second.norm.scale)

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """`[B, C, F, T]` and its mask `[B, T]`, to those of the result."""
        y, smaller = self.first(x, mask)
        y, _ = self.second(torch.relu(y), smaller)
        around = x if self.around is None else self.around(x, mask)[0]
        return torch.relu(around + y), smaller
