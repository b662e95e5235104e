"""Commands as they are typed, and generated speech-like sound to use them on."""

import json
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from malsori.cli import main


@pytest.fixture
def malsori(monkeypatch, capsys, tmp_path):
    """Runs a command line in a folder of its own: what it printed, its status and errors."""
    monkeypatch.chdir(tmp_path)

    def run(line, *words, status=0):
        monkeypatch.setattr(sys, "argv", ["malsori", *line.split(), *words])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        found = capsys.readouterr()
        assert code == status, found.err + found.out
        assert "Traceback" not in found.err
        data = json.loads(found.out) if "--json" in line else None
        return SimpleNamespace(out=found.out, err=found.err, data=data)

    return run


def voice(pitch, level, seconds, rate, rng):
    """Harmonics that come and go as syllables do; pitch in Hz, level of full scale."""
    time = np.arange(int(seconds * rate)) / rate
    waves = [np.sin(2 * np.pi * pitch * k * time + 6 * rng.random()) / k for k in range(1, 6)]
    syllables = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * time + 6 * rng.random())
    return level * syllables * np.sum(waves, axis=0) / 3 + rng.normal(0, 0.002, len(time))


def say(path, *, pitch, level=0.2, seconds=1.5, rate=16000, channels=1, rng):
    """Writes a recording."""
    path.parent.mkdir(parents=True, exist_ok=True)
    samples = voice(pitch, level, seconds, rate, rng)
    soundfile.write(path, np.column_stack([samples] * channels), rate)


@pytest.fixture
def speak():
    """Writes a recording of a generated voice."""
    return say


@pytest.fixture
def findings():
    """From an audit's JSON: what was found, as (check, subject) → finding."""

    def of(audit):
        return {(f["check"], f["subject"]): f for f in audit.data["findings"]}

    return of
