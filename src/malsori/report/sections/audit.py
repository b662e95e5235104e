"""What the audit found of the subject's corpus and split: a line, and what is worth a look."""

from __future__ import annotations

from malsori.findings import SEVERITIES
from malsori.report.facts import Facts
from malsori.report.facts.audit import Found
from malsori.report.page import Block, Heading, Sentences
from malsori.report.sections import marks
from malsori.words import Text, Words


def line(facts: Facts, words: Words) -> Text:
    """How much was found, or that nobody could look."""
    audit, data = facts.audit, facts.subject.data
    if not audit.looked:
        return words.text("audited.not", corpus=data.name)
    said: list[Text] = [
        words.text(f"audited.{severity}", n=marks.count(n, "findings", severity=severity), of=n)
        for severity, n in audit.counts.items()
        if n
    ]
    names = words.listed(["".join(map(str, text)) for text in said]) or words("audited.nothing")
    return words.text("audited.line", corpus=data.name, split=data.split.name, found=names)


def blocks(facts: Facts, words: Words) -> list[Block]:
    """The line, and what is serious or a warning; notes are in the audit itself."""
    told = [found for found in facts.audit.findings if found.severity != SEVERITIES[0]]
    shown: list[Block] = [Heading(words("audited.title")), Sentences((line(facts, words),))]
    if told:
        shown.append(Sentences(tuple(_said(found, words) for found in told), "points"))
    if facts.audit.findings:
        hint = words.text("audited.hint", split=facts.subject.data.split.name)
        shown.append(Sentences((hint,), "quiet"))
    return shown


def allowed(facts: Facts, words: Words) -> tuple[Text, ...]:
    """What training went on with although it is serious."""
    return tuple(
        (*words.text("audited.allowed", check=found.check), *_said(found, words))
        for found in facts.subject.allowed
    )


def serious(facts: Facts, words: Words) -> tuple[Text, ...]:
    """What is serious, to be read with the answer."""
    return tuple(
        (
            *words.text("audited.serious_first", subject=_subject(found, words), check=found.check),
            words.say(found.message),
        )
        for found in facts.audit.serious
    )


def _said(found: Found, words: Words) -> Text:
    head = words.text(
        "audited.one",
        severity=words(f"finding.severity.{found.severity}"),
        subject=_subject(found, words),
        check=found.check,
    )
    return (*head, ": ", words.say(found.message))


def _subject(found: Found, words: Words) -> str:
    return words.named("finding.subject", found.subject)
