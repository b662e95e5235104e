"""What was heard survives whatever happens to the process, and damage costs its line only."""

import os

import numpy as np
import pytest

from malsori.corpus.journal import Journal, Measured
from malsori.corpus.sounds import sound_of
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio


def heard(seed):
    rng = np.random.default_rng(seed)
    samples = (rng.normal(size=8000) * np.repeat(rng.uniform(0.01, 0.2, 20), 400)).clip(-1, 1)
    audio = Audio(samples.astype(np.float32), 8000)
    whole = Measured(None, None, 8000, 1 / 3, "f" * 64, 0.1 + 0.2, sound_of(audio))
    return [whole, Measured("truncated", "끝이 없다\t\n")]


def same(a, b):
    for left, right in zip(a, b, strict=True):
        assert (left.reason, left.detail, left.duration) == (
            right.reason,
            right.detail,
            right.duration,
        )
        assert (left.cut, left.audio_hash) == (right.cut, right.audio_hash)
        if left.sound is not None:
            assert left.sound.quality == right.sound.quality
            assert len(left.sound.fingerprint) > 0
            np.testing.assert_array_equal(
                left.sound.fingerprint.words, right.sound.fingerprint.words
            )
            np.testing.assert_array_equal(left.sound.fingerprint.at, right.sound.fingerprint.at)


@pytest.fixture
def written(tmp_path):
    """A journal of three recordings: its folder and its file."""
    with Journal(tmp_path / ".c.heard", {"min_seconds": 0.1}) as journal:
        for i in range(3):
            journal.add(f"k{i}", heard(i))
    return tmp_path / ".c.heard", tmp_path / ".c.heard" / "journal"


def again(folder, **settings):
    return Journal(folder, {"min_seconds": 0.1, **settings})


def test_what_was_added_comes_back(written):
    journal = again(written[0])
    assert len(journal) == 3
    for i in range(3):
        same(journal.get(f"k{i}"), heard(i))
    assert "k3" not in journal


def test_it_can_be_read_while_it_is_written(written):
    with again(written[0]) as journal:
        journal.add("k3", heard(3))
        same(journal.get("k3"), heard(3))
        same(journal.get("k0"), heard(0))
        journal.add("k4", heard(4))
        same(journal.get("k4"), heard(4))


def test_every_cut_costs_the_last_line_only(written):
    folder, file = written
    whole = file.read_bytes()
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 10]
    for length in range(ends[0], len(whole), 97):
        file.write_bytes(whole[:length])
        with again(folder) as journal:
            assert len(journal) == sum(end <= length for end in ends[1:])
            journal.add("new", heard(7))
        with again(folder) as journal:
            assert len(journal) == sum(end <= length for end in ends[1:]) + 1
            same(journal.get("new"), heard(7))


def test_damage_in_the_middle_costs_its_line_only(written):
    folder, file = written
    data = bytearray(file.read_bytes())
    data[data.index(b"k1") + 40] ^= 1
    file.write_bytes(data)
    journal = again(folder)
    assert [f"k{i}" in journal for i in range(3)] == [True, False, True]
    same(journal.get("k2"), heard(2))


@pytest.mark.parametrize("change", ["settings", "head", "empty"])
def test_another_kind_of_journal_is_begun_anew(written, change):
    folder, file = written
    if change == "head":
        file.write_bytes(b"x" + file.read_bytes())
    if change == "empty":
        file.write_bytes(b"")
    with again(folder, **({"clip_ends": True} if change == "settings" else {})) as journal:
        assert len(journal) == 0
        journal.add("new", heard(1))
    assert b"k0" not in file.read_bytes()


def test_it_is_made_with_its_first_line_and_removed_whole(tmp_path):
    journal = Journal(tmp_path / "heard", {})
    assert not (tmp_path / "heard").exists()
    journal.add("a", heard(0))
    journal.remove()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "heard").mkdir(mode=0o500)
    with pytest.raises(MalsoriError, match="cannot be written: Permission denied"):
        Journal(tmp_path / "heard", {}).add("a", heard(0))


def test_a_file_in_its_place_is_told(tmp_path):
    (tmp_path / "heard").touch()
    with pytest.raises(MalsoriError, match="cannot be written"):
        Journal(tmp_path / "heard", {}).add("a", heard(0))
