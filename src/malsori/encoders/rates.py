"""One rate for a whole corpus, so that no recording has bands that others lack."""

from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, resample


def at_rate(audio: Audio, rate: int, kind: str) -> Audio:
    """The audio at an encoder's rate in Hz, resampled from a higher one.

    Raises:
        MalsoriError: its rate is lower, so it lacks the upper part of the spectrum.
    """
    if audio.sample_rate < rate:
        raise MalsoriError(
            f"audio of {audio.sample_rate} Hz lacks what {kind} hears at {rate}.",
            hint=f"set sample_rate: {audio.sample_rate} for this encoder",
        )
    return resample(audio, rate)
