"""Findings as a terminal shows them: the most severe first, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.console import wrapped
from malsori.corpus.audit.running import Audit
from malsori.findings import Finding
from malsori.words import Words

_INDENT: Final = "  "
_COLUMNS: Final = 88


def described(audit: Audit, words: Words) -> str:
    """Every finding, then which checks were quiet and which could not look."""
    heading = f"{audit.case.corpus.name}: {', '.join(numbered(audit, words))}"
    blocks = [heading, *(_block(finding, words) for finding in audit.findings)]
    return "\n\n".join(block for block in [*blocks, _rest(audit, words)] if block)


def numbered(audit: Audit, words: Words) -> list[str]:
    """How many findings of each severity there are, in words; those of which there is any."""
    counts = [words(f"finding.count.{name}", n=n) for name, n in audit.counts().items() if n]
    return counts or [words("finding.none")]


def subject(finding: Finding, words: Words) -> str:
    """What a finding is about: a modality in words, anything else by its name.

    Example:
        >>> from malsori.findings import found
        >>> subject(found("audit.clipping", "note", "speech+text", numbers={}), Words("ko"))
        '음성과 텍스트'
    """
    key = f"finding.subject.{finding.subject}"
    return words(key) if words.has(key) else finding.subject


def _block(finding: Finding, words: Words) -> str:
    severity = words(f"finding.severity.{finding.severity}")
    lines = [f"{severity} · {subject(finding, words)} ({finding.check})"]
    lines += [_paragraph(text) for text in _sentences(finding, words)]
    if finding.prescription and finding.prescription.command:
        lines.append(f"{_INDENT}    {finding.prescription.command}")
    if finding.expected:
        lines.append(_paragraph(words("finding.expected", said=words.say(finding.expected))))
    if finding.examples:
        lines.append(_paragraph(words("finding.rows", ids=", ".join(finding.examples))))
    return "\n".join(lines)


def _sentences(finding: Finding, words: Words) -> Iterator[str]:
    yield words.say(finding.message)
    if finding.cause:
        yield words("finding.cause", said=words.say(finding.cause))
    for note in finding.otherwise:
        yield words("finding.otherwise", said=words.say(note))
    if finding.prescription:
        yield words("finding.do", said=words.say(finding.prescription.action))


def _paragraph(text: str) -> str:
    # The first line is as far in as the others, but `wrapped` would take spaces away.
    return _INDENT + wrapped("_" * len(_INDENT) + text, _COLUMNS, _INDENT)[len(_INDENT) :]


def _rest(audit: Audit, words: Words) -> str:
    lines = [words("finding.quiet", checks=", ".join(audit.quiet))] if audit.quiet else []
    reasons: dict[str, list[str]] = {}
    for name, why in audit.skipped.items():
        reasons.setdefault(words.say(why), []).append(name)
    lines += [
        words("finding.skipped", checks=", ".join(names), why=why) for why, names in reasons.items()
    ]
    return "\n".join(wrapped(line, _COLUMNS, _INDENT) for line in lines)
