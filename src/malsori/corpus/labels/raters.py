"""Votes as a column of a corpus, and back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from malsori.corpus.columns import RATING
from malsori.corpus.labels.votes import Vote


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
