"""What was seen in features is said before training, and serious faults end it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.filling import FillReport
from malsori.encoders.inputs import look_at_inputs
from malsori.errors import MalsoriError
from malsori.findings import Finding, sort_findings
from malsori.reporting import reporter, say
from malsori.vectors import VectorSummary, examine
from malsori.words import Words

Seen = Callable[[Sequence[Finding], Sequence[str]], None]
"""Takes findings about the features of one modality, and the checks that may be serious."""


def tell(findings: Sequence[Finding], allow: Sequence[str] = ()) -> None:
    """Says warnings, and ends with serious findings of checks that are not allowed.

    Raises:
        MalsoriError: With what was seen, what it comes from, and what to do.

    Example:
        >>> from malsori.findings import found
        >>> nan = found("features.nan.given", "serious", "speech", numbers={"signals": 3, "of": 9})
        >>> tell([nan])
        Traceback (most recent call last):
        malsori.errors.MalsoriError: encoders.speech: nan: hold nothing but NaN: the vectors of 3...
    """
    if not findings:
        return
    words = Words(reporter().lang)
    stopping = [f for f in findings if f.severity == "serious" and f.check not in allow]
    for finding in findings:
        if finding.severity != "note" and finding not in stopping:
            severity = words(f"finding.severity.{finding.severity}").lower()
            say(f"{severity}: encoders.{finding.subject}: {_sentence(finding, words)}")
    if stopping:
        first = stopping[0]
        done = first.prescription
        names = " ".join(f"--allow {check}" for check in dict.fromkeys(f.check for f in stopping))
        raise MalsoriError(
            f"encoders.{first.subject}: " + "; ".join(_sentence(f, words) for f in stopping),
            hint=words("features.go_on", todo=words.say(done.action) if done else "", allow=names),
        )


def _sentence(finding: Finding, words: Words) -> str:
    """A finding in a line."""
    parts = [f"{finding.check}: {words.say(finding.message)}"]
    if finding.examples:
        parts.append(words("features.such_as", ids=", ".join(finding.examples[:3])))
    if finding.cause:
        parts.append(words("features.likely", said=words.say(finding.cause)))
    return "".join(parts)


def look(corpus: Corpus, modality: str, encoder: Encoder) -> list[Finding]:
    """Findings about an encoder that stores nothing: given vectors, or audio and texts as read."""
    rows = corpus.utterances
    findings = look_at_inputs(corpus, encoder, rows)
    if encoder.signal == "features":
        seen = VectorSummary(modality, network=False, given=True)
        for row in rows.select("id", f"features.{modality}").iter_rows(named=True):
            vectors: Any = corpus.signal(row, "features", modality)
            features = None if vectors is None else encoder.prepare(vectors)
            if features is not None:
                seen.add(row["id"], features)
        findings += examine(seen)
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
