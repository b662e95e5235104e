"""Pitch of real speech, against librosa's pYIN (needs MALSORI_DATA)."""

import os
from pathlib import Path

import librosa
import numpy as np
import pytest

from malsori.signals.audio import read_audio, resample
from malsori.signals.prosody import active, energy_db, track_pitch

RATE = 8000


@pytest.mark.data
@pytest.mark.slow
def test_it_agrees_with_pyin():
    """Of the frames both call voiced few are off by 20 %; and both call the same ones voiced."""
    folder = Path(os.environ.get("MALSORI_DATA", "")) / "emotiontts" / "wav"
    files = sorted(folder.glob("*.wav"))[::30]
    if not files:
        pytest.skip("MALSORI_DATA is not set")
    errors, same = [], []
    for file in files:
        wave = resample(read_audio(file), RATE).samples
        pitch = track_pitch(wave, RATE, active(energy_db(wave, RATE)))
        f0, voiced, _ = librosa.pyin(
            wave, fmin=65, fmax=500, sr=RATE, frame_length=512, hop_length=80
        )
        count = min(len(f0), len(pitch.f0))
        both = pitch.voiced[:count] & voiced[:count]
        errors.append(np.abs(pitch.f0[:count][both] / f0[:count][both] - 1) > 0.2)
        same.append(pitch.voiced[:count] == voiced[:count])
    assert np.concatenate(errors).mean() < 0.02
    assert np.concatenate(same).mean() > 0.85
