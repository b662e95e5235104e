"""Modalities: what share of rows lacks sound or text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import of_all
from malsori.corpus.columns import FEATURES
from malsori.findings import Finding, Prescription

_MANY: Final = 0.2
_NO_TEXT: Final = "nothing was said or understood, or the transcript was not delivered"
_NO_AUDIO: Final = "a partial download, or files that could not be read (see the quarantine)"


class Modalities(Check):
    """Rows that lack a modality which others have.

    Example:
        >>> Modalities().id
        'modalities'
    """

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts rows without audio, text or vectors where any row has them."""
        columns = [c for c in case.corpus.utterances.columns if c.startswith(FEATURES)]
        causes = {"audio": _NO_AUDIO, "text": _NO_TEXT}
        for column in ["audio", "text", *columns]:
            absent = case.rows[column].is_null()
            count = int(absent.sum())
            if not 0 < count < case.count:
                continue
            what = column.removeprefix(FEATURES)
            yield Finding(
                "modalities",
                "warning" if count >= _MANY * case.count else "note",
                {"audio": "speech"}.get(what, what),
                f"{of_all(count, case.count)} without {what}",
                numbers={"rows": count, "of": case.count},
                cause=causes.get(column, "vectors were not delivered for them"),
                prescription=Prescription(
                    "training masks what is absent; report scores with and without it"
                ),
                examples=case.ids(absent.to_numpy()),
            )
