"""What a telephone line does to a voice: its band, its 8 bits, its noise."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

from malsori.errors import MalsoriError
from malsori.signals.audio import Audio

_MU = 255.0


def band_pass(audio: Audio, low: float = 300.0, high: float = 3400.0) -> Audio:
    """Keeps the telephone band: Butterworth, order 8, zero phase (24 dB down an octave away).

    The filter runs forwards and backwards, so the signal is not delayed,
    and a note at `low` or `high` comes out 6 dB softer.

    Args:
        audio: any rate above twice `low`.
        low: lower edge in Hz.
        high: upper edge in Hz; at or above half the sample rate there is no upper edge.

    Raises:
        MalsoriError: not 0 < low < high, or `low` is not below half the sample rate.

    Example:
        >>> hum = np.sin(2 * np.pi * 50 * np.arange(8000) / 8000).astype(np.float32)
        >>> bool(np.abs(band_pass(Audio(hum, 8000)).samples[2000:6000]).max() < 1e-3)
        True
    """
    nyquist = audio.sample_rate / 2
    if not 0 < low < min(high, nyquist):
        raise MalsoriError(
            f"no band from {low:g} to {high:g} Hz at {audio.sample_rate} Hz",
            hint="0 < low < high, and low below half the sample rate",
        )
    sections = _butterworth(low, high, audio.sample_rate)
    # The tails that sosfiltfilt adds must be shorter than the signal.
    pad = min(3 * (2 * len(sections) + 1), max(len(audio.samples) - 1, 0))
    if not len(audio.samples):
        return audio
    samples = signal.sosfiltfilt(sections, audio.samples.astype(np.float64), padlen=pad)
    return Audio(samples.astype(np.float32), audio.sample_rate)


@lru_cache(maxsize=8)
def _butterworth(low: float, high: float, sample_rate: int) -> npt.NDArray[np.float64]:
    """Second-order sections; run twice, they give the order that `band_pass` promises."""
    if high >= sample_rate / 2:
        made = signal.butter(4, low, "highpass", fs=sample_rate, output="sos")
    else:
        made = signal.butter(4, [low, high], "bandpass", fs=sample_rate, output="sos")
    sections: npt.NDArray[np.float64] = made
    return sections


def mu_law(audio: Audio) -> Audio:
    """Encodes to 8 bit µ-law and decodes: what arrives over a digital line (ITU-T G.711).

    The continuous µ-law curve with µ = 255 is quantised in 255 steps symmetric about zero,
    so silence stays silence;
    the error stays 33 to 38 dB below speech over some 25 dB of levels.
    Samples beyond ±1 are clipped.

    Example:
        >>> quiet = Audio(np.array([0.0, 0.001, -0.001, 1.5], np.float32), 8000)
        >>> [round(float(x), 4) for x in mu_law(quiet).samples]
        [0.0, 0.001, -0.001, 1.0]
    """
    x = np.clip(audio.samples.astype(np.float64), -1.0, 1.0)
    code = np.rint(127.0 * np.sign(x) * np.log1p(_MU * np.abs(x)) / math.log1p(_MU))
    y = np.sign(code) * np.expm1(np.abs(code) / 127.0 * math.log1p(_MU)) / _MU
    return Audio(y.astype(np.float32), audio.sample_rate)


def add_noise(
    audio: Audio, snr_db: float, rng: np.random.Generator, *, colour: float = 0.0
) -> Audio:
    """Adds Gaussian noise at an exact signal-to-noise ratio over the whole waveform.

    Args:
        audio: the signal; a silent one is returned as it is, since it has no ratio to noise.
        snr_db: power of the signal over power of the noise, in dB.
        rng: where the noise comes from.
        colour: power falls as 1/f**colour above 100 Hz: 0 white, 1 pink, 2 brown.

    Raises:
        MalsoriError: `snr_db` is not finite.

    Example:
        >>> tone = Audio(np.sin(np.arange(8000, dtype=np.float32)), 8000)
        >>> noise = add_noise(tone, 20, np.random.default_rng(0)).samples - tone.samples
        >>> round(float(10 * np.log10(np.mean(tone.samples**2) / np.mean(noise**2))), 2)
        20.0
    """
    if not math.isfinite(snr_db):
        raise MalsoriError(f"a signal-to-noise ratio of {snr_db} dB", hint="give a finite number")
    clean = audio.samples.astype(np.float64)
    power = float(np.mean(clean**2)) if len(clean) else 0.0
    if power == 0.0:
        return audio
    noise = _coloured(len(clean), audio.sample_rate, colour, rng)
    noise *= math.sqrt(power / 10 ** (snr_db / 10) / float(np.mean(noise**2)))
    return Audio((clean + noise).astype(np.float32), audio.sample_rate)


def _coloured(
    length: int, sample_rate: int, colour: float, rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Gaussian noise `[length]`, flat up to 100 Hz, then falling as 1/f**colour in power."""
    if colour == 0.0:
        return rng.standard_normal(length)
    size = fft.next_fast_len(length, real=True)
    # Without the flat part nearly all power would be rumble that no telephone passes on.
    frequency = np.maximum(fft.rfftfreq(size, 1 / sample_rate), 100.0)
    spectrum = fft.rfft(rng.standard_normal(size)) * frequency ** (-colour / 2)
    coloured: npt.NDArray[np.float64] = fft.irfft(spectrum, n=size)
    return coloured[:length]
