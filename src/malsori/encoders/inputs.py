"""What features do not tell: texts that were cut, and audio that lacks what a model hears."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from malsori.corpus.audit.case import Case, Tokens
from malsori.corpus.audit.checks import CHECKS
from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.findings import Finding
from malsori.notes import Note
from malsori.registry import ComponentConfig

OF_INPUTS: Final = ("cut", "bandwidth")
"""The checks of a corpus that are asked again once it is known which model reads it."""


def look_at_inputs(corpus: Corpus, encoder: Encoder, rows: pl.DataFrame) -> list[Finding]:
    """Findings about the signals that an encoder is given."""
    case = Case(
        Corpus(corpus.path, corpus.spec, rows, corpus.quarantine),
        tokens=_tokens(encoder),
        sounds=corpus.sounds,
        rate=encoder.rate,
    )
    if encoder.signal == "text":
        check = CHECKS.build(ComponentConfig(kind="cut"))
    elif encoder.signal == "audio" and encoder.rate is not None:
        check = CHECKS.build(ComponentConfig(kind="bandwidth"))
    else:
        return []
    return [] if check.missing(case) else list(check.examine(case))


def _tokens(encoder: Any) -> Tokens:
    """How an encoder counts; only those that cut texts have a limit."""
    limit = getattr(encoder, "token_limit", None)
    if limit is None:
        return Tokens()
    return Tokens(encoder.token_length, limit, Note("audit.unit.tokens"))
