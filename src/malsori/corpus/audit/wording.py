"""Findings as a terminal shows them: the most severe first, each with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from malsori.console import wrapped
from malsori.corpus.audit.running import Audit
from malsori.corpus.counting import counted
from malsori.findings import Finding

_INDENT: Final = "  "
_COLUMNS: Final = 88


def spoken(audit: Audit) -> str:
    """Every finding, then which checks were quiet and which could not look.

    Example:
        >>> from pathlib import Path
        >>> import polars as pl
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.audit import audit
        >>> from malsori.corpus.columns import complete
        >>> rows = pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]})
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> toy = Corpus(Path("toy"), spec, complete(rows), pl.DataFrame())
        >>> print(spoken(audit(toy, checks=["modalities", "text"])))
        toy: 1 warning
        <BLANKLINE>
        warning · text (modalities)
          1 of 2 rows (50 %) without text
          Cause: nothing was said or understood, or the transcript was not delivered.
          Do: training masks what is absent; report scores with and without it.
          Rows: b
        <BLANKLINE>
        In order: text.
    """
    blocks = [headline(audit), *map(_block, audit.findings), _rest(audit)]
    return "\n\n".join(block for block in blocks if block)


def headline(audit: Audit) -> str:
    """The corpus and how many findings of each severity it has.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.audit import audit
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> found = audit(Corpus(Path("toy"), spec, rows, rows))
        >>> headline(found)
        'toy: 1 warning'
    """
    return f"{audit.case.corpus.name}: {', '.join(numbered(audit)) or 'nothing found'}"


def numbered(audit: Audit) -> list[str]:
    """How many findings of each severity there are, in words; those of which there is any.

    Example:
        >>> import polars as pl
        >>> from pathlib import Path
        >>> from malsori.corpus import Corpus, CorpusSpec
        >>> from malsori.corpus.audit import audit
        >>> from malsori.corpus.columns import complete
        >>> rows = complete(pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]}))
        >>> spec = CorpusSpec(name="toy", adapter="table", tasks=())
        >>> found = audit(Corpus(Path("toy"), spec, rows, rows))
        >>> numbered(found)
        ['1 warning']
    """
    nouns = {"serious": "serious finding"}
    found = audit.counts().items()
    return [counted(n, nouns.get(severity, severity)) for severity, n in found if n]


def _block(finding: Finding) -> str:
    severity = finding.severity.upper() if finding.severity == "serious" else finding.severity
    lines = [f"{severity} · {finding.subject} ({finding.check})"]
    lines += [_paragraph(text) for text in _sentences(finding)]
    if finding.prescription and finding.prescription.command:
        lines.append(f"{_INDENT}    {finding.prescription.command}")
    if finding.examples:
        lines.append(_paragraph(f"Rows: {', '.join(finding.examples)}"))
    return "\n".join(lines)


def _sentences(finding: Finding) -> Iterator[str]:
    yield finding.message
    if finding.cause:
        yield f"Cause: {finding.cause}."
    if finding.prescription:
        yield f"Do: {finding.prescription.action}."


def _paragraph(text: str) -> str:
    # The first line is as far in as the others, but `wrapped` would take spaces away.
    return _INDENT + wrapped("_" * len(_INDENT) + text, _COLUMNS, _INDENT)[len(_INDENT) :]


def _rest(audit: Audit) -> str:
    lines = [f"In order: {', '.join(audit.quiet)}."] if audit.quiet else []
    reasons: dict[str, list[str]] = {}
    for name, why in audit.skipped.items():
        reasons.setdefault(why, []).append(name)
    lines += [f"Not looked at: {', '.join(names)}, since {why}." for why, names in reasons.items()]
    return "\n".join(wrapped(line, _COLUMNS, _INDENT) for line in lines)
