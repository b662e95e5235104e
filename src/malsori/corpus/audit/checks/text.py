"""Texts that say nothing: empty ones, or one and the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.corpus.grouping import TEXT, values_of
from malsori.findings import MANY, Finding, found
from malsori.notes import Note

_FEWEST: Final = 20
_HALF: Final = 0.5


class Text(Check[Case]):
    """A text without a letter is none, and one that everybody has says nothing."""

    def missing(self, case: Case) -> Note | None:
        """There must be transcripts."""
        return case.no_texts

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares texts in the form of their letters and digits."""
        given = case.rows["text"].is_not_null()
        words = values_of(case.rows, TEXT)
        total = int(given.sum())
        empty = given & words.is_null()
        if count := int(empty.sum()):
            yield found(
                "audit.text.empty",
                "warning" if count >= MANY * total else "note",
                "text",
                numbers={"rows": count, "of": total},
                transcripts=of_all(count, total, "transcript"),
                otherwise=True,
                examples=case.ids(empty.to_numpy()),
            )
        top = words.drop_nulls().value_counts().sort("count", words.name, descending=True)
        if total >= _FEWEST and top.height and (most := int(top["count"][0])) > _HALF * total:
            yield found(
                "audit.text.same",
                "serious" if most > 1.8 * _HALF * total else "warning",
                "text",
                numbers={"rows": most, "of": total, "texts": top.height},
                transcripts=of_all(most, total, "transcript"),
                text=repr(str(top[words.name][0])[:24]),
                otherwise=True,
                examples=case.ids((words == top[words.name][0]).fill_null(False).to_numpy()),
            )
