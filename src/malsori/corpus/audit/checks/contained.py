"""Held-out texts that stand whole in longer training texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.corpus.grouping import TEXT, values_of
from malsori.corpus.near.contained import find_contained
from malsori.findings import MANY, Finding, found
from malsori.notes import Note
from malsori.schema import SPLITS

_FEWEST: Final = 5  # rows
_EXAMPLES: Final = 3


class Contained(Check[Case]):
    """Training calls that hold the sentences of the test: no text occurs twice, and all is known.

    Texts that training has whole too count as equal ones, which the check `leaks` tells.
    """

    def missing(self, case: Case) -> Note | None:
        """A split must be named, and there must be transcripts."""
        return case.no_texts or (None if case.split else Note("audit.skip.no_split"))

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks in the training texts for those of each other part."""
        texts = values_of(case.rows, TEXT)
        rows = pl.DataFrame({"id": case.rows["id"], "text": texts, "part": case.parts})
        rows = rows.drop_nulls("text").sort("id")
        train = rows.filter(pl.col("part") == SPLITS[0]).unique("text", maintain_order=True)
        held = rows.filter(pl.col("part").is_in(SPLITS[1:]))
        # What is said whole on both sides is known anyway, or a phrase that anybody says.
        new = held.join(train, on="text", how="anti").unique("text", maintain_order=True)
        where = find_contained(new["text"].to_list(), train["text"].to_list())
        known = new[list(where)].select("text", holder=train["id"].gather(list(where.values())))
        held = held.join(known, on="text", how="left", maintain_order="left")
        for part in SPLITS[1:]:
            yield from _finding(case, part, held.filter(pl.col("part") == part))


def _finding(case: Case, part: str, rows: pl.DataFrame) -> Iterator[Finding]:
    inside = rows.drop_nulls("holder")
    if inside.height < max(_FEWEST, MANY * rows.height):
        return
    pairs = inside.unique("text", maintain_order=True).head(_EXAMPLES)
    yield found(
        "audit.contained",
        "warning",
        case.split or "",
        numbers={"part": part, "rows": inside.height, "of": rows.height,
                 "texts": inside["text"].n_unique()},
        message=Note(
            "audit.contained.seen",
            {
                "split": case.split,
                "part": Note(f"audit.part.{part}"),
                "transcripts": of_all(inside.height, rows.height, "transcript"),
                "rows": inside.height,
            },
        ),
        otherwise=True,
        examples=tuple(i for pair in pairs.select("id", "holder").rows() for i in pair),
    )  # fmt: skip
