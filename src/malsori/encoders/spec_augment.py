"""SpecAugment on features that are standardised: some bands and some times become the mean."""

import torch
from torch import Tensor


def spec_augment(
    values: Tensor,
    mask: Tensor,
    *,
    bands: float = 0.15,
    times: float = 0.1,
    count: int = 2,
) -> Tensor:
    """Hides bands and times of each row, after Park and others (2019).

    Each row has `count` gaps in frequency and `count` in time, wherever its own frames are. Gaps
    are drawn from torch's generator on the processor, so a seed gives the same ones anywhere.

    Args:
        values: `[B, T, F]`, zero is the mean.
        mask: bool `[B, T]`, True for a row's frames, which come first.
        bands: widest gap in frequency, as a share of F.
        times: widest gap in time, as a share of the row's frames.
        count: gaps of each sort.

    Returns:
        `[B, T, F]`, zero in the gaps.

    Example:
        >>> _ = torch.manual_seed(0)
        >>> full = torch.ones(1, 100, 40)
        >>> float((spec_augment(full, full[..., 0].bool()) == 0).float().mean().round(decimals=2))
        0.25
    """
    rows, longest, width = values.shape
    device = values.device
    draws = torch.rand(4, count, rows).to(device)
    lengths = mask.sum(dim=1)
    in_time = _gaps(draws[0], draws[1], lengths, times, longest)
    in_band = _gaps(draws[2], draws[3], torch.full_like(lengths, width), bands, width)
    gaps = in_time[:, :, None] | in_band[:, None, :]
    return torch.where(gaps, 0.0, values)


def _gaps(widths: Tensor, places: Tensor, lengths: Tensor, share: float, size: int) -> Tensor:
    """Which of `size` places are in a gap, bool `[B, size]`."""
    wide = (widths * share * lengths).round()
    begin = (places * (lengths - wide + 1)).floor()
    at = torch.arange(size, device=lengths.device)
    inside = (at >= begin[..., None]) & (at < (begin + wide)[..., None])
    return inside.any(dim=0)
