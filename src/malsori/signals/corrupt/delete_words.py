"""Words that were not heard."""

import numpy as np

from malsori.signals.corrupt._words import joined, pieces
from malsori.signals.corrupt.base import Corruption
from malsori.signals.ranges import check_share


class DeleteWords(Corruption):
    """Leaves out each word with the same chance, but never all of them.

    Args:
        share: Of the words, on average.

    Example:
        >>> DeleteWords(share=0.5)("불이 났어요 빨리 와 주세요", np.random.default_rng(1))
        '불이 났어요 와'
    """

    def __init__(self, *, share: float = 0.1) -> None:
        check_share(share)
        self.share = share

    def __call__(self, text: str, rng: np.random.Generator) -> str:
        """The text with fewer words."""
        words = pieces(text)
        spoken = np.array([any(map(str.isalnum, word)) for _, word in words], dtype=bool)
        stays = (rng.random(len(words)) >= self.share) | ~spoken
        if stays.all():
            return text
        if not stays[spoken].any():
            stays[rng.choice(np.flatnonzero(spoken))] = True
        return joined([w for w, here in zip(words, stays, strict=True) if here]).strip()
