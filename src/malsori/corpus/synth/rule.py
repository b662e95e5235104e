"""The rule that decides which cues a generated call carries, and how well anybody can do on it.

Two labels are drawn together, then cues that depend on them. A call's wording realises the text
cues and its prosody the speech cues, and nothing else in a call depends on the labels. All cues
are discrete and few, so the posterior given any set of them is exact: `Rule.bounds` enumerates
every combination and gives the accuracy and the score that no model of those cues can beat.

    urgency, sentiment                       one table, with the wanted proportions exactly
    severity of words, feeling of words      text cues, each of one label
    effort of voice, mood of voice           speech cues, each of one label
    whose affair (words), timbre (voice)     fair coins, independent of the labels and of all
                                             other cues; only whether they *agree* depends on
                                             the labels, so either one alone says nothing

Words tell the worst case best (a 상 call is rarely worded mildly), the voice tells the calm one
best, so the two modalities complete each other before they agree on anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from malsori.errors import MalsoriError
from malsori.schema import Task

Array = npt.NDArray[np.float64]

URGENCY: Final = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SENTIMENT: Final = Task(
    name="sentiment", kind="nominal", classes=("불안/걱정", "당황/난처", "중립", "기타부정")
)
TASKS: Final = (URGENCY, SENTIMENT)
SCENARIOS: Final = ("구급", "구조", "화재", "기타")

PROPORTIONS: Final[Mapping[str, Mapping[str, float]]] = {
    "urgency": {"하": 0.354, "중": 0.336, "상": 0.310},
    "sentiment": {"불안/걱정": 0.536, "당황/난처": 0.376, "중립": 0.065, "기타부정": 0.023},
    "scenario": {"구급": 0.755, "구조": 0.143, "화재": 0.068, "기타": 0.034},
}
"""Of 143,046 calls of the public 119 corpus (AI Hub 71768)."""

# Odds by which urgency (rows) and sentiment (columns) occur together, before the proportions.
_TOGETHER: Final = ((1.0, 0.7, 1.6, 1.0), (1.0, 1.0, 1.0, 1.0), (1.0, 1.5, 0.6, 1.0))

# P(cue | label): one row a label, one column a cue level of the same name.
_SEVERITY: Final = ((0.77, 0.20, 0.03), (0.18, 0.74, 0.08), (0.02, 0.06, 0.92))
_EFFORT: Final = ((0.92, 0.06, 0.02), (0.08, 0.74, 0.18), (0.03, 0.20, 0.77))
_FEELING: Final = (
    (0.85, 0.11, 0.02, 0.02),
    (0.12, 0.84, 0.02, 0.02),
    (0.06, 0.06, 0.86, 0.02),
    (0.06, 0.07, 0.02, 0.85),
)
_MOOD: Final = (
    (0.83, 0.12, 0.03, 0.02),
    (0.14, 0.81, 0.03, 0.02),
    (0.07, 0.06, 0.84, 0.03),
    (0.06, 0.08, 0.03, 0.83),
)
# How far P(timbre agrees with whose affair) departs from 1/2 at cross = 1, in halves.
_AGREEMENT: Final = ((-0.98, 0.1, -0.45, -0.45), (0.0, 0.98, 0.5, 0.5), (-0.98, 0.1, -0.45, -0.45))

CUES: Final[Mapping[str, tuple[str, ...]]] = {
    "severity": URGENCY.classes,
    "feeling": SENTIMENT.classes,
    "affair": ("own", "other"),
    "effort": URGENCY.classes,
    "mood": SENTIMENT.classes,
    "timbre": ("pressed", "breathy"),
}
"""Cues and their levels; the first three are of the text, the others of the speech."""

CONDITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "speech": ("effort", "mood", "timbre"),
    "text": ("severity", "feeling", "affair"),
    "speech+text": ("severity", "feeling", "affair", "effort", "mood", "timbre"),
    "prior": (),
}
"""What a model of each condition can know."""

_AXES: Final = ("urgency", "sentiment", *CUES)


@dataclass(frozen=True)
class Rule:
    """How labels and cues are drawn.

    Attributes:
        urgency: proportions of 하, 중, 상, adding up to 1.
        sentiment: proportions of the four sentiments, adding up to 1.
        cross: strength of what only both modalities together tell, 0 (nothing) to 1.

    Raises:
        MalsoriError: a proportion or the strength is out of range.

    Example:
        >>> bounds = Rule().bounds
        >>> round(bounds["sentiment"]["prior"]["accuracy"], 3)
        0.536
        >>> bounds["urgency"]["speech+text"]["accuracy"] > bounds["urgency"]["text"]["accuracy"]
        True
    """

    urgency: Mapping[str, float] = field(default_factory=lambda: PROPORTIONS["urgency"])
    sentiment: Mapping[str, float] = field(default_factory=lambda: PROPORTIONS["sentiment"])
    cross: float = 0.5

    def __post_init__(self) -> None:
        check_proportions(self.urgency, "urgency", URGENCY.classes)
        check_proportions(self.sentiment, "sentiment", SENTIMENT.classes)
        if not 0.0 <= self.cross <= 1.0:
            raise MalsoriError(f"cross is {self.cross:g}", hint="give a number from 0 to 1")

    @cached_property
    def labels(self) -> Array:
        """P(urgency, sentiment) `[3, 4]`: the association, fitted to the proportions."""
        rows = np.array([self.urgency[c] for c in URGENCY.classes])
        columns = np.array([self.sentiment[c] for c in SENTIMENT.classes])
        return _fit(np.array(_TOGETHER), rows / rows.sum(), columns / columns.sum())

    @cached_property
    def conditionals(self) -> dict[str, Array]:
        """Cue → P(level | label) `[K, levels]`, of the four cues that depend on one label."""
        return {
            "severity": np.array(_SEVERITY),
            "feeling": np.array(_FEELING),
            "effort": np.array(_EFFORT),
            "mood": np.array(_MOOD),
        }

    @cached_property
    def agreement(self) -> Array:
        """P(affair and timbre have the same rank | urgency, sentiment) `[3, 4]`."""
        return 0.5 + 0.5 * self.cross * np.array(_AGREEMENT)

    @cached_property
    def table(self) -> Array:
        """P(labels and cues) `[3, 4, 3, 4, 2, 3, 4, 2]`: urgency, sentiment, then `CUES`."""
        agree = self.agreement[..., None, None]
        same = np.eye(2)
        coins = 0.5 * (agree * same + (1.0 - agree) * (1.0 - same))
        joint: Array = np.einsum(
            "us,ua,sb,ud,se,usxy->usabxdey", self.labels, *self.conditionals.values(), coins
        )
        return joint

    def cues(self, urgency: int, sentiment: int, rng: np.random.Generator) -> dict[str, str]:
        """Draws the cues of one call.

        Returns:
            Cue → level, for every cue of `CUES`.
        """
        given = self.table[urgency, sentiment]
        flat = np.cumsum(given.ravel())
        drawn = int(np.searchsorted(flat, rng.random() * flat[-1], side="right"))
        ranks = np.unravel_index(min(drawn, flat.size - 1), given.shape)
        return {name: CUES[name][int(i)] for name, i in zip(CUES, ranks, strict=True)}

    @cached_property
    def bounds(self) -> dict[str, dict[str, dict[str, float]]]:
        """Task → condition → the best `accuracy` and `score` that its cues allow.

        The accuracy is that of the most probable class (Σ over cues of max P(class, cues)).
        The score is the expected one of the exact posterior, which no other forecast undercuts
        since it is proper: −log p of the class (nominal), binary cross-entropy averaged over
        the K−1 thresholds P(y > k) (ordinal). `prior` knows no cue.
        """
        return {
            task.name: {
                condition: self._bound(task, known) for condition, known in CONDITIONS.items()
            }
            for task in TASKS
        }

    def _bound(self, task: Task, known: Sequence[str]) -> dict[str, float]:
        keep = (task.name, *known)
        rest = tuple(i for i, axis in enumerate(_AXES) if axis not in keep)
        joint = self.table.sum(axis=rest).reshape(len(task.classes), -1)
        score = _ordinal(joint) if task.kind == "ordinal" else _entropy(joint)
        return {"accuracy": float(joint.max(axis=0).sum()), "score": score}


def check_proportions(given: Mapping[str, float], name: str, classes: Sequence[str]) -> None:
    """Refuses proportions that are not of all classes, not positive, or not adding up to 1."""
    if set(given) != set(classes):
        raise MalsoriError(
            f"proportions of {name} are given for {', '.join(given) or 'nothing'}",
            hint=f"give one for each of {', '.join(classes)}",
        )
    if min(given.values()) <= 0 or abs(sum(given.values()) - 1) > 0.005:
        raise MalsoriError(
            f"proportions of {name} are {dict(given)}", hint="each above 0, together 1"
        )


def _fit(table: Array, rows: Array, columns: Array) -> Array:
    """Scales rows and columns until both margins are met (iterative proportional fitting)."""
    for _ in range(200):
        table = table * (rows / table.sum(axis=1))[:, None]
        table = table * (columns / table.sum(axis=0))
    return table


def _entropy(joint: Array) -> float:
    """Expected −log p(class | cues) for P(class, cues) `[K, C]`."""
    return float(-_x_log(joint).sum() + _x_log(joint.sum(axis=0)).sum())


def _ordinal(joint: Array) -> float:
    """Expected binary cross-entropy of P(y > k | cues), averaged over the thresholds."""
    thresholds = range(len(joint) - 1)
    return float(
        np.mean(
            [
                _entropy(np.stack([joint[: k + 1].sum(axis=0), joint[k + 1 :].sum(axis=0)]))
                for k in thresholds
            ]
        )
    )


def _x_log(p: Array) -> Array:
    """Elementwise p log p, with 0 log 0 = 0."""
    return p * np.log(np.where(p > 0, p, 1.0))
