"""Every sound that can be decoded can be measured, and the table keeps what was found."""

import numpy as np
import pytest

from malsori.corpus.columns import SOUNDS
from malsori.corpus.sounds import sound_of, sounds_table
from malsori.signals.audio import Audio


@pytest.mark.parametrize("rate", [100, 8000, 16000, 44100, 192000])
@pytest.mark.parametrize("count", [1, 2, 50, 799, 8001])
@pytest.mark.parametrize("kind", ["silence", "constant", "noise", "loud", "click"])
def test_any_sound_has_a_quality_and_a_fingerprint(rate, count, kind):
    samples = {
        "silence": np.zeros(count),
        "constant": np.full(count, 0.5),
        "noise": np.random.default_rng(0).normal(0, 0.1, count),
        "loud": np.random.default_rng(0).normal(0, 100, count),
        "click": np.arange(count) == count // 2,
    }[kind]
    sound = sound_of(Audio(samples.astype(np.float32), rate))
    row = sounds_table([("a", sound)]).row(0, named=True)
    numbers = [row[c] for c in ("peak", "level", "clipped", "silence", "bandwidth")]
    assert np.isfinite(numbers).all()
    assert 0 <= row["clipped"] <= 1
    assert 0 <= row["silence"] <= 1
    assert 0 <= row["bandwidth"] <= rate / 2
    assert len(row["words"]) == len(row["at"]) <= 128


def test_a_table_of_many_keeps_their_order():
    rng = np.random.default_rng(0)
    levels = np.repeat(rng.uniform(0.01, 0.2, 20), 400)
    voiced = sound_of(Audio((rng.normal(size=8000) * levels).astype(np.float32), 8000))
    silent = sound_of(Audio(np.zeros(800, np.float32), 8000))
    table = sounds_table((str(i), voiced if i % 3 else silent) for i in range(2500))
    assert table.schema == SOUNDS
    assert table["id"].to_list() == [str(i) for i in range(2500)]
    found = len(voiced.fingerprint)
    assert found > 0
    assert table["words"].list.len().to_list() == [found if i % 3 else 0 for i in range(2500)]
    assert table["at"][1].to_list() == voiced.fingerprint.at.tolist()


def test_a_table_of_none():
    assert sounds_table([]).schema == SOUNDS
