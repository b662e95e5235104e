"""Something seen that matters: what every check of malsori reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

Severity = Literal["note", "warning", "serious"]

SEVERITIES: Final[tuple[Severity, ...]] = ("note", "warning", "serious")
"""From the least to the most: worth knowing; look at it before training; do not train on it."""


@dataclass(frozen=True)
class Prescription:
    """What to do about a finding.

    Attributes:
        action: in a sentence.
        settings: entries of a recipe that do it, as for ``--set``; may be empty.
        command: a command that does it, or None.

    Example:
        >>> Prescription("group by call", command="malsori corpus split … --by call").settings
        {}
    """

    action: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    command: str | None = None

    def data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {"action": self.action, "settings": dict(self.settings), "command": self.command}


@dataclass(frozen=True)
class Finding:
    """Something seen that matters.

    Attributes:
        check: id of the check, such as ``bandwidth``.
        severity: ``note``, ``warning`` or ``serious``.
        subject: what it is about: a task, a modality, a column, a file.
        message: what was seen, in a sentence with its numbers and their denominators.
        numbers: the same numbers by name.
        cause: what it most likely comes from, or None.
        prescription: what to do, or None.
        examples: ids of a few rows that show it.

    Example:
        >>> finding = Finding("bandwidth", "warning", "speech", "nothing above 4 kHz in 10 of 10",
        ...                   numbers={"rows": 10})
        >>> finding.data()["severity"]
        'warning'
    """

    check: str
    severity: Severity
    subject: str
    message: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    cause: str | None = None
    prescription: Prescription | None = None
    examples: tuple[str, ...] = ()

    def data(self) -> dict[str, Any]:
        """As JSON can hold it."""
        done = None if self.prescription is None else self.prescription.data()
        return {
            "check": self.check,
            "severity": self.severity,
            "subject": self.subject,
            "message": self.message,
            "numbers": dict(self.numbers),
            "cause": self.cause,
            "prescription": done,
            "examples": list(self.examples),
        }


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first; among equals in the order in which they came.

    Example:
        >>> found = [Finding("a", "note", "x", "…"), Finding("b", "serious", "x", "…")]
        >>> [f.check for f in sort_findings(found)]
        ['b', 'a']
    """
    return sorted(findings, key=lambda finding: -SEVERITIES.index(finding.severity))
