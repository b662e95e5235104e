"""Something seen that matters: what every check of malsori reports, in no language yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from malsori.notes import Note

Severity = Literal["note", "warning", "serious"]

SEVERITIES: Final[tuple[Severity, ...]] = ("note", "warning", "serious")
"""From the least to the most: worth knowing; look at it before training; do not train on it."""

Stage = Literal["corpus", "embeddings", "optimisation", "tasks", "evaluation"]
"""Where in a project a fault belongs; earlier ones explain later ones."""

Say = Callable[[Note], Any]
"""What becomes of a note: its sentence, or its data."""

MANY: Final = 0.05
"""Of the rows. A convention, the same for every check: fewer hardly move a score, whose interval
on some hundred test rows is about as wide."""


@dataclass(frozen=True)
class Prescription:
    """What to do about a finding.

    Attributes:
        action: to be said after "do".
        settings: entries of a recipe that do it, as for ``--set``; may be empty.
        command: a command that does it, or None.
    """

    action: Note
    settings: Mapping[str, Any] = field(default_factory=dict)
    command: str | None = None

    def data(self, say: Say = Note.data) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "action": say(self.action),
            "settings": dict(self.settings),
            "command": self.command,
        }


@dataclass(frozen=True)
class Finding:
    """Something seen that matters.

    Attributes:
        check: id of the check, such as ``bandwidth``.
        severity: ``note``, ``warning`` or ``serious``.
        subject: what it is about: a task, a modality (``speech+text`` are two), a split, a run.
        message: what was seen: a key, and its numbers with their denominators.
        stage: where in a project the fault belongs.
        numbers: what was measured, by name.
        cause: what it most likely comes from, or None.
        otherwise: what else it could be.
        sure: the probability that it is no chance, 0 … 1; None where nothing was tested.
        prescription: what to do, or None.
        expected: what should move if that is done, and by how much; or None.
        figure: name of a figure that shows it, or None.
        examples: ids of a few rows that show it.
    """

    check: str
    severity: Severity
    subject: str
    message: Note
    stage: Stage = "corpus"
    numbers: Mapping[str, Any] = field(default_factory=dict)
    cause: Note | None = None
    otherwise: tuple[Note, ...] = ()
    sure: float | None = None
    prescription: Prescription | None = None
    expected: Note | None = None
    figure: str | None = None
    examples: tuple[str, ...] = ()

    def data(self, say: Say = Note.data) -> dict[str, Any]:
        """As JSON can hold it.

        Args:
            say: `Words.say` for sentences in its language; without, they stay keys with fields,
                from which `of` makes the finding again.
        """
        return {
            "check": self.check,
            "stage": self.stage,
            "severity": self.severity,
            "subject": self.subject,
            "key": self.message.key,
            "message": say(self.message),
            "numbers": dict(self.numbers),
            "cause": None if self.cause is None else say(self.cause),
            "otherwise": [say(note) for note in self.otherwise],
            "sure": self.sure,
            "prescription": None if self.prescription is None else self.prescription.data(say),
            "expected": None if self.expected is None else say(self.expected),
            "figure": self.figure,
            "examples": list(self.examples),
        }

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Finding:
        """The finding that `data` gave.

        Raises:
            KeyError, TypeError: it is no finding's data.

        Example:
            >>> one = found("audit.labels.missing", "note", "mood", numbers={"rows": 3})
            >>> Finding.of(one.data()) == one
            True
        """
        done = data["prescription"]
        notes = {name: data[name] and Note.of(data[name]) for name in ("cause", "expected")}
        return cls(
            **{name: data[name] for name in data if name != "key"}
            | notes
            | {
                "message": Note.of(data["message"]),
                "otherwise": tuple(map(Note.of, data["otherwise"])),
                "prescription": done and Prescription(**done | {"action": Note.of(done["action"])}),
                "examples": tuple(data["examples"]),
            }
        )


def found(
    key: str,
    severity: Severity,
    subject: str,
    *,
    numbers: Mapping[str, Any],
    stage: Stage = "corpus",
    message: Note | None = None,
    do: Note | None = None,
    cause: bool = True,
    otherwise: bool = False,
    expected: bool = False,
    settings: Mapping[str, Any] | None = None,
    command: str | None = None,
    sure: float | None = None,
    examples: tuple[str, ...] = (),
    **fields: Any,
) -> Finding:
    """A finding whose words all lie below one key of `malsori.words`.

    They are ``KEY.seen``, ``KEY.cause``, ``KEY.or`` (what else it could be), ``KEY.do`` and
    ``KEY.expect``, and are filled with the numbers and with `fields`. The key is topic, check and,
    where there are several, what was found: ``audit.bandwidth.telephone``. `message` and `do` take
    the place of words there. `cause`, `otherwise` and `expected` say whether there are such
    words; all else is a field of `Finding` or `Prescription`.

    Example:
        >>> found("audit.silence.mostly", "warning", "speech", numbers={"rows": 9}).message
        Note(key='audit.silence.mostly.seen', fields={'rows': 9})
    """
    plain = {name: n for name, n in numbers.items() if isinstance(n, (str, int, float))} | fields

    def note(name: str) -> Note:
        return Note(f"{key}.{name}", plain)

    return Finding(
        check=key.split(".")[1],
        severity=severity,
        subject=subject,
        message=note("seen") if message is None else message,
        stage=stage,
        numbers=numbers,
        cause=note("cause") if cause else None,
        otherwise=(note("or"),) if otherwise else (),
        sure=sure,
        prescription=Prescription(do or note("do"), settings or {}, command),
        expected=note("expect") if expected else None,
        examples=examples,
    )


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The most severe first; among equals in the order in which they came.

    Example:
        >>> few = found("audit.labels.missing", "note", "mood", numbers={})
        >>> all_ = found("audit.labels.one", "serious", "mood", numbers={})
        >>> [finding.severity for finding in sort_findings([few, all_])]
        ['serious', 'note']
    """
    return sorted(findings, key=lambda finding: -SEVERITIES.index(finding.severity))
