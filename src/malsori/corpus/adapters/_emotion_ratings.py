"""What the five raters of AI Hub 263 said, and what is mended in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from malsori.corpus.adapters._emotion_tables import RATERS
from malsori.corpus.counting import counted, few
from malsori.corpus.labels import Vote
from malsori.schema import Task, UnknownLabel

CLASSES: Final = ("happiness", "angry", "disgust", "fear", "neutral", "sadness", "surprise")
ALIASES: Final = {
    "happy": "happiness",
    "anger": "angry",
    "sad": "sadness",
    "surprised": "surprise",
    "행복": "happiness",
    "분노": "angry",
    "혐오": "disgust",
    "공포": "fear",
    "중립": "neutral",
    "슬픔": "sadness",
    "놀람": "surprise",
}
EMOTION: Final = Task(name="emotion", kind="nominal", classes=CLASSES, aliases=ALIASES)
"""All seven classes, in the order of the publisher's description."""

_INTENSITIES: Final = (0.0, 1.0, 2.0)


@dataclass
class Ratings:
    """Reads votes, and counts what is odd about them."""

    respelled: int = 0  # rows with a class that is written otherwise, such as `Angry` or `sad`
    empty: int = 0  # ratings without a class
    # What stands for a class and is none → ratings
    unknown: Counter[str] = field(default_factory=Counter)
    # What stands for an intensity and is not 0, 1 or 2 → ratings
    odd: Counter[str] = field(default_factory=Counter)
    _classes: dict[str, str | None] = field(default_factory=dict)

    def votes(
        self, labels: Sequence[str | None], intensities: Sequence[str | None]
    ) -> tuple[Vote, ...]:
        """The raters' votes on one row; what is no class is no vote, but the rater stays."""
        written = [label for label in labels if label is not None]
        self.empty += len(labels) - len(written)
        self.respelled += any(self.class_of(w) not in (w, None) for w in written)
        self.unknown.update(w for w in written if self.class_of(w) is None)
        return tuple(
            Vote(rater, None if label is None else self.class_of(label), self._intensity(strength))
            for rater, label, strength in zip(RATERS, labels, intensities, strict=False)
        )

    def class_of(self, written: str) -> str | None:
        """The class that a cell means, None if there is no such class."""
        if written not in self._classes:
            try:
                self._classes[written] = EMOTION.label(EMOTION.index(written))
            except UnknownLabel:
                self._classes[written] = None
        return self._classes[written]

    def _intensity(self, written: str | None) -> float | None:
        try:
            number = float(written) if written is not None else None
        except ValueError:
            number = -1.0
        if written is None or number in _INTENSITIES:
            return number
        self.odd[written.strip()] += 1
        return None

    def notes(self) -> list[str]:
        """What was met, one sentence each."""
        found = []
        if self.empty:
            found.append(f"{counted(self.empty, 'rating is', 'ratings are')} empty")
        if self.unknown:
            are = counted(self.unknown.total(), "rating is no class", "ratings are no class")
            found.append(f"{are} ({most_of(self.unknown)}): no vote")
        if self.odd:
            have = counted(self.odd.total(), "intensity is", "intensities are")
            found.append(f"{have} not 0, 1 or 2 ({most_of(self.odd)}): left out, the vote counts")
        return found


def most_of(counts: Counter[str], most: int = 5) -> str:
    """The most frequent of some values with their counts.

    Example:
        >>> most_of(Counter({"a": 2, "b": 1}))
        "'a': 2, 'b': 1"
    """
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return few([f"{value!r}: {n:,}" for value, n in ordered], most)
