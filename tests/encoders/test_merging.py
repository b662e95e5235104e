from pathlib import Path

import numpy as np
import pytest

from malsori.encoders import Store, Writer, merging, writing
from malsori.encoders.kinds.logmel import LogMel
from malsori.encoders.merging import merge
from malsori.encoders.reading import Reader


def write(place, numbers):
    with Writer(place) as writer:
        for i in numbers:
            writer.add(f"{i:064x}", np.full((2, 3), i, np.float32) if i % 5 else None)


def test_many_small_shards_become_one_and_full_ones_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(merging, "MAX_ROWS", 400)
    write(tmp_path, range(1000, 1200))
    (full,) = tmp_path.glob("*.shard")
    for i in range(10):
        write(tmp_path, range(3 * i, 3 * i + 3))
    before = {key: Reader(tmp_path).get(key) for key in Reader(tmp_path)}
    assert merge(tmp_path) == 10
    assert len(list(tmp_path.glob("*.shard"))) == 2
    assert full.exists()
    after = Reader(tmp_path)
    assert set(after) == set(before)
    for key, values in before.items():
        np.testing.assert_array_equal(after.get(key), values)
    assert merge(tmp_path) == 0


def test_a_few_are_left_as_they_are(tmp_path):
    for i in range(5):
        write(tmp_path, [i])
    assert merge(tmp_path) == 0
    assert len(list(tmp_path.glob("*.shard"))) == 5


def test_a_kill_between_leaves_everything(tmp_path, monkeypatch):
    for i in range(10):
        write(tmp_path, [i])

    unlink = Path.unlink

    def killed(path, **options):
        if path.suffix == ".shard":
            raise KeyboardInterrupt
        unlink(path, **options)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        merge(tmp_path)
    monkeypatch.undo()
    assert len(Reader(tmp_path)) == 10
    assert merge(tmp_path) == 11
    assert len(Reader(tmp_path)) == 10
    assert len(list(tmp_path.glob("*.shard"))) == 1


def test_readers_that_were_open_before_read_on(tmp_path):
    for i in range(10):
        write(tmp_path, [i])
    reader = Reader(tmp_path)
    held = reader.get(f"{1:064x}")
    merge(tmp_path)
    np.testing.assert_array_equal(held, np.full((2, 3), 1))
    for i in (1, 2, 3, 9):
        np.testing.assert_array_equal(reader.get(f"{i:064x}"), np.full((2, 3), i))


def test_filling_merges_what_it_wrote_slowly(calls, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MAX_SECONDS", 0.0)
    store, encoder = Store(tmp_path / "store"), LogMel(bands=4)
    store.fill(calls, "speech", encoder, workers=1)
    assert len(list(store.place(encoder).glob("*.shard"))) > 1  # so does merging, then
    monkeypatch.setattr(writing, "MAX_SECONDS", 20.0)
    (store.place(encoder) / "verified.json").unlink()
    assert merge(store.place(encoder)) == 40
    assert len(store.reader(encoder)) == 40
