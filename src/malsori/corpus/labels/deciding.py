"""From the votes of raters to a label: four rules that disagree, and the soft label beside each."""

from __future__ import annotations

import math
from collections.abc import Sequence

from malsori.corpus.labels.rules import DEFAULT_RULE, parse_rule
from malsori.corpus.labels.votes import Decision, Vote
from malsori.errors import MalsoriError
from malsori.schema import UnknownLabel, nearest

_DIGITS = 9  # sums of written decimals such as 0.1 + 0.2 and 0.3 are a tie


def aggregate(
    votes: Sequence[Vote],
    classes: Sequence[str],
    rule: str = DEFAULT_RULE,
    *,
    situation: str | None = None,
) -> Decision:
    """Decide on one utterance. The order of the raters never matters.

    Args:
        votes: what each rater said; a vote without a label is no vote.
        classes: the task's classes; the soft label has their order.
        rule: see ``parse_rule``. ``intensity_sum`` takes only classes that were voted for, so
            that the all-zero sums of a neutral utterance go to the class with most votes; where
            no rater gave an intensity it does not decide.
        situation: the scripted intent, for the rule ``situation``.

    Returns:
        The label (None: undecided), the share of votes of each class, and the tied winners.

    Raises:
        MalsoriError: no such rule; a vote or the situation is no class; an intensity is
            negative or no number.

    Example:
        >>> votes = [Vote("1", "neutral", 0), Vote("2", "happy", 1), Vote("3", "neutral", 0)]
        >>> aggregate(votes, ["happy", "neutral"], "intensity_sum").label
        'happy'
        >>> aggregate(votes, ["happy", "neutral"], "majority").label
        'neutral'
    """
    kind, least = parse_rule(rule)
    rank = {c: i for i, c in enumerate(classes)}
    counts = _counts(votes, rank)
    total = sum(counts)
    soft = [n / total for n in counts] if total else None
    if kind == "situation":
        if situation is not None and situation not in rank:
            raise _unknown(situation, rank)
        return Decision(situation, soft)
    if not total:
        return Decision(None, None)
    best = max(counts)
    winners = [i for i, n in enumerate(counts) if n == best]
    if kind == "intensity_sum":
        winners = _strongest(votes, rank, counts)
    if len(winners) > 1:
        return Decision(None, soft, tuple(classes[i] for i in winners))
    decided = bool(winners) and counts[winners[0]] >= least
    return Decision(classes[winners[0]] if decided else None, soft)


def _counts(votes: Sequence[Vote], rank: dict[str, int]) -> list[int]:
    """Votes of each class."""
    counts = [0] * len(rank)
    for vote in votes:
        if vote.label is None:
            continue
        if vote.label not in rank:
            raise _unknown(vote.label, rank)
        counts[rank[vote.label]] += 1
    return counts


def _strongest(votes: Sequence[Vote], rank: dict[str, int], counts: list[int]) -> list[int]:
    """Classes with the largest sum of intensities, of those the ones with most votes.

    Empty if nobody gave an intensity. One that is missing among others adds nothing.
    """
    given: dict[int, list[float]] = {}
    asked = False
    for rater, label, intensity in votes:
        if label is None:
            continue
        found = given.setdefault(rank[label], [])
        if intensity is None:
            continue
        if not 0 <= intensity < math.inf:
            raise MalsoriError(
                f"rater {rater!r} gave {label!r} the intensity {intensity}",
                hint="an intensity is a number from 0 on",
            )
        asked = True
        found.append(intensity)
    if not asked:
        return []
    sums = {i: round(math.fsum(values), _DIGITS) for i, values in given.items()}
    most = max(sums.values())
    first = [i for i, total in sums.items() if total == most]
    votes_of_first = max(counts[i] for i in first)
    return sorted(i for i in first if counts[i] == votes_of_first)


def _unknown(label: str, rank: dict[str, int]) -> UnknownLabel:
    return UnknownLabel(f"{label!r} is no class", hint=nearest(label, list(rank)))
