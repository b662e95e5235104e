"""Texts that say nothing: empty ones, or one and the same everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import of_all
from malsori.corpus.grouping import TEXT, values_of
from malsori.findings import Finding, Prescription

_FEWEST: Final = 20
_HALF: Final = 0.5
_MANY: Final = 0.05


class Text(Check):
    """A text without a letter is none, and one that everybody has says nothing.

    Example:
        >>> Text().id
        'text'
    """

    def missing(self, case: Case) -> str | None:
        """There must be transcripts."""
        return "no row has a transcript" if case.rows["text"].null_count() == case.count else None

    def examine(self, case: Case) -> Iterator[Finding]:
        """Compares texts in the form of their letters and digits."""
        given = case.rows["text"].is_not_null()
        words = values_of(case.rows, TEXT)
        total = int(given.sum())
        empty = given & words.is_null()
        if count := int(empty.sum()):
            yield Finding(
                "text",
                "warning" if count >= _MANY * total else "note",
                "text",
                f"{of_all(count, total, 'transcript')} without a letter or digit",
                numbers={"rows": count, "of": total},
                cause="noises written as symbols, or nothing was understood",
                prescription=Prescription("they count as absent text; see that this is meant"),
                examples=case.ids(empty.to_numpy()),
            )
        top = words.drop_nulls().value_counts().sort("count", words.name, descending=True)
        if total >= _FEWEST and top.height and (most := int(top["count"][0])) > _HALF * total:
            yield Finding(
                "text",
                "serious" if most > 1.8 * _HALF * total else "warning",
                "text",
                f"{of_all(most, total, 'transcript')} have the same text "
                f"({str(top[words.name][0])[:24]!r})",
                numbers={"rows": most, "of": total, "texts": top.height},
                cause="a placeholder, a read sentence, or a column that is no transcript",
                prescription=Prescription("leave text out of the recipe's encoders, or mend it"),
                examples=case.ids((words == top[words.name][0]).fill_null(False).to_numpy()),
            )
