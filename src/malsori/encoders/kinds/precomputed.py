"""Vectors that the corpus brings along, from whatever made them."""

from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from malsori.encoders.base import Encoder, Features
from malsori.encoders.standardise import Standardise
from malsori.errors import MalsoriError
from malsori.schema import SignalKind


class Precomputed(Encoder):
    """One vector, or one for each of T steps, standardised by the training utterances.

    Example:
        >>> Precomputed().prepare(np.ones(100)).shape
        (1, 100)
    """

    signal: ClassVar[SignalKind] = "features"
    cacheable: bool = False  # the corpus has them already

    def prepare(self, signal: npt.ArrayLike) -> Features:
        """Features `[T, D]` of a vector `[D]` or a sequence `[T, D]`.

        Raises:
            MalsoriError: if there are no vectors, more than two dimensions, or values that are
                not finite numbers.
        """
        values = np.atleast_2d(np.asarray(signal, np.float32))
        if values.ndim != 2 or 0 in values.shape:
            raise MalsoriError(
                f"features of shape {np.shape(signal)} are no vector [D] or sequence [T, D].",
                hint="leave the reference empty where there are no features",
            )
        odd = np.argwhere(~np.isfinite(values))
        if len(odd):
            step, column = odd[0].tolist()
            raise MalsoriError(
                f"features hold {values[step, column]} at step {step}, column {column}"
                f" ({len(odd)} such values).",
                hint="mend them where they are made, or leave the reference empty",
            )
        return np.ascontiguousarray(values)

    def fingerprint(self) -> dict[str, Any]:
        """Version 1."""
        return {"kind": "precomputed", "version": 1}

    def module(self, features: int) -> Standardise:
        """Standardised by the training utterances."""
        return Standardise(features)
