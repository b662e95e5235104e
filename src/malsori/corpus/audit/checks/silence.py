"""Silence: recordings in which nothing, or hardly anything, is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all, percent
from malsori.findings import MANY, Finding, found
from malsori.notes import Note
from malsori.signals.channels import CANCELLED
from malsori.signals.quality import FLOOR

_SILENT: Final = 10.0  # dB above digital silence: steps of 16 bit without a voice
_MOSTLY: Final = 0.85  # of the frames


class Silence(Check[Case]):
    """A label of silence teaches nothing, or teaches that silence is this class."""

    def missing(self, case: Case) -> Note | None:
        """Sounds must have been measured."""
        return case.no_sounds

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts recordings without sound, and those with hardly any speech."""
        # What channels take from each other when they are averaged, the check of channels says.
        cancelled = case.numbers("mixed") <= CANCELLED
        silent = (case.numbers("peak") <= FLOOR + _SILENT) & ~cancelled
        mostly = (case.numbers("silence") > _MOSTLY) & ~silent
        # Of one channel that the import chose for all, the others of its file may have a sound.
        chosen = silent & (case.numbers("channels") > 1) & (case.corpus.channel is not None)
        kinds = {"channel": chosen, "digital": silent & ~chosen, "mostly": mostly}
        for kind, rows in kinds.items():
            count = int(rows.sum())
            many = count >= MANY * case.measured
            if not count or (kind == "mostly" and not many):
                continue
            yield found(
                f"audit.silence.{kind}",
                "serious" if kind != "mostly" and many else "warning",
                "speech",
                numbers={"rows": count, "of": case.measured},
                recordings=of_all(count, case.measured, "recording"),
                limit=percent(_MOSTLY),
                channel=case.corpus.channel,
                otherwise=True,
                examples=case.ids(rows),
            )
