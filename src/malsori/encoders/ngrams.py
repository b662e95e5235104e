"""The half of `jamo` in the network: vectors of a word's letter n-grams, looked up by hash."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from malsori.encoders.base import EncoderModule
from malsori.encoders.tokens import Tokens

_MULTIPLIER = 0x1E3779B97F4A7C15  # odd, its bits well spread: near 2^61 · golden ratio


def ngram_buckets(letters: Tensor, shortest: int, longest: int, buckets: int) -> Tensor:
    """Hashes every n-gram of letters into a bucket, the same on every machine and run.

    Args:
        letters: integers `[..., L]`, -1 behind the last letter.
        shortest: letters in the shortest n-gram, at least 1.
        longest: letters in the longest n-gram, at most L.
        buckets: how many there are.

    Returns:
        int64 `[..., n]`, -1 where no n-gram is.

    Example:
        >>> ngram_buckets(torch.tensor([[7, 8, -1]]), 1, 2, 10).shape
        torch.Size([1, 5])
    """
    letters = letters.long()
    code = torch.zeros_like(letters)
    found = []
    for order in range(1, longest + 1):
        last = letters[..., order - 1 :]
        # Wraps around at 64 bits, which mixes; the high bits are the good ones.
        code = (code[..., : last.shape[-1]] + last + 1) * _MULTIPLIER
        code = code ^ (code >> 29)
        if order >= shortest:
            bucket = ((code * _MULTIPLIER) >> 32).remainder(buckets)
            found.append(torch.where(last >= 0, bucket, -1))
    return torch.cat(found, dim=-1)


class NGrams(EncoderModule):
    """A token for each word: the sum of the vectors of its n-grams over the root of their number.

    As fastText's subword vectors (Bojanowski et al. 2017); divided so, tokens of long and of short
    words are equally large at the beginning.
    """

    def __init__(self, *, dim: int, buckets: int, shortest: int, longest: int) -> None:
        super().__init__()
        self.dim = dim
        self.buckets = buckets
        self.shortest = shortest
        self.longest = longest
        self.table = nn.Parameter(torch.randn(buckets, dim) * 0.1)

    def forward(self, features: Tensor, mask: Tensor) -> Tokens:
        """Tokens `[B, T, dim]` of letters `[B, T, L]`; masked places are zero."""
        values = self.table.new_zeros((*mask.shape, self.dim))
        if mask.any():
            values[mask] = self._embed(features[mask])
        return Tokens(values, mask)

    def _embed(self, letters: Tensor) -> Tensor:
        """Vectors `[W, dim]` of words `[W, L]`."""
        buckets = ngram_buckets(letters, self.shortest, self.longest, self.buckets)
        there = buckets >= 0
        count = there.sum(dim=1)
        # embedding_bag adds up without a copy of every n-gram's vector
        total = functional.embedding_bag(
            buckets[there], self.table, count.cumsum(0) - count, mode="sum"
        )
        return total / count.clamp(min=1).sqrt()[:, None]
