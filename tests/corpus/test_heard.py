"""What an import tells of files."""

import numpy as np

from malsori.corpus.heard import Heard
from malsori.corpus.journal import Measured
from malsori.corpus.sounds import sound_of
from malsori.signals.audio import Audio
from malsori.signals.channels import Channels
from malsori.signals.containers import Oddity

AUDIO = Audio(np.zeros(800, np.float32), 8000)


def of(*told, channels=None):
    sound = sound_of(AUDIO, 1 if channels is None else channels.count, channels)
    return Measured(None, None, 8000, 0.1, "f", None, sound, told)


def test_healthy_files_are_nothing_to_tell():
    heard = Heard()
    heard.take("a.wav", [of(), of()])
    heard.take("gone.wav", [Measured("missing", "no such file")])
    assert heard.total == 1
    assert heard.notes() == []


def test_what_differs_is_counted_by_file_with_examples():
    heard = Heard()
    for i in range(6):
        heard.take(f"{i}.wav", [of(Oddity("longer", "64 bytes, not 32"))] * 3)
    heard.take("x.ogg", [of(Oddity("no-end", "3 pages"))])
    longer, no_end = heard.notes()
    assert longer.startswith("6 recordings hold more audio than their headers say")
    assert "(0.wav: 64 bytes, not 32, 1.wav" in longer
    assert "and 2 more)" in longer
    assert no_end.startswith("1 stream has no mark of its end")


def test_each_way_of_averaging_is_told_with_what_to_do():
    heard = Heard()
    heard.take("a.wav", [of(channels=Channels(2, -120.0, 0, -1.0))])
    heard.take("b.wav", [of(channels=Channels(2, -3.0, 1, 1.0))])
    heard.take("c.wav", [of(channels=Channels(2, -3.0, 0, 0.01))])
    heard.take("d.wav", [of(channels=Channels(2, 0.0, 0, 1.0))])
    heard.take("e.wav", [of()])
    counted, cancelled, dead, different = heard.notes()
    assert counted.startswith("4 of 5 recordings have 2 channels, which are averaged")
    assert "cancel each other" in cancelled
    assert "(a.wav: -120 dB)" in cancelled
    assert "channel without sound" in dead
    assert "(b.wav)" in dead
    assert "channel=each" in different
    assert "(c.wav)" in different
