"""Speech as statistics of log-mel bands and prosody: small, fast, and hard to beat on few data."""

from typing import Any, ClassVar

import numpy as np

from malsori.encoders.base import Encoder, Features
from malsori.encoders.rates import at_rate
from malsori.encoders.standardise import Standardise
from malsori.errors import MalsoriError
from malsori.schema import SignalKind
from malsori.signals.audio import Audio
from malsori.signals.functionals import contours, segment_functionals, utterance_functionals


class LogMel(Encoder):
    """A token for every second: its own statistics, beside those of the whole utterance.

    Means and deviations over tokens, which is what a network pools, cannot give back percentiles,
    ranges, pauses or the tempo of the utterance. So these stand in every token as well.
    Nothing of another utterance enters, not even of the same speaker.

    The rate is the lowest that the corpus has, 8 kHz by default (telephone): audio of a higher rate
    is resampled so that all of it is comparable. Audio of a lower rate is refused,
    as it lacks the upper bands, and a network would learn which recordings lack them.

    Args:
        sample_rate: Hz, at least 8000.
        bands: mel bands from 60 Hz to half the sample rate, at least 4.
        segment: length of a token in seconds, at least 0.1.

    Example:
        >>> LogMel().prepare(Audio(np.zeros(16000, np.float32), 8000)).shape
        (2, 240)
    """

    signal: ClassVar[SignalKind] = "audio"

    def __init__(self, *, sample_rate: int = 8000, bands: int = 32, segment: float = 1.0) -> None:
        if sample_rate < 8000 or bands < 4 or segment < 0.1:
            raise MalsoriError(
                f"logmel cannot work with sample_rate {sample_rate}, bands {bands},"
                f" segment {segment}.",
                hint="sample_rate is at least 8000 Hz, bands 4, segment 0.1 s",
            )
        self.sample_rate = sample_rate
        self.bands = bands
        self.segment = segment

    def prepare(self, signal: Audio) -> Features:
        """Features `[T, F]`, a row for each segment; unknown values are NaN."""
        of = contours(at_rate(signal, self.sample_rate, "logmel"), self.bands)
        own = segment_functionals(of, self.segment)
        whole = np.broadcast_to(utterance_functionals(of), (len(own), 3 * self.bands + 39))
        return np.concatenate([own, whole], axis=1, dtype=np.float32)

    def fingerprint(self) -> dict[str, Any]:
        """Version 1."""
        return {
            "kind": "logmel",
            "version": 1,
            "sample_rate": self.sample_rate,
            "bands": self.bands,
            "segment": self.segment,
        }

    def module(self, features: int) -> Standardise:
        """Standardised by the training utterances."""
        return Standardise(features)
