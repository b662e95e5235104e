"""Silence: recordings in which nothing, or hardly anything, is said."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.corpus.audit.case import Case
from malsori.corpus.audit.checks.base import Check
from malsori.corpus.audit.saying import agree, of_all, percent
from malsori.findings import Finding, Prescription
from malsori.signals.quality import FLOOR

_SILENT: Final = 10.0  # dB above digital silence: steps of 16 bit without a voice
_MOSTLY: Final = 0.85  # of the frames
_MANY: Final = 0.05  # of the recordings


class Silence(Check):
    """A label of silence teaches nothing, or teaches that silence is this class.

    Example:
        >>> Silence().id
        'silence'
    """

    def missing(self, case: Case) -> str | None:
        """Sounds must have been measured."""
        return case.unheard

    def examine(self, case: Case) -> Iterator[Finding]:
        """Counts recordings without sound, and those with hardly any speech."""
        silent = case.numbers("peak") <= FLOOR + _SILENT
        if count := int(silent.sum()):
            yield Finding(
                "silence",
                "serious" if count >= _MANY * case.heard else "warning",
                "speech",
                f"{of_all(count, case.heard, 'recording')} {agree(count, 'holds', 'hold')} digital "
                "silence",
                numbers={"rows": count, "of": case.heard},
                cause="a muted channel, or a conversion that failed",
                prescription=Prescription("leave their audio out, so that they count as text only"),
                examples=case.ids(silent),
            )
        mostly = (case.numbers("silence") > _MOSTLY) & ~silent
        count = int(mostly.sum())
        if count and count >= _MANY * case.heard:
            yield Finding(
                "silence",
                "warning",
                "speech",
                f"{of_all(count, case.heard, 'recording')} {agree(count, 'is', 'are')} silent for "
                f"more than {percent(_MOSTLY)} of the time",
                numbers={"rows": count, "of": case.heard},
                cause="not trimmed, or start and end of another recording",
                prescription=Prescription("cut them to the speech, or check their start and end"),
                examples=case.ids(mostly),
            )
