"""What the audit of a run's corpus and split found, as a page may say it: it quotes nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from malsori.corpus.audit.keeping import audited
from malsori.findings import SEVERITIES, Finding, Severity
from malsori.notes import Note

_QUOTES: Final = ("contradictions", "empty_cells", "leaks", "text")
"""Checks whose sentences name texts, ids or places."""


@dataclass(frozen=True)
class Found:
    """One finding."""

    check: str
    severity: Severity
    subject: str
    message: Note | None  # what was seen; None where that would quote somebody


@dataclass(frozen=True)
class AuditFacts:
    """What was found, the most severe first."""

    looked: bool  # whether the corpus is still there as the run saw it
    findings: tuple[Found, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Severity → findings, the most severe first."""
        return {
            severity: sum(found.severity == severity for found in self.findings)
            for severity in reversed(SEVERITIES)
        }


def audit_of(corpus: Path, split: str, digest: str) -> AuditFacts:
    """The audit of a corpus with a split, if it lies where it is said to and is the one meant."""
    found = audited(corpus, split, digest)
    if found is None:
        return AuditFacts(looked=False)
    return AuditFacts(looked=True, findings=tuple(map(_told, found)))


def allowed_in(state: Mapping[str, Any]) -> tuple[Found, ...]:
    """Serious findings in the features of a run that went on all the same."""
    return tuple(_told(Finding.of(data)) for data in state.get("allowed") or ())


def _told(finding: Finding) -> Found:
    message = None if finding.check in _QUOTES else finding.message
    return Found(finding.check, finding.severity, finding.subject, message)
