import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.writing import write_corpus
from malsori.encoders import Store, Writer, compared, reading, writing
from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.kinds.logmel import LogMel
from malsori.encoders.kinds.precomputed import Precomputed
from malsori.encoders.reading import Reader
from malsori.encoders.shards import ROW
from malsori.errors import MalsoriError
from malsori.io import sha256, sha256_file
from malsori.schema import Task
from malsori.signals.audio import Audio, audio_hash, write_audio

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))


def rows_of(count: int, seed: int = 0) -> list[tuple[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    return [
        (f"{seed:02x}{i:062x}", rng.normal(size=(1 + i % 4, 3)).astype(np.float32))
        for i in range(count)
    ]


def write(place: Path, rows, **limits) -> None:
    with Writer(place, **limits) as writer:
        for key, values in rows:
            writer.add(key, values)


class TestShards:
    def test_everything_comes_back(self, tmp_path):
        rows = [*rows_of(25), ("ff" * 32, np.arange(6, dtype=np.int32).reshape(2, 3))]
        write(tmp_path, rows, max_rows=10)
        assert len(list(tmp_path.glob("*.shard"))) == 3
        reader = Reader(tmp_path)
        assert set(reader) == {key for key, _ in rows}
        for key, values in rows:
            np.testing.assert_array_equal(reader.get(key), values)
            assert reader.get(key).dtype == values.dtype
            assert not reader.get(key).flags.writeable

    def test_a_shard_is_full_by_bytes_too(self, tmp_path):
        write(tmp_path, rows_of(20), max_bytes=100)
        assert len(list(tmp_path.glob("*.shard"))) > 3

    def test_appending_leaves_shards_as_they_are(self, tmp_path):
        write(tmp_path, rows_of(5))
        before = {p: p.read_bytes() for p in tmp_path.glob("*.shard")}
        write(tmp_path, rows_of(5, seed=1))
        assert all(p.read_bytes() == content for p, content in before.items())
        assert len(Reader(tmp_path)) == 10

    @pytest.mark.parametrize("damage", ["flip the index", "flip data", "cut", "grow", "empty"])
    def test_a_damaged_shard_is_never_read(self, tmp_path, damage):
        write(tmp_path, rows_of(5))
        (shard,) = tmp_path.glob("*.shard")
        write(tmp_path, rows_of(5, seed=1))
        content = bytearray(shard.read_bytes())
        if damage == "flip the index":
            content[30] ^= 1
        elif damage == "flip data":
            content[-1] ^= 1
        content = {"cut": content[:-4], "grow": content + b"0", "empty": b""}.get(damage, content)
        shard.write_bytes(content)
        reader = Reader(tmp_path)
        assert [d.shard for d in reader.damaged] == [shard]
        assert set(reader) == {key for key, _ in rows_of(5, seed=1)}
        assert reader.remove_damaged() == 1
        assert not shard.exists()

    def test_what_was_written_by_another_version_is_made_again(self, tmp_path):
        content = b"malsori1" + bytes(100)
        shard = tmp_path / f"{sha256(content)[:32]}.shard"
        shard.write_bytes(content)
        reader = Reader(tmp_path)
        assert [d.reason for d in reader.damaged] == ["108 bytes that are no shard"]
        assert reader.remove_damaged() == 1

    def test_an_index_that_points_beyond_the_data_is_damage(self, tmp_path):
        write(tmp_path, rows_of(2))
        (shard,) = tmp_path.glob("*.shard")
        content = shard.read_bytes()
        index = np.frombuffer(content[64:], ROW, 2).copy()
        index["offset"][1] += 2**40
        head = content[:24] + hashlib.sha256(content[:24] + index.tobytes()).digest() + bytes(8)
        forged = head + index.tobytes() + content[64 + index.nbytes :]
        shard.unlink()
        (tmp_path / f"{sha256(forged)[:32]}.shard").write_bytes(forged)
        reader = Reader(tmp_path)
        assert len(reader) == 0
        assert "beyond" in reader.damaged[0].reason

    def test_files_of_others_are_left_alone(self, tmp_path):
        write(tmp_path, rows_of(2))
        (tmp_path / "notes.shard").write_text("mine")
        (tmp_path / "README").write_text("mine")
        reader = Reader(tmp_path, thorough=True)
        assert (len(reader), reader.damaged, reader.remove_damaged()) == (2, [], 0)
        assert (tmp_path / "notes.shard").exists()

    def test_what_another_process_mended_is_not_removed(self, tmp_path):
        write(tmp_path, rows_of(2))
        (shard,) = tmp_path.glob("*.shard")
        whole = shard.read_bytes()
        shard.write_bytes(whole[:-1])
        reader = Reader(tmp_path)
        shard.write_bytes(whole)
        assert reader.remove_damaged() == 0
        assert len(Reader(tmp_path)) == 2

    def test_a_shard_is_compared_once_and_again_when_it_was_touched(self, tmp_path, monkeypatch):
        write(tmp_path, rows_of(2))
        seen = []
        monkeypatch.setattr(compared, "sha256_file", lambda p: seen.append(p) or sha256_file(p))
        for _ in range(3):
            assert len(Reader(tmp_path)) == 2
        assert len(seen) == 1
        Reader(tmp_path, thorough=True)
        assert len(seen) == 2
        (shard,) = tmp_path.glob("*.shard")
        os.utime(shard, (1, 1))
        Reader(tmp_path)
        assert len(seen) == 3
        (tmp_path / "verified.json").write_text("[broken")
        assert len(Reader(tmp_path)) == 2
        assert len(seen) == 4

    def test_what_rots_without_a_trace_is_never_given_out(self, tmp_path):
        rows = rows_of(3)
        write(tmp_path, rows)
        (shard,) = tmp_path.glob("*.shard")
        Reader(tmp_path)  # has compared it
        before, content = shard.stat(), bytearray(shard.read_bytes())
        content[-1] ^= 1
        shard.write_bytes(content)
        os.utime(shard, ns=(before.st_atime_ns, before.st_mtime_ns))
        reader = Reader(tmp_path)
        np.testing.assert_array_equal(reader.get(rows[0][0]), rows[0][1])
        with pytest.raises(MalsoriError, match="not what was written") as error:
            reader.get(rows[2][0])
        assert "malsori embed" in error.value.hint
        assert [d.shard for d in Reader(tmp_path).damaged] == [shard]  # now it is found

    def test_nothing_to_encode_is_known_too(self, tmp_path):
        write(tmp_path, [("00", None), ("01", np.ones((1, 2), np.float32))])
        reader = Reader(tmp_path)
        assert reader.has("00")
        assert reader.get("00") is None
        assert reader.get("01") is not None
        assert not reader.has("02")

    def test_twice_the_same_signal_counts_once(self, tmp_path):
        write(tmp_path, rows_of(6))
        write(tmp_path, rows_of(4))
        reader = Reader(tmp_path)
        assert len(list(tmp_path.glob("*.shard"))) == 2
        assert list(reader) == sorted(key for key, _ in rows_of(6))

    def test_more_shards_than_may_be_open(self, tmp_path, monkeypatch):
        monkeypatch.setattr(reading, "_OPEN", 2)
        write(tmp_path, rows_of(12), max_rows=2)
        reader = Reader(tmp_path)
        kept = [reader.get(key) for key, _ in rows_of(12)]
        for (_, values), found in zip(rows_of(12), kept, strict=True):
            np.testing.assert_array_equal(found, values)

    def test_the_index_takes_little_memory(self, tmp_path):
        write(tmp_path, rows_of(1000))
        assert Reader(tmp_path).nbytes < 100 * 1000

    def test_a_shard_is_written_after_a_while(self, tmp_path, monkeypatch):
        now = [0.0]
        monkeypatch.setattr(writing, "monotonic", lambda: now[0])
        writer = Writer(tmp_path)
        for key, values in rows_of(3):
            writer.add(key, values)
            now[0] += 15
        assert len(Reader(tmp_path)) == 3
        writer.add_all(rows_of(3, seed=1))
        assert len(Reader(tmp_path)) == 3

    def test_what_was_computed_together_comes_into_one_shard(self, tmp_path):
        with Writer(tmp_path, max_rows=4) as writer:
            writer.add_all(rows_of(3))
            writer.add_all(rows_of(3, seed=1))
            writer.add_all(rows_of(3, seed=2))
        sizes = sorted(count for _, count, _ in Reader(tmp_path).shards())
        assert sizes == [3, 6]

    @pytest.mark.parametrize("key", ["", "f" * 65, "한글"])
    def test_what_is_no_key_is_refused(self, tmp_path, key):
        with Writer(tmp_path) as writer, pytest.raises(MalsoriError, match="ASCII"):
            writer.add(key, np.ones((1, 1), np.float32))

    def test_after_an_error_what_was_finished_is_there(self, tmp_path):
        with pytest.raises(MalsoriError, match="odd"):
            write(tmp_path, [*rows_of(1), ("odd", np.zeros(3, np.float32))])
        assert len(Reader(tmp_path)) == 1

    @pytest.mark.parametrize(
        "odd",
        [
            np.zeros(3),
            np.zeros((2, 3)),
            np.zeros((0, 3), np.float32),
            np.full((1, 1), np.inf, "f4"),
        ],
    )
    def test_what_is_no_features_is_refused(self, tmp_path, odd):
        with Writer(tmp_path) as writer, pytest.raises(MalsoriError, match="00ff"):
            writer.add("00ff", odd)
        assert list(tmp_path.iterdir()) == []

    def test_what_is_not_there(self, tmp_path):
        with pytest.raises(MalsoriError, match="malsori embed"):
            Reader(tmp_path / "nowhere").get("00ff")

    def test_a_kill_loses_the_open_shard_only(self, tmp_path):
        program = (
            "import os, signal, sys, numpy as np\n"
            "from pathlib import Path\n"
            "from malsori.encoders.writing import Writer\n"
            "with Writer(Path(sys.argv[1]), max_rows=10) as writer:\n"
            "    for i in range(25):\n"
            "        writer.add(f'{i:064x}', np.full((2, 3), i, np.float32))\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)
        assert done.returncode == -signal.SIGKILL
        reader = Reader(tmp_path)
        assert not reader.damaged
        assert sorted(int(key, 16) for key in reader) == list(range(20))


@pytest.fixture
def corpus(tmp_path) -> Corpus:
    """Nine calls: two sound the same, one has no audio, one no text, one text is dots only."""
    (tmp_path / "wav").mkdir()
    rng = np.random.default_rng(0)
    rows = []
    for i in range(9):
        seed = 3 if i == 4 else i
        rng = np.random.default_rng(seed)
        audio = Audio((0.1 * rng.normal(size=4000 + 400 * seed)).astype(np.float32), 8000)
        write_audio(tmp_path / "wav" / f"{i}.wav", audio)
        there = i != 7
        rows.append(
            {
                "id": f"call-{i}",
                "audio": f"{i}.wav" if there else None,
                "audio_hash": audio_hash(audio) if there else None,
                "sample_rate": 8000 if there else None,
                "duration": audio.duration if there else None,
                "text": {5: None, 6: "..."}.get(i, f"문장 {i}"),
                "label.mood": "good",
            }
        )
    spec = CorpusSpec(name="toy", adapter="table", tasks=(MOOD,), audio_root=str(tmp_path / "wav"))
    vectors = {"pose": [np.full((2, 4), i, np.float32) if i else None for i in range(9)]}
    return write_corpus(tmp_path / "corpus", spec, pl.DataFrame(rows), features=vectors)


def facts(report) -> tuple[int, int, int, int, int]:
    return (report.done, report.cached, report.absent, report.shared, len(report.failed))


class TestFill:
    def test_each_signal_once(self, corpus, tmp_path):
        store, encoder = Store(tmp_path / "store"), LogMel(bands=8)
        report = store.fill(corpus, "speech", encoder, workers=1)
        assert facts(report) == (7, 0, 1, 1, 0)
        assert report.seconds_audio == pytest.approx(7 * 0.5 + 0.05 * (0 + 1 + 2 + 3 + 5 + 6 + 8))
        assert report.times_real_time > 0
        reader = store.reader(encoder)
        for row in corpus.utterances.iter_rows(named=True):
            if (key := corpus.signal_hash(row, "audio", "speech")) is not None:
                expected = encoder.prepare(corpus.signal(row, "audio", "speech"))
                np.testing.assert_array_equal(reader.get(key), expected)

    def test_text_and_features(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        assert facts(store.fill(corpus, "text", Jamo(), workers=1)) == (7, 0, 2, 0, 0)

        class Kept(Precomputed):
            cacheable = True

        report = store.fill(corpus, "pose", Kept(), workers=1)
        assert facts(report) == (8, 0, 1, 0, 0)
        assert report.times_real_time is None

    def test_workers_make_no_difference(self, corpus, tmp_path):
        one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
        one.fill(corpus, "speech", LogMel(), workers=1)
        two.fill(corpus, "speech", LogMel(), workers=2)
        names = [sorted(p.name for p in s.folder.rglob("*.shard")) for s in (one, two)]
        assert names[0] == names[1] != []  # a name is the checksum of the bytes

    def test_again_nothing_is_left_to_do(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        store.fill(corpus, "speech", LogMel(), rows=corpus.utterances.head(3), workers=1)
        assert facts(store.fill(corpus, "speech", LogMel(), workers=1)) == (4, 3, 1, 1, 0)
        assert facts(store.fill(corpus, "speech", LogMel(), workers=1)) == (0, 7, 1, 1, 0)

    def test_other_parameters_have_their_own_place(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        store.fill(corpus, "speech", LogMel(), workers=1)
        assert len(store.reader(LogMel(bands=8))) == 0
        assert store.place(LogMel(bands=8)) != store.place(LogMel())
        assert store.place(Jamo(dim=8)) == store.place(Jamo())  # the spelling is the same

    def test_a_damaged_shard_is_made_again(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        store.fill(corpus, "speech", LogMel(), workers=1)
        (shard,) = store.folder.rglob("*.shard")
        whole = shard.read_bytes()
        shard.write_bytes(whole[:-8])
        report = store.fill(corpus, "speech", LogMel(), workers=1)
        assert (report.rebuilt, report.done) == (1, 7)
        assert shard.read_bytes() == whole

    @pytest.mark.parametrize("workers", [1, 2])
    def test_failures_are_named_by_row_and_are_not_zeros(self, corpus, tmp_path, workers):
        wav = tmp_path / "wav"
        (wav / "1.wav").unlink()
        (wav / "2.wav").write_bytes((wav / "2.wav").read_bytes()[:-100])
        (wav / "3.wav").write_text("this is text")  # rows 3 and 4 are the same sound
        (wav / "6.wav").write_bytes((wav / "8.wav").read_bytes())
        store = Store(tmp_path / "store")
        report = store.fill(corpus, "speech", LogMel(), workers=workers)
        reasons = {failure.id: failure.reason for failure in report.failed}
        assert sorted(reasons) == ["call-1", "call-2", "call-3", "call-4", "call-6"]
        assert "does not exist" in reasons["call-1"]
        assert "truncated" in reasons["call-2"]
        assert "cannot be decoded" in reasons["call-3"]
        assert "changed" in reasons["call-6"]
        assert len(store.reader(LogMel())) == report.done == 3

    def test_a_modality_that_the_encoder_does_not_read(self, corpus, tmp_path):
        with pytest.raises(MalsoriError, match="speech"):
            Store(tmp_path).fill(corpus, "speech", Jamo(), workers=1)

    def test_an_encoder_that_stores_nothing(self, corpus, tmp_path):
        with pytest.raises(MalsoriError, match="on the fly"):
            Store(tmp_path / "store").fill(corpus, "pose", Precomputed(), workers=1)

    def test_empty_texts_are_not_prepared_again(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        store.fill(corpus, "text", Jamo(), workers=1)
        assert facts(store.fill(corpus, "text", Jamo(), workers=1)) == (0, 7, 2, 0, 0)

    def test_a_folder_that_says_it_is_of_another_encoder(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        store.fill(corpus, "speech", LogMel(), workers=1)
        (store.place(LogMel()) / "encoder.json").write_text('{"kind": "logmel", "version": 0}')
        with pytest.raises(MalsoriError, match="another encoder"):
            store.reader(LogMel())
        with pytest.raises(MalsoriError, match="another encoder"):
            store.fill(corpus, "speech", LogMel(), workers=1)

    def test_a_thorough_check_finds_what_left_no_trace(self, corpus, tmp_path):
        store = Store(tmp_path / "store")
        store.fill(corpus, "speech", LogMel(), workers=1)
        store.fill(corpus, "speech", LogMel(), workers=1)
        (shard,) = store.folder.rglob("*.shard")
        whole, before = shard.read_bytes(), shard.stat()
        shard.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        os.utime(shard, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert store.fill(corpus, "speech", LogMel(), workers=1).rebuilt == 0
        report = store.fill(corpus, "speech", LogMel(), workers=1, thorough=True)
        assert (report.rebuilt, report.done) == (1, 7)
        assert report.damage == [f"{shard.name}: its data are not what was written"]
        assert shard.read_bytes() == whole
