"""Files of which only the beginning came over."""

import io
from contextlib import suppress

import numpy as np
import pytest
import soundfile

from malsori.errors import MalsoriError
from malsori.signals.containers import inspect

WAVE = (0.3 * np.sin(np.arange(2400) / 9)).astype(np.float32)
KINDS = [
    *[("WAV", s) for s in ("PCM_16", "PCM_24", "FLOAT", "ULAW", "GSM610", "IMA_ADPCM")],
    *[
        ("RF64", "PCM_16"),
        ("W64", "PCM_16"),
        ("AIFF", "PCM_16"),
        ("AU", "ULAW"),
        ("CAF", "ALAC_16"),
    ],
    *[("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"), ("MP3", "MPEG_LAYER_III")],
    *[
        ("CAF", "ALAC_16"),
        ("NIST", "PCM_16"),
        ("VOC", "PCM_16"),
        ("AVR", "PCM_16"),
        ("HTK", "PCM_16"),
    ],
]


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("kind", "subtype"), KINDS)
def test_any_beginning_is_inspected_or_refused(kind, subtype, channels):
    if channels == 2 and (kind == "HTK" or subtype == "GSM610"):
        pytest.skip("has one channel")
    whole = io.BytesIO()
    wave = np.stack([WAVE] * channels, axis=1)
    soundfile.write(whole, wave, 8000, subtype=subtype, format=kind)
    data = whole.getvalue()
    for length in [*range(1, 400), *range(len(data) - 60, len(data) + 1)]:
        with suppress(MalsoriError):
            inspect(io.BytesIO(data[:length]), min(length, len(data)))
