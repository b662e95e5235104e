"""Filters are those of scipy.signal, without its weight."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import convolve, firwin

from malsori.signals.filters import band_pass_taps, filtered


@pytest.mark.parametrize("band", [(200, 800), (800, 1900), (1900, 3400)])
def test_taps_are_those_of_firwin(band):
    expected = firwin(65, band, pass_zero=False, fs=8000)
    np.testing.assert_allclose(band_pass_taps(65, *band, 8000), expected, atol=1e-7)


@pytest.mark.parametrize("length", [1, 10, 64, 4031, 4032, 4033, 8064, 30000])
@pytest.mark.parametrize("count", [1, 2, 65, 320])
def test_the_result_is_a_convolution(length, count):
    rng = np.random.default_rng(0)
    samples = rng.normal(size=length).astype(np.float32)
    taps = rng.normal(size=count).astype(np.float32)
    expected = convolve(samples.astype(np.float64), taps.astype(np.float64))
    begin = (count - 1) // 2
    found = filtered(samples, taps)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected[begin : begin + length], atol=2e-4)


def test_measuring_a_sound_does_not_load_scipy_signal():
    code = (
        "import sys, numpy as np\n"
        "from malsori.corpus.sounds import sound_of\n"
        "from malsori.signals.audio import Audio\n"
        "sound_of(Audio(np.random.default_rng(0).normal(0, .1, 8000).astype('f4'), 8000))\n"
        "print('scipy.signal' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
