"""What the audit of a run's corpus and split found, as a page may say it: it quotes nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from malsori.corpus.audit.keeping import audited
from malsori.findings import SEVERITIES, Finding, Severity
from malsori.notes import Note
from malsori.report.facts.privacy import Quotes


@dataclass(frozen=True)
class Found:
    """One finding."""

    check: str
    severity: Severity
    subject: str
    message: Note  # what was seen


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

    @property
    def serious(self) -> tuple[Found, ...]:
        """What nobody should train on."""
        return tuple(found for found in self.findings if found.severity == SEVERITIES[-1])


def audit_of(corpus: Path, split: str, digest: str, quotes: Quotes) -> AuditFacts:
    """The audit of a corpus with a split, if it lies where it is said to and is the one meant."""
    found = audited(corpus, split, digest)
    if found is None:
        return AuditFacts(looked=False)
    return AuditFacts(looked=True, findings=tuple(_told(finding, quotes) for finding in found))


def allowed_in(state: Mapping[str, Any], quotes: Quotes) -> tuple[Found, ...]:
    """Serious findings in the features of a run that went on all the same."""
    return tuple(_told(Finding.of(data), quotes) for data in state.get("allowed") or ())


def _told(finding: Finding, quotes: Quotes) -> Found:
    message = quotes.shown(finding.message)
    return Found(finding.check, finding.severity, finding.subject, message)
