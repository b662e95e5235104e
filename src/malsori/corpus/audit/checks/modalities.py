"""Modalities: what share of rows lacks sound or text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.corpus.columns import FEATURES
from malsori.findings import Finding, found

_MANY: Final = 0.2


class Modalities(Check[Case]):
    """Rows that lack a modality which others have."""

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts rows without audio, text or vectors where any row has them."""
        columns = [c for c in case.corpus.utterances.columns if c.startswith(FEATURES)]
        for column in ["audio", "text", *columns]:
            absent = case.rows[column].is_null()
            count = int(absent.sum())
            if not 0 < count < case.count:
                continue
            what = column.removeprefix(FEATURES)
            signal = column in ("audio", "text")
            yield found(
                f"audit.modalities.{column if signal else 'vectors'}",
                "warning" if count >= _MANY * case.count else "note",
                "speech" if column == "audio" else what,
                numbers={"rows": count, "of": case.count},
                rows_of=of_all(count, case.count),
                modality=what,
                otherwise=signal,
                examples=case.ids(absent.to_numpy()),
            )
