"""Speech as few hand-made numbers that have names: functionals, or the thirteen of a study."""

from typing import Any, ClassVar, Literal

import numpy as np

from malsori.encoders.base import Encoder, Features
from malsori.encoders.rates import at_rate
from malsori.encoders.standardise import Standardise
from malsori.errors import MalsoriError
from malsori.schema import SignalKind
from malsori.signals.acoustic import acoustic, acoustic_names
from malsori.signals.audio import Audio
from malsori.signals.handmade import HANDMADE, handmade


class Acoustic(Encoder):
    """Hand-made features of the utterance: one token, or one for each segment.

    `functionals`: 69 statistics of pitch, level, spectral shape, jitter, shimmer, harmonicity,
    rate and pauses (`malsori.signals.acoustic.acoustic_names`); segments have 39 of their own
    beside them. `study_a`: pitch mean and deviation, voiced probability, spectral centroid,
    bandwidth, contrast, flatness and roll-off, level, onset strength, zero crossings and
    1 − flatness (`malsori.signals.handmade.HANDMADE`); segments have their own thirteen only.

    Audio of a higher rate is resampled so that all of it is comparable; of a lower rate it is
    refused, as it lacks the upper part of the spectrum.

    Args:
        set: which features.
        sample_rate: Hz, at least 8000; the lowest that the corpus has.
        segment: length of a token in seconds, at least 0.1; None for one token an utterance.
        log1p: whether features are compressed by log(1 + x), as the study did (with the sign of
            x kept, as some functionals are negative).

    Raises:
        MalsoriError: an option is out of its range.

    Example:
        >>> tone = Audio(np.sin(np.arange(20000) / 4).astype(np.float32), 8000)
        >>> Acoustic().prepare(tone).shape, Acoustic(set="study_a", segment=1.0).prepare(tone).shape
        ((1, 69), (2, 13))
    """

    signal: ClassVar[SignalKind] = "audio"

    def __init__(
        self,
        *,
        set: Literal["functionals", "study_a"] = "functionals",  # noqa: A002 - the recipe's word
        sample_rate: int = 8000,
        segment: float | None = None,
        log1p: bool = False,
    ) -> None:
        if sample_rate < 8000 or (segment is not None and segment < 0.1):
            raise MalsoriError(
                f"acoustic cannot work with sample_rate {sample_rate}, segment {segment}.",
                hint="sample_rate is at least 8000 Hz, segment 0.1 s",
            )
        self.set = set
        self.width = len(HANDMADE) if set == "study_a" else len(acoustic_names(segment is not None))
        self.sample_rate = sample_rate
        self.segment = segment
        self.log1p = log1p

    def prepare(self, signal: Audio) -> Features:
        """Features `[T, F]`, a row for the utterance or each segment; unknown values are NaN."""
        audio = at_rate(signal, self.sample_rate, "acoustic")
        describe = acoustic if self.set == "functionals" else handmade
        features = describe(audio, self.segment)
        return np.sign(features) * np.log1p(np.abs(features)) if self.log1p else features

    def fingerprint(self) -> dict[str, Any]:
        """Version 1."""
        return {
            "kind": "acoustic",
            "version": 1,
            "set": self.set,
            "sample_rate": self.sample_rate,
            "segment": self.segment,
            "log1p": self.log1p,
        }

    def module(self, features: int) -> Standardise:
        """Standardised by the training utterances."""
        return Standardise(features)
