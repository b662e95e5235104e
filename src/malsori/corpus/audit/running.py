"""Audits a corpus: every check, most severe findings first, and what could not be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from malsori.console import Table
from malsori.corpus.audit.case import MEASURES, Case, Tokens
from malsori.corpus.audit.checks import CHECKS
from malsori.corpus.audit.overview import overview
from malsori.corpus.corpus import Corpus
from malsori.findings import SEVERITIES, Finding, sort_findings
from malsori.notes import Note
from malsori.registry import ComponentConfig
from malsori.vectors import CHECKS as OF_VECTORS
from malsori.words import Words


@dataclass(frozen=True)
class Audit:
    """What was found in a corpus."""

    case: Case  # what was looked at
    findings: tuple[Finding, ...]  # the most severe first
    quiet: tuple[str, ...]  # ids of checks that found nothing
    skipped: dict[str, Note]  # id of each check that could not look → why

    @property
    def serious(self) -> int:
        """How many findings are serious."""
        return self.counts()["serious"]

    def counts(self) -> dict[str, int]:
        """Severity → findings, the most severe first."""
        return {
            severity: sum(f.severity == severity for f in self.findings)
            for severity in reversed(SEVERITIES)
        }

    def tables(self, words: Words) -> tuple[Table, ...]:
        """What a careful person looks at before training."""
        return overview(self.case, words)

    def data(self, words: Words) -> dict[str, Any]:
        """All of it for JSON, with its sentences in a language."""
        return {
            "corpus": self.case.corpus.name,
            "rows": self.case.count,
            "measured": self.case.measured,
            "split": self.case.split,
            "counts": self.counts(),
            "findings": [finding.data(words.say) for finding in self.findings],
            "quiet": list(self.quiet),
            "skipped": {name: words.say(why) for name, why in self.skipped.items()},
            "tables": {table.title: table.records() for table in self.tables(words)},
        }


def audit(
    corpus: Corpus,
    *,
    split: str | None = None,
    tokens: Tokens | None = None,
    sounds: pl.DataFrame | None = None,
    checks: Sequence[str] | None = None,
) -> Audit:
    """Looks at a corpus as a careful person does before training. No audio is opened.

    Args:
        corpus: the corpus.
        split: name of a saved split, whose parts are compared.
        tokens: how transcripts are counted, and where they are cut off; default: characters.
        sounds: measures of the recordings, columns ``id`` and ``MEASURES``; None takes those
            of the import, if it made any.
        checks: ids of checks, of rows or of the vectors that come with them; None for all.

    Raises:
        MalsoriError: there is no such split or check.

    Example:
        >>> from pathlib import Path
        >>> from malsori.corpus import CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]})
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> toy = Corpus(Path("toy"), spec, complete(rows), pl.DataFrame())
        >>> [Words("en").say(f.message) for f in audit(toy, checks=["modalities"]).findings]
        ['1 of 2 rows (50 %) without text']
    """
    known = corpus.sounds if sounds is None else sounds
    measured = known if set(MEASURES) <= set(known.columns) else None
    case = Case(corpus, split, tokens or Tokens(), measured)
    if split is not None:
        corpus.split(split)  # refuses an unknown one before any work
    findings: list[Finding] = []
    quiet, skipped = [], {}
    for name in sorted({*CHECKS.kinds(), *OF_VECTORS.kinds()}) if checks is None else checks:
        seen = _examine(name, case)
        if isinstance(seen, Note):
            skipped[name] = seen
        elif seen:
            findings += seen
        else:
            quiet.append(name)
    return Audit(case, tuple(sort_findings(findings)), tuple(quiet), skipped)


def _examine(name: str, case: Case) -> list[Finding] | Note:
    """What a check finds in the rows and in the vectors, or why it can look at neither."""
    config, findings, reasons, looked = ComponentConfig(kind=name), list[Finding](), [], False
    if name in OF_VECTORS.kinds():
        for summary in case.vectors.values():
            findings += OF_VECTORS.build(config).examine(summary)
            looked = True
        reasons.append(Note("audit.skip.no_vectors"))
    if name in CHECKS.kinds() or not reasons:
        check = CHECKS.build(config)
        why = check.missing(case)
        reasons += [] if why is None else [why]
        if why is None:
            findings += check.examine(case)
            looked = True
    return findings if looked else reasons[-1]
