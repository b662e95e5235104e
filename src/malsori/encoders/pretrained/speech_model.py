"""A speech model of transformers in one form: waveforms in, frames of chosen layers out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from malsori.encoders.pretrained.blanked import blank_positions
from malsori.encoders.pretrained.first_convolution import multiply_first_convolution
from malsori.encoders.pretrained.masked_norm import mask_group_norms
from malsori.encoders.pretrained.unlearned import Unlearned
from malsori.encoders.pretrained.windows import Window, windows
from malsori.errors import MalsoriError


class SpeechModel(nn.Module, ABC):
    """Frames of waveforms, padded or not: padding never changes a valid frame.

    Args:
        model: of transformers.
        layers: ``last``, ``mean``, ``weighted`` (all of them) or a layer's index.

    Attributes:
        hop: samples from one frame to the next.
        longest: samples that the model can hear at once, or None.
        dim: size D of a frame.
    """

    hop: int
    longest: int | None = None

    def __init__(self, model: Any, layers: str) -> None:
        super().__init__()
        self.model = model
        self.layers = layers
        self.dim: int = model.config.hidden_size
        self.count: int = model.config.num_hidden_layers + 1
        check_layers(layers, self.count)

    @abstractmethod
    def frames(self, samples: int) -> int:
        """How many frames so many samples make, at least 1."""

    @abstractmethod
    def outputs(self, waves: list[Tensor], output_hidden_states: bool) -> Any:
        """What the model returns for waveforms ``[S]``, padded to ``[B, N, D]``."""

    @property
    @abstractmethod
    def transformer(self) -> nn.ModuleList:
        """The transformer's layers."""

    def forward(self, waves: list[Tensor]) -> list[Tensor]:
        """Frames ``[N_i, D]`` of each waveform ``[S_i]`` (all layers: ``[N_i, L, D]``)."""
        answer = self.outputs(waves, self.layers != "last")
        chosen = choose_layers(answer, self.layers)
        return [row[: self.frames(len(wave))] for row, wave in zip(chosen, waves, strict=True)]

    def windows(self, samples: int, size: int, overlap: int) -> list[Window]:
        """The windows of a recording, none longer than the model can hear."""
        size = min(size, self.longest or size)
        return windows(samples, size, min(overlap, size // 2), self.hop, self.frames)


def check_layers(layers: str, count: int | None = None) -> None:
    """Refuses what is no choice of layers."""
    if layers in ("last", "mean", "weighted"):
        return
    if not layers.isdecimal() or (count is not None and int(layers) >= count):
        last = "" if count is None else f" (0 to {count - 1})"
        raise MalsoriError(
            f"layers: {layers!r} is no choice of layers",
            hint=f"last, mean, weighted, or the number of one{last}",
        )


def choose_layers(answer: Any, layers: str) -> Tensor:
    """The wanted layers of what a model returned: ``[B, N, D]``, ``weighted`` ``[B, N, L, D]``."""
    if layers == "last":
        return cast(Tensor, answer.last_hidden_state)
    if layers == "mean":
        return torch.stack([h.float() for h in answer.hidden_states]).mean(0)
    if layers == "weighted":
        return torch.stack(list(answer.hidden_states), dim=2)
    return cast(Tensor, answer.hidden_states[int(layers)])


class Convolutional(SpeechModel):
    """wav2vec 2.0, HuBERT, WavLM, data2vec: convolutions over samples, then a transformer."""

    def __init__(self, model: Any, layers: str) -> None:
        super().__init__(model, layers)
        config = model.config
        self.kernels = list(zip(config.conv_kernel, config.conv_stride, strict=True))
        self.hop = 1
        for _, stride in self.kernels:
            self.hop *= stride
        self.shortest = 1
        for kernel, stride in reversed(self.kernels):
            self.shortest = (self.shortest - 1) * stride + kernel
        # Our own augmentation is seeded by utterance and epoch; the model's draws from elsewhere.
        config.apply_spec_augment = False
        config.layerdrop = 0.0
        multiply_first_convolution(model.feature_extractor)
        self.norms = mask_group_norms(model.feature_extractor)
        model.feature_extractor = Unlearned(model.feature_extractor)
        self.positions = blank_positions(model)

    def frames(self, samples: int) -> int:
        """Of valid convolutions, one after the other."""
        length = max(samples, self.shortest)
        for kernel, stride in self.kernels:
            length = (length - kernel) // stride + 1
        return length

    def outputs(self, waves: list[Tensor], output_hidden_states: bool) -> Any:
        """Padded and masked where lengths differ; a wave too short for one frame gets zeros."""
        waves = [_at_least(wave, self.shortest) for wave in waves]
        lengths = torch.tensor([len(wave) for wave in waves], device=waves[0].device)
        values = pad_sequence(waves, batch_first=True)
        mask = None
        if int(lengths.min()) < values.shape[1]:
            mask = (torch.arange(values.shape[1], device=lengths.device) < lengths[:, None]).long()
        kernel, stride = self.kernels[0]
        for norm in self.norms:
            norm.valid = None if mask is None else (lengths - kernel) // stride + 1
        for layer in self.positions:
            layer.valid = None if mask is None else lengths.new_tensor(
                [self.frames(len(wave)) for wave in waves]
            )  # fmt: skip
        return self.model(values, attention_mask=mask, output_hidden_states=output_hidden_states)

    @property
    def transformer(self) -> nn.ModuleList:
        """Of the encoder."""
        return cast(nn.ModuleList, self.model.encoder.layers)


class LogMelTransformer(SpeechModel):
    """Whisper's encoder: a log-mel spectrogram of always 30 seconds; frames of silence are cut."""

    hop = 320

    def __init__(self, model: Any, layers: str, extractor: Any) -> None:
        super().__init__(model.get_encoder(), layers)
        self.extractor = extractor
        self.longest = int(extractor.n_samples)

    def frames(self, samples: int) -> int:
        """Fifty a second."""
        return max(1, -(-samples // self.hop))

    def outputs(self, waves: list[Tensor], output_hidden_states: bool) -> Any:
        """The extractor pads with silence, as in training."""
        first = waves[0]
        arrays = [wave.detach().float().cpu().numpy() for wave in waves]
        mel = self.extractor(
            arrays, sampling_rate=self.extractor.sampling_rate, return_tensors="pt"
        ).input_features
        return self.model(
            mel.to(first.device, self.model.conv1.weight.dtype),
            output_hidden_states=output_hidden_states,
        )

    @property
    def transformer(self) -> nn.ModuleList:
        """Of the encoder."""
        return cast(nn.ModuleList, self.model.layers)


def _at_least(wave: Tensor, samples: int) -> Tensor:
    missing = samples - len(wave)
    return torch.nn.functional.pad(wave, (0, missing)) if missing > 0 else wave


def frames_of(
    model: SpeechModel,
    waves: Sequence[Tensor],
    size: int,
    overlap: int,
    budget: int | None,
    apply: Callable[..., Iterable[list[Tensor]]] = map,
) -> list[Tensor]:
    """Frames of recordings of any length: windows of similar length are heard together.

    Args:
        model: the model.
        waves: each ``[S_i]``.
        size: samples of a window.
        overlap: samples that neighbouring windows share.
        budget: samples in a batch, padding included; None hears each window alone.
        apply: how the model is applied to batches: one after the other, or side by side.

    Returns:
        Frames ``[N_i, …]`` of each recording, in their order.
    """
    cuts = [
        (row, cut)
        for row, wave in enumerate(waves)
        for cut in model.windows(len(wave), size, overlap)
    ]
    lengths = [cut.stop - cut.start for _, cut in cuts]
    parts: list[Tensor] = [torch.empty(0)] * len(cuts)
    together = batches(lengths, budget)
    inputs = [
        [waves[cuts[i][0]][cuts[i][1].start : cuts[i][1].stop] for i in batch] for batch in together
    ]
    for batch, heard in zip(together, apply(model, inputs), strict=True):
        for i, frames in zip(batch, heard, strict=True):
            parts[i] = frames[cuts[i][1].first : cuts[i][1].last]
    of_row: list[list[Tensor]] = [[] for _ in waves]
    for (row, _), part in zip(cuts, parts, strict=True):
        of_row[row].append(part)
    return [torch.cat(found) if len(found) > 1 else found[0] for found in of_row]


def batches(lengths: Sequence[int], budget: int | None) -> list[list[int]]:
    """Positions of similar length together, so that little is padded; the longest come first.

    Args:
        lengths: of the items.
        budget: most that a batch may hold, padding included; None for one item a batch.

    Example:
        >>> batches([10, 2, 9, 3], budget=20)
        [[0, 2], [3, 1]]
    """
    order = sorted(range(len(lengths)), key=lambda i: -lengths[i])
    if budget is None:
        return [[i] for i in order]
    result: list[list[int]] = []
    for i in order:
        if result and lengths[result[-1][0]] * (len(result[-1]) + 1) <= budget:
            result[-1].append(i)
        else:
            result.append([i])
    return result
