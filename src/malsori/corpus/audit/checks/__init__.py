"""Checks of a corpus: one file each, found by its name."""

from typing import Final

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.registry import Registry

CHECKS: Final[Registry[Check[Case]]] = Registry("malsori.corpus.audit.checks")
"""Checks of rows by id; `malsori.vectors.CHECKS` are those of the vectors that come with them."""

QUICK: Final = ("classes", "duplicate", "groups", "sample_rate")
"""Those that only count in tables and quote nobody: `malsori corpus show` asks these, and a run
keeps what they said. Named here, so that the others need not be loaded to know it."""

__all__ = ["CHECKS", "QUICK"]
