"""What was seen in features is said before training, and serious faults end it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.filling import FillReport
from malsori.encoders.inputs import look_at_inputs
from malsori.encoders.watch import Watch
from malsori.errors import MalsoriError
from malsori.findings import Finding, sort_findings
from malsori.reporting import say

Seen = Callable[[Sequence[Finding], Sequence[str]], None]
"""Takes findings about the features of one modality, and the checks that may be serious."""


def tell(findings: Sequence[Finding], allow: Sequence[str] = ()) -> None:
    """Says warnings, and refuses to go on with serious findings of checks that are not allowed.

    Args:
        findings: Of one modality.
        allow: Checks whose findings are said only.

    Raises:
        MalsoriError: With what was seen, what it comes from, and what to do.

    Example:
        >>> tell([Finding("nan", "serious", "speech", "hold NaN: 3 of 9")])
        Traceback (most recent call last):
        malsori.errors.MalsoriError: encoders.speech: nan: hold NaN: 3 of 9 (...
    """
    stopping = [f for f in findings if f.severity == "serious" and f.check not in allow]
    for finding in findings:
        if finding.severity != "note" and finding not in stopping:
            say(f"{finding.severity}: encoders.{finding.subject}: {_sentence(finding)}")
    if stopping:
        first = stopping[0]
        done = first.prescription
        todo = "" if done is None else f"{done.action}; "
        names = " ".join(f"--allow {check}" for check in dict.fromkeys(f.check for f in stopping))
        raise MalsoriError(
            f"encoders.{first.subject}: " + "; ".join(_sentence(f) for f in stopping),
            hint=f"{todo}`malsori embed` and `malsori train` go on all the same with {names}",
        )


def _sentence(finding: Finding) -> str:
    """A finding in a line."""
    parts = [f"{finding.check}: {finding.message}"]
    parts += [f" (such as {', '.join(finding.examples[:3])})"] if finding.examples else []
    parts += [f"; likely: {finding.cause}"] if finding.cause else []
    return "".join(parts)


def look(corpus: Corpus, modality: str, encoder: Encoder) -> list[Finding]:
    """Findings about an encoder that stores nothing: given vectors, or audio and texts as read.

    Args:
        corpus: Whose signals.
        modality: Their name.
        encoder: Not cacheable.
    """
    rows = corpus.utterances
    findings = list(look_at_inputs(corpus, encoder, modality, rows))
    if encoder.signal == "features":
        watch = Watch(modality, network=False, given=True)
        for row in rows.select("id", f"features.{modality}").iter_rows(named=True):
            vectors: Any = corpus.signal(row, "features", modality)
            features = None if vectors is None else encoder.prepare(vectors)
            if features is not None:
                watch.see(row["id"], features)
        findings += watch.findings()
    return sort_findings(findings)


def refuse_failures(report: FillReport, modality: str) -> None:
    """Ends where signals could not be encoded.

    Raises:
        MalsoriError: Says how many, and which is the first.

    Example:
        >>> refuse_failures(FillReport(), "speech")
    """
    if report.failed:
        first = f"{report.failed[0].id}: {report.failed[0].reason}"
        raise MalsoriError(
            f"encoders.{modality}: {len(report.failed)} utterances cannot be encoded; "
            f"the first is {first}",
            hint="import the corpus again: what is broken then goes to quarantine",
        )
