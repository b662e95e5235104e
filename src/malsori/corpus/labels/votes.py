"""What raters said, as votes and as a column of a corpus, and what a rule makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import polars as pl

from malsori.corpus.columns import RATING


class Vote(NamedTuple):
    """One rater's answer: a class (None: no answer), and how strong it is if that was asked."""

    rater: str
    label: str | None
    intensity: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a rule says of one utterance."""

    label: str | None  # the class, or None where the rule does not decide
    # Share of the votes of each class in class order, or None without a vote
    soft: list[float] | None
    # The tied winners in class order where there are several, else ()
    compound: tuple[str, ...] = ()


def other_than(compound: Sequence[str] | None, neutral: str) -> str | None:
    """The other class of a compound label of exactly two, one of them ``neutral``; else None.

    Example:
        >>> other_than(["neutral", "happy"], "neutral")
        'happy'
        >>> other_than(["sad", "happy"], "neutral") is None
        True
    """
    members = list(dict.fromkeys(compound or ()))
    if len(members) != 2 or neutral not in members:
        return None
    return next(c for c in members if c != neutral)


def rater_column(votes: Sequence[Sequence[Vote] | None], name: str = "raters") -> pl.Series:
    """The votes of each utterance as a column of lists of ``RATING``; no vote is null.

    Example:
        >>> column = rater_column([[Vote("1", "sad", 2)], None])
        >>> column.to_list()
        [[{'rater': '1', 'label': 'sad', 'intensity': 2.0}], None]
    """
    flat = [vote for row in votes for vote in row or ()]
    ratings = pl.DataFrame(
        {
            "rater": pl.Series([v.rater for v in flat], dtype=pl.String),
            "label": pl.Series([v.label for v in flat], dtype=pl.String),
            "intensity": pl.Series([v.intensity for v in flat], dtype=pl.Float64, strict=False),
            "row": pl.Series(
                [i for i, row in enumerate(votes) for _ in row or ()], dtype=pl.UInt32
            ),
        }
    ).select("row", pl.struct("rater", "label", "intensity").cast(RATING).alias("votes"))
    rows = pl.DataFrame({"row": pl.Series(range(len(votes)), dtype=pl.UInt32)})
    gathered = ratings.group_by("row", maintain_order=True).agg("votes")
    joined = rows.join(gathered, on="row", how="left", maintain_order="left")
    return joined["votes"].cast(pl.List(RATING)).alias(name)


def votes_of(column: pl.Series) -> list[list[Vote]]:
    """The votes of each utterance from such a column; null is no vote."""
    lengths = column.list.len().fill_null(0)
    fields = column.filter(lengths > 0).explode().struct.unnest()
    votes = list(map(Vote, *(fields[c].to_list() for c in ("rater", "label", "intensity"))))
    ends = [0]
    for length in lengths.to_list():
        ends.append(ends[-1] + length)
    return [votes[a:b] for a, b in pairwise(ends)]
