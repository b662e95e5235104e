"""Speech as eGeMAPS by openSMILE, which is free for research and not for commercial use."""

import importlib
import importlib.metadata
import importlib.util
import warnings
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar, Literal

import numpy as np

from malsori.encoders.base import Encoder, Features
from malsori.encoders.rates import at_rate
from malsori.encoders.standardise import Standardise
from malsori.errors import MalsoriError
from malsori.reporting import say
from malsori.schema import SignalKind
from malsori.signals.audio import Audio
from malsori.signals.segments import edges

LICENCE = (
    "openSMILE is licensed by audEERING for research, education and private use only; "
    "commercial use, and models that are sold, need a licence of theirs. "
    "The kind 'acoustic' is free of this."
)
_SIZES = {"eGeMAPSv02": 88, "GeMAPSv01b": 62, "ComParE_2016": 6373}


class Egemaps(Encoder):
    """A named feature set of openSMILE, of the utterance or of each segment.

    **Licence**: the package `opensmile` is not free software. audEERING allows research, education
    and private use, and sells licences for anything commercial. It is therefore an extra, nothing
    of it is part of malsori, and the first use in a process says so.

    Features are those of Eyben and others (2016): 88 functionals (eGeMAPSv02), 62 (GeMAPSv01b) or
    6,373 (ComParE_2016). openSMILE gives NaN for what is too short, and so do we.

    Args:
        set: which features.
        sample_rate: Hz, at least 8000; the lowest that the corpus has. Audio of a lower rate is
            refused, as half of the features would describe what it lacks.
        segment: length of a token in seconds, at least 0.5; None for one token an utterance.

    Raises:
        MalsoriError: `opensmile` is not installed, or an option is out of its range.
    """

    signal: ClassVar[SignalKind] = "audio"

    def __init__(
        self,
        *,
        set: Literal["eGeMAPSv02", "GeMAPSv01b", "ComParE_2016"] = "eGeMAPSv02",  # noqa: A002
        sample_rate: int = 8000,
        segment: float | None = None,
    ) -> None:
        if sample_rate < 8000 or (segment is not None and segment < 0.5):
            raise MalsoriError(
                f"egemaps cannot work with sample_rate {sample_rate}, segment {segment}.",
                hint="sample_rate is at least 8000 Hz, segment 0.5 s",
            )
        if importlib.util.find_spec("opensmile") is None:
            raise MalsoriError(
                "encoder egemaps needs the package opensmile, which is not installed. " + LICENCE,
                hint="pip install 'malsori[egemaps]' if that licence fits your use",
            )
        self.set = set
        self.width = _SIZES[set]
        self.sample_rate = sample_rate
        self.segment = segment
        _say_licence()

    def prepare(self, signal: Audio) -> Features:
        """Features `[T, F]`, a row for the utterance or each segment; unknown values are NaN."""
        samples = at_rate(signal, self.sample_rate, "egemaps").samples
        parts = edges(len(samples), 1 / self.sample_rate, self.segment)
        smile = _smile(self.set)
        with warnings.catch_warnings():
            # "Segment too short, filling with NaN": which is what we want.
            warnings.filterwarnings("ignore", message="Segment too short")
            found = [
                smile.process_signal(samples[first:last], self.sample_rate).to_numpy()
                for first, last in pairwise(parts)
            ]
        return np.concatenate(found).astype(np.float32)

    def fingerprint(self) -> dict[str, Any]:
        """Version 1, and that of opensmile."""
        return {
            "kind": "egemaps",
            "version": 1,
            "opensmile": importlib.metadata.version("opensmile"),
            "set": self.set,
            "sample_rate": self.sample_rate,
            "segment": self.segment,
        }

    def module(self, features: int) -> Standardise:
        """Standardised by the training utterances."""
        return Standardise(features)


@cache
def _say_licence() -> None:
    """Once in a process."""
    say(f"egemaps: {LICENCE}")


@cache
def _smile(name: str) -> Any:
    """A running openSMILE with a feature set, started once in a process."""
    opensmile = importlib.import_module("opensmile")
    return opensmile.Smile(
        feature_set=opensmile.FeatureSet[name],
        feature_level=opensmile.FeatureLevel.Functionals,
    )
