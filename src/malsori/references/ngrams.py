"""What a linear model sees of a text: which characters follow each other in it, and how often."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ORDERS = (1, 4)
GRID = (0.3, 1.0, 3.0, 10.0, 30.0)
"""Inverse penalties of rows of length 1, the strongest penalty first."""
_MOST = 50_000  # n-grams, the most frequent ones
_TOPICS = 100  # directions of `Topics`


@dataclass(frozen=True)
class NGrams:
    """TF-IDF of character n-grams inside words; Hangul by whole syllables (NFC)."""

    vectorizer: Any

    @classmethod
    def of(cls, texts: Sequence[str]) -> NGrams | None:
        """Those that training texts have; None where these have no letter.

        Example:
            >>> NGrams.of(["불이 났어요", "불이 꺼졌어요"])(["불이"]).shape[0]
            1
        """
        from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - slow to load

        rare = 2 if len(texts) >= 200 else 1
        found = TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=ORDERS,
            min_df=rare,
            sublinear_tf=True,
            max_features=_MOST,
            dtype=np.float32,
            lowercase=True,
            preprocessor=None,
        )
        if not any(text.strip() for text in texts):
            return None
        return cls(found.fit(_whole(texts)))

    def __call__(self, texts: Sequence[str]) -> Any:
        """Sparse rows `[N, V]` of length 1."""
        return self.vectorizer.transform(_whole(texts))


@dataclass(frozen=True)
class Topics:
    """The same in a few directions (Deerwester et al., 1990), to stand beside other features."""

    ngrams: NGrams
    directions: Any
    scale: float

    @classmethod
    def of(cls, texts: Sequence[str]) -> Topics | None:
        """Those of training texts; None where there are too few to have directions."""
        from sklearn.decomposition import TruncatedSVD  # noqa: PLC0415 - slow to load

        ngrams = NGrams.of(texts)
        if ngrams is None:
            return None
        x = ngrams(texts)
        count = min(_TOPICS, min(x.shape) - 1)
        if count < 1:
            return None
        directions = TruncatedSVD(count, n_iter=2, random_state=0).fit(x)
        spread = float(directions.transform(x).var(axis=0).mean())
        return cls(ngrams, directions, spread**-0.5 if spread > 0 else 1.0)

    def __call__(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """`[N, D]`, of variance 1 in the mean over directions."""
        found: NDArray[np.float32] = self.directions.transform(self.ngrams(texts)) * self.scale
        return found


def _whole(texts: Sequence[str]) -> list[str]:
    return [unicodedata.normalize("NFC", text) for text in texts]
