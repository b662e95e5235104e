"""What is asked of features and of what an encoder is given: the ids that a person may allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from malsori.encoders.inputs import OF_INPUTS
from malsori.errors import MalsoriError
from malsori.schema import nearest
from malsori.vectors import CHECKS as OF_VECTORS

CHECKS: Final = (*OF_VECTORS.kinds(), *OF_INPUTS)
"""What is looked for; a serious one of these ends `malsori embed` and `malsori train`."""


def check_allowed(allow: Sequence[str]) -> None:
    """Refuses names that are no check.

    Raises:
        MalsoriError: With the nearest name.

    Example:
        >>> check_allowed(["constant"])
    """
    for name in allow:
        if name not in CHECKS:
            raise MalsoriError(
                f"--allow {name}: there is no such check; there are {', '.join(CHECKS)}",
                hint=nearest(name, CHECKS),
            )
