"""Checks of a corpus: one file each, found by its name."""

from typing import Final

from malsori.corpus.audit.checks.base import Check
from malsori.registry import Registry

CHECKS: Final[Registry[Check]] = Registry("malsori.corpus.audit.checks")
"""Checks by id."""

__all__ = ["CHECKS", "Check"]
