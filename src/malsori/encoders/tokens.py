"""What every encoder gives to the network: tokens with a mask."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Tokens:
    """One modality inside the network.

    Attributes:
        values: float `[B, T, D]`; what stands at masked places is never read.
        mask: bool `[B, T]`, True where a token is; a row of False only is an absent modality.

    Example:
        >>> mask = torch.tensor([[True, False], [False, False]])
        >>> Tokens(torch.zeros(2, 2, 3), mask).present.tolist()
        [True, False]
    """

    values: Tensor
    mask: Tensor

    def __post_init__(self) -> None:
        if self.values.ndim != 3 or self.mask.dtype != torch.bool:
            raise ValueError("Tokens need values [B, T, D] and a bool mask [B, T].")
        if self.mask.shape != self.values.shape[:2]:
            raise ValueError(
                f"values {tuple(self.values.shape)} and mask {tuple(self.mask.shape)} disagree."
            )

    @property
    def present(self) -> Tensor:
        """Bool `[B]`: which rows have this modality at all."""
        return self.mask.any(dim=1)
