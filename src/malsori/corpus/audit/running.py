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
from malsori.registry import ComponentConfig


@dataclass(frozen=True)
class Audit:
    """What was found in a corpus.

    Attributes:
        case: what was looked at.
        findings: the most severe first.
        quiet: ids of checks that found nothing.
        skipped: id of each check that could not look → why.
        tables: what a careful person looks at before training.
    """

    case: Case
    findings: tuple[Finding, ...]
    quiet: tuple[str, ...]
    skipped: dict[str, str]
    tables: tuple[Table, ...]

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

    def data(self) -> dict[str, Any]:
        """All of it for JSON."""
        return {
            "corpus": self.case.corpus.name,
            "rows": self.case.count,
            "heard": self.case.heard,
            "split": self.case.split,
            "counts": self.counts(),
            "findings": [finding.data() for finding in self.findings],
            "quiet": list(self.quiet),
            "skipped": self.skipped,
            "tables": {table.title: table.records() for table in self.tables},
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
        checks: ids of checks; None for all.

    Raises:
        MalsoriError: there is no such split or check.

    Example:
        >>> from pathlib import Path
        >>> from malsori.corpus import CorpusSpec
        >>> from malsori.corpus.columns import complete
        >>> rows = pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]})
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> toy = Corpus(Path("toy"), spec, complete(rows), pl.DataFrame())
        >>> [finding.message for finding in audit(toy).findings]
        ['1 of 2 rows (50 %) without text']
    """
    known = corpus.sounds if sounds is None else sounds
    measured = known if set(MEASURES) <= set(known.columns) else None
    case = Case(corpus, split, tokens or Tokens(), measured)
    if split is not None:
        corpus.split(split)  # refuses an unknown one before any work
    findings: list[Finding] = []
    quiet, skipped = [], {}
    for name in CHECKS.kinds() if checks is None else checks:
        check = CHECKS.build(ComponentConfig(kind=name))
        if why := check.missing(case):
            skipped[name] = why
            continue
        found = list(check.examine(case))
        findings += found
        quiet += [] if found else [name]
    return Audit(case, tuple(sort_findings(findings)), tuple(quiet), skipped, overview(case))
