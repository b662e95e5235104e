"""Speech slower or faster at the same pitch: overlapping pieces that fit (WSOLA)."""

import numpy as np
import numpy.typing as npt
import soxr

from malsori.errors import MalsoriError

Floats = npt.NDArray[np.float32]

_HOP = 0.015  # s: pieces of 30 ms hold two periods of a voice of 67 Hz
_REACH = 0.0085  # s, each way: more than half such a period, so a piece that fits is always there


def stretch(samples: Floats, rate: int, speed: float) -> Floats:
    """Changes the tempo and keeps the pitch (Verhelst and Roelands, 1993).

    Pieces of 30 ms are laid over each other by half. Each is taken where it continues the one
    before best, by normalised cross-correlation within ±8.5 ms of where the tempo wants it.
    So periods of the voice are repeated or left out whole; there is no phase to be smeared.

    Args:
        samples: float32 `[T]`, T ≥ 1.
        rate: Sample rate in Hz.
        speed: 0.8 is slower and 1 / 0.8 times as long.

    Returns:
        float32 `[round(T / speed)]`, at least one sample.

    Raises:
        MalsoriError: `speed` is not from 0.25 to 4.
    """
    if not 0.25 <= speed <= 4:
        raise MalsoriError(f"a tempo of {speed:g} times", hint="from 0.25 to 4")
    length = max(1, round(len(samples) / speed))
    hop, reach = max(2, round(_HOP * rate)), max(1, round(_REACH * rate))
    size, pieces = 2 * hop, length // hop + 2
    # Piece k is centred on sample k · hop of the result, and about k · hop · speed of the input.
    before = hop + reach
    after = size + hop + 2 * reach + max(0, round((pieces + 1) * hop * speed) - len(samples))
    padded = np.pad(np.asarray(samples, np.float32), (before, after))
    energy = np.concatenate([[0.0], np.cumsum(np.square(padded, dtype=np.float64))])
    floor = 1e-6 * energy[-1] / len(padded) * size + 1e-20  # silence fits nothing better
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)
    result = np.zeros((pieces + 1) * hop, np.float32)
    at = reach
    result[:size] = window * padded[at : at + size]
    for k in range(1, pieces):
        first = round(k * hop * speed)  # of the first offset tried
        wanted = padded[at + hop : at + hop + size]
        fit = np.correlate(padded[first : first + size + 2 * reach], wanted)
        there = energy[first + size : first + size + len(fit)] - energy[first : first + len(fit)]
        at = first + int(np.argmax(fit / np.sqrt(there + floor)))
        result[k * hop : k * hop + size] += window * padded[at : at + size]
    return result[hop : hop + length]


def shift_pitch(samples: Floats, rate: int, semitones: float) -> Floats:
    """Changes the pitch and keeps the tempo: stretched, then played faster (or the reverse).

    Formants move along with the pitch. A lower voice has an empty band on top, a higher one loses
    what would be above half the sample rate.

    Args:
        samples: float32 `[T]`, T ≥ 1.
        rate: Sample rate in Hz.
        semitones: 12 are an octave up, −12 one down; at most 24 either way.

    Returns:
        float32 `[T]`.

    Example:
        >>> from malsori.signals.prosody import track_pitch
        >>> buzz = (np.arange(8000) % 40 == 0).astype(np.float32)  # 200 Hz
        >>> float(np.nanmedian(track_pitch(shift_pitch(buzz, 8000, 12), 8000).f0).round())
        400.0
    """
    factor = 2.0 ** (semitones / 12)
    longer = stretch(samples, rate, 1 / factor)
    played = soxr.resample(longer, rate * factor, rate, quality="HQ")[: len(samples)]
    result = np.zeros(len(samples), np.float32)
    result[: len(played)] = played
    return result
