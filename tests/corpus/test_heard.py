"""What an import tells of files."""

import os
import struct

import numpy as np
import polars as pl

from malsori.corpus.adapters.table import Table
from malsori.corpus.heard import Heard
from malsori.corpus.importing import import_corpus
from malsori.corpus.journal import Measured
from malsori.corpus.sounds import sound_of
from malsori.signals.audio import Audio, write_audio
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


def test_odd_files_cost_their_rows_and_nothing_else(tmp_path):
    """Nothing waits for a pipe, or asks for the memory that a header promises."""
    write_audio(tmp_path / "good.wav", Audio(np.full(8000, 0.1, np.float32), 8000))
    good = (tmp_path / "good.wav").read_bytes()
    odd = {
        "empty": b"",
        "text": b"hello",
        "day": good[:40] + struct.pack("<I", 86400 * 16000) + good[44:],
        "fast": good[:24] + struct.pack("<I", 10_000_000) + good[28:],
        "slow": good[:24] + struct.pack("<I", 1) + good[28:],
        "mute": good[:22] + bytes(2) + good[24:],
    }
    for name, content in odd.items():
        (tmp_path / f"{name}.wav").write_bytes(content)
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "link.wav").symlink_to("nowhere")
    (tmp_path / "zeros.wav").symlink_to("/dev/zero")
    names = ["good", *odd, "pipe", "folder", "link", "zeros", "x" * 300]
    rows = pl.DataFrame({"id": names, "audio": [f"{name}.wav" for name in names]})
    rows.write_csv(tmp_path / "calls.csv")
    source = Table(tmp_path / "calls.csv")
    corpus = import_corpus(source, tmp_path / "corpus", workers=1).corpus
    assert corpus.utterances["id"].to_list() == ["good"]
    reasons = dict(corpus.quarantine.select("id", "reason").iter_rows())
    missing = dict.fromkeys(["pipe", "folder", "link", "zeros", "x" * 300], "missing")
    undecodable = dict.fromkeys(["text", "fast", "slow", "mute"], "undecodable")
    assert reasons == {"empty": "empty", "day": "truncated", **undecodable, **missing}
