"""Which calls a generated corpus has: their labels, scenarios and callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from malsori.corpus.synth.prosody import Speaker, speakers
from malsori.corpus.synth.rule import SCENARIOS, SENTIMENT, Rule


@dataclass(frozen=True)
class Call:
    """What is settled about a call before it is worded and spoken."""

    id: str  # such as `C00012`
    seed: tuple[int, int]  # of everything random in this call
    scenario: str  # what kind of emergency
    urgency: int  # rank of the label
    sentiment: int  # rank of the label
    speaker: Speaker  # whose voice it is


def plan(
    rule: Rule, scenarios: Mapping[str, float], *, calls: int, callers: int, seed: int
) -> list[Call]:
    """Deals labels, scenarios and speakers to calls.

    The numbers of each combination of labels and of each scenario are the wanted ones, rounded;
    who calls about what is chance. Speakers make equally many calls, up to one.
    """
    rng = np.random.default_rng([seed, 0])
    cells = rng.permutation(np.repeat(np.arange(rule.labels.size), _quota(rule.labels, calls)))
    shares = np.array([scenarios[s] for s in SCENARIOS])
    places = rng.permutation(np.repeat(np.arange(len(SCENARIOS)), _quota(shares, calls)))
    voices = speakers(callers, rng)
    who = rng.permutation(np.arange(calls) % callers)
    width = max(4, len(str(calls - 1)))
    return [
        Call(
            id=f"C{i:0{width}d}",
            seed=(seed, i + 1),
            scenario=SCENARIOS[int(places[i])],
            urgency=int(cells[i]) // len(SENTIMENT.classes),
            sentiment=int(cells[i]) % len(SENTIMENT.classes),
            speaker=voices[int(who[i])],
        )
        for i in range(calls)
    ]


def _quota(shares: npt.NDArray[np.float64], total: int) -> npt.NDArray[np.int64]:
    """Whole numbers that add up to `total`, nearest to the shares (largest remainders)."""
    exact = shares.ravel() / shares.sum() * total
    counts: npt.NDArray[np.int64] = np.floor(exact).astype(np.int64)
    first = np.argsort(-(exact - counts), kind="stable")[: total - int(counts.sum())]
    counts[first] += 1
    return counts
