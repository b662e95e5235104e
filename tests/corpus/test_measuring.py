"""Each file is opened once; what it holds is noted, and not heard again."""

import zipfile

import numpy as np
import polars as pl
import pytest
import soundfile

from malsori.corpus import measuring
from malsori.corpus.columns import SOUNDS
from malsori.corpus.journal import Journal
from malsori.corpus.measuring import CUT, Recording, measure_audio, measure_recording
from malsori.corpus.screening import Faults
from malsori.signals.audio import Audio, audio_hash, read_audio, write_audio
from malsori.signals.fingerprint import fingerprint
from malsori.signals.quality import measure


def speech(seed=0, seconds=1.0, rate=8000):
    """Noise in syllables: it has landmarks."""
    rng = np.random.default_rng(seed)
    count = int(seconds * rate)
    levels = np.repeat(rng.uniform(0.01, 0.2, count // 400 + 1), 400)[:count]
    return Audio((rng.normal(size=count) * levels).clip(-1, 1).astype(np.float32), rate)


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "heard", {}) as made:
        yield made


def rows_of(*audio, **columns):
    ids = [f"u{i}" for i in range(len(audio))]
    return pl.DataFrame({"id": ids, "audio": audio, **columns})


def test_each_part_has_its_own_duration_and_hash(tmp_path):
    sound = Audio(np.linspace(-0.5, 0.5, 8000, dtype=np.float32), 8000)
    write_audio(tmp_path / "a.wav", sound)
    parts = ((None, None), (0.25, 0.5), (0.5, 0.55), (2.0, None))
    whole, part, short, beyond = measure_recording(Recording(str(tmp_path / "a.wav"), parts, 0.1))
    assert (whole.sample_rate, whole.duration) == (8000, 1.0)
    assert whole.audio_hash == audio_hash(sound)
    assert part.audio_hash == audio_hash(read_audio(tmp_path / "a.wav", 0.25, 0.5))
    assert part.duration == 0.25
    assert (short.reason, short.detail) == ("too-short", "0.050 s is shorter than 0.1 s")
    assert beyond.reason == "empty"


def test_a_file_that_cannot_be_opened_says_so_for_each_part(tmp_path):
    (tmp_path / "a.wav").touch()
    heard = measure_recording(Recording(str(tmp_path / "a.wav"), ((None, None), (0.0, 1.0)), 0.1))
    assert [h.reason for h in heard] == ["empty", "empty"]


@pytest.mark.parametrize(
    ("part", "clip", "reason", "duration", "cut"),
    [
        ((0.5, 1.2), True, None, 0.5, 1.0),
        ((0.5, 1.2), False, "truncated", 0.0, None),
        ((0.5, 1.02), True, None, 0.5, 1.0),
        ((0.5, 1.02), False, None, 0.5, None),
        ((0.5, 1.0), True, None, 0.5, None),
        ((1.0, 1.2), True, "empty", 0.0, None),
        ((0.7, 0.5), True, "empty", 0.0, None),
        ((0.95, 5.0), True, "too-short", 0.0, None),
    ],
)
def test_ends_past_the_recording(tmp_path, part, clip, reason, duration, cut):
    write_audio(tmp_path / "a.wav", speech())
    (heard,) = measure_recording(Recording(str(tmp_path / "a.wav"), (part,), 0.1, clip))
    assert (heard.reason, heard.duration, heard.cut) == (reason, duration, cut)


def test_a_cut_end_is_the_row_s_new_end(tmp_path, journal):
    write_audio(tmp_path / "a.wav", speech())
    rows = rows_of(*["a.wav"] * 3, start=[None, 0.5, 1.5], end=[0.7, 1.5, 2.0])
    found = measure_audio(rows, tmp_path, Faults(), journal, clip_ends=True, workers=1)
    assert found.rows["end"].to_list() == [0.7, 1.0, 2.0]
    assert found.repaired == {CUT: 1}
    assert found.broken[2][0] == "empty"
    assert found.rows["duration"].to_list() == [0.7, 0.5, None]
    row = found.rows.row(1, named=True)
    again = read_audio(tmp_path / "a.wav", row["start"], row["end"])
    assert audio_hash(again) == row["audio_hash"]


def test_a_file_is_opened_once_for_all_its_rows(tmp_path, journal, monkeypatch):
    write_audio(tmp_path / "a.wav", speech())
    opened, real = [], soundfile.SoundFile
    monkeypatch.setattr(soundfile, "SoundFile", lambda *a: opened.append(a) or real(*a))
    rows = rows_of(*["a.wav"] * 4, start=[0.0, 0.25, 0.5, 0.75], end=[0.25, 0.5, 0.75, None])
    found = measure_audio(rows, tmp_path, Faults(), journal, workers=1)
    assert found.rows["duration"].to_list() == [0.25] * 4
    assert len(opened) == 1


def test_files_and_members_are_heard_alike_and_in_the_order_of_the_rows(tmp_path, journal):
    names = [f"{i}.wav" for i in range(6)]
    for i, name in enumerate(names):
        write_audio(tmp_path / name, speech(i))
    for which in (0, 1):
        with zipfile.ZipFile(tmp_path / f"TS_{which}.zip", "w") as archive:
            for name in names[which::2]:
                archive.write(tmp_path / name, f"/{name}")
    members = [f"TS_{i % 2}.zip::{name}" for i, name in enumerate(names)]
    packed = measure_audio(rows_of(*members), tmp_path, Faults(), journal, workers=2)
    plain = measure_audio(rows_of(*names), tmp_path, Faults(), journal, workers=1)
    same = ["id", "sample_rate", "duration", "audio_hash"]
    assert packed.rows.select(same).equals(plain.rows.select(same))
    assert packed.rows["audio"].to_list() == members
    kept = [4, 1, 0, 5]
    sounds = packed.sounds(kept)
    assert sounds["id"].to_list() == ["u0", "u1", "u4", "u5"]
    assert sounds.equals(plain.sounds(kept))


def test_sounds_are_those_of_the_signals(tmp_path, journal):
    write_audio(tmp_path / "a.wav", speech())
    rows = rows_of("a.wav", None, "gone.wav", "a.wav", start=[None, None, None, 0.5])
    found = measure_audio(rows.with_columns(end=None), tmp_path, Faults(), journal, workers=1)
    sounds = found.sounds(range(4))
    assert sounds.schema == SOUNDS
    assert sounds["id"].to_list() == ["u0", "u3"]
    for row, start in zip(sounds.iter_rows(named=True), (None, 0.5), strict=True):
        audio = read_audio(tmp_path / "a.wav", start)
        assert {k: row[k] for k in measure(audio).data()} == measure(audio).data()
        assert row["words"] == fingerprint(audio).words.tolist()
        assert row["at"] == fingerprint(audio).at.tolist()
        assert row["words"]
    assert found.sounds([]).schema == SOUNDS


def test_what_is_in_the_journal_is_not_heard_again(tmp_path, journal, monkeypatch, capsys):
    for i in range(4):
        write_audio(tmp_path / f"{i}.wav", speech(i))
    (tmp_path / "bad.wav").write_text("안녕하세요")
    rows = rows_of("0.wav", "1.wav", "bad.wav", "2.wav", "3.wav", "gone.wav")
    first = measure_audio(rows, tmp_path, Faults(), journal, workers=1)
    assert "continuing" not in capsys.readouterr().err
    asked, real = [], measure_recording
    monkeypatch.setattr(measuring, "measure_recording", lambda r: asked.append(r.file) or real(r))
    second = measure_audio(rows, tmp_path, Faults(), journal, workers=1)
    assert asked == []
    assert "continuing: 5 of 5 files were heard before" in capsys.readouterr().err
    assert second.rows.equals(first.rows)
    assert second.broken == first.broken
    assert second.sounds(range(5)).equals(first.sounds(range(5)))

    write_audio(tmp_path / "2.wav", speech(9))  # the file is another now
    changed = measure_audio(rows, tmp_path, Faults(), journal, workers=1)
    assert [name[-5:] for name in asked] == ["2.wav"]
    assert changed.rows["audio_hash"][3] == audio_hash(read_audio(tmp_path / "2.wav"))
    measure_audio(
        rows.with_columns(start=0.5, end=None)[:1], tmp_path, Faults(), journal, workers=1
    )
    assert [name[-5:] for name in asked] == ["2.wav", "0.wav"]


def test_an_unexpected_error_costs_its_rows_and_is_tried_again(tmp_path, journal, monkeypatch):
    write_audio(tmp_path / "a.wav", speech())
    with monkeypatch.context() as broken:
        broken.setattr(measuring, "sound_of", lambda *_: 1 / 0)
        found = measure_audio(rows_of("a.wav"), tmp_path, Faults(), journal, workers=1)
    assert found.broken == {0: ("undecodable", "ZeroDivisionError: division by zero")}
    assert measure_audio(rows_of("a.wav"), tmp_path, Faults(), journal, workers=1).broken == {}
