"""Checks of vectors: one file each, found by its name."""

from __future__ import annotations

from typing import Final

from malsori.checks import Check
from malsori.findings import Finding
from malsori.registry import ComponentConfig, Registry
from malsori.vectors.summary import VectorSummary

CHECKS: Final[Registry[Check[VectorSummary]]] = Registry("malsori.vectors.checks")
"""Checks by id."""


def examine(summary: VectorSummary) -> list[Finding]:
    """What every check finds in the vectors that were added so far.

    Example:
        >>> import numpy as np
        >>> summary = VectorSummary("speech", network=True)
        >>> for i in range(10):
        ...     summary.add(f"call-{i}", np.ones((3, 4), np.float32))
        >>> [finding.check for finding in examine(summary)]
        ['constant']
    """
    checks = [CHECKS.build(ComponentConfig(kind=kind)) for kind in CHECKS.kinds()]
    return [finding for check in checks for finding in check.examine(summary)]


__all__ = ["CHECKS", "examine"]
