"""How a store is filled: in groups, by several processes, in spite of failures and kills."""

import os
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from malsori.encoders import Store, jobs
from malsori.encoders.kinds.logmel import LogMel
from malsori.errors import MalsoriError


def content(store, encoder) -> dict[str, bytes]:
    reader = store.reader(encoder)
    assert not reader.damaged
    return {key: reader.get(key).tobytes() for key in reader}


def keys(corpus) -> set[str]:
    return set(corpus.utterances["audio_hash"])


@pytest.mark.parametrize("workers", [1, 2])
def test_networks_get_groups_and_give_what_each_signal_would_alone(
    calls, tmp_path, network, monkeypatch, workers
):
    monkeypatch.setattr(jobs, "_TOGETHER", 16)
    encoder, store = network(), Store(tmp_path / "store")
    report = store.fill(calls, "speech", encoder, workers=workers)
    assert (report.done, len(report.failed)) == (40, 0)
    assert report.seconds_audio == pytest.approx(calls.utterances["duration"].sum())
    assert encoder.groups == [16, 16, 8]
    reader = store.reader(encoder)
    for row in calls.utterances.iter_rows(named=True):
        expected = encoder.prepare(calls.signal(row, "audio", "speech"))
        np.testing.assert_array_equal(reader.get(row["audio_hash"]), expected)


def test_groups_are_bounded_by_memory(calls, tmp_path, network, monkeypatch):
    monkeypatch.setattr(jobs, "_BYTES", 10 * 4 * 800)
    encoder = network()
    Store(tmp_path / "store").fill(calls, "speech", encoder, workers=1)
    assert max(encoder.groups) <= 10
    assert sum(encoder.groups) == 40


def test_long_recordings_travel_alone(calls, network):
    rows = [(str(i), {"duration": seconds}) for i, seconds in enumerate([0.1, 0.2])]
    assert jobs._chunk(network(), rows) == 16
    assert jobs._chunk(network(), [("a", {"duration": 1800.0})]) == 1
    assert jobs._chunk(network(), [("a", {"duration": None})]) == 16


@pytest.mark.parametrize("workers", [1, 2])
def test_a_signal_on_which_the_network_fails_is_named_and_the_others_are_there(
    calls, tmp_path, network, workers
):
    bad = [calls.signal(calls.utterances.row(i, named=True), "audio", "speech") for i in (3, 11)]
    encoder = network(bad=tuple(audio.samples[0] for audio in bad))
    report = Store(tmp_path / "store").fill(calls, "speech", encoder, workers=workers)
    assert {f.id: f.reason for f in report.failed} == {
        "call-3": "RuntimeError: out of memory",
        "call-11": "RuntimeError: out of memory",
    }
    assert report.done == 38


def test_a_file_that_cannot_be_read_is_a_failure_of_its_row(calls, tmp_path, network):
    calls.audio_path({"audio": "5.wav"}).unlink()
    report = Store(tmp_path / "store").fill(calls, "speech", network(), workers=2)
    assert [f.id for f in report.failed] == ["call-5"]
    assert report.done == 39


def test_a_model_that_cannot_be_loaded_ends_it_and_is_no_fault_of_a_row(calls, tmp_path, network):
    class Absent(network):
        def prepare_many(self, signals):
            raise MalsoriError("the weights are not here")
            yield

    with pytest.raises(MalsoriError, match="weights"):
        Store(tmp_path / "store").fill(calls, "speech", Absent(), workers=1)


def test_continuing_gives_the_same_groups_and_so_the_same_bits(
    calls, tmp_path, network, monkeypatch
):
    monkeypatch.setattr(jobs, "_TOGETHER", 8)
    whole, parts, encoder = Store(tmp_path / "w"), Store(tmp_path / "p"), network(trace=True)
    whole.fill(calls, "speech", encoder, workers=1)

    class Stopping(network):
        def prepare_many(self, signals):
            if len(self.groups) == 2:
                raise KeyboardInterrupt
            yield from super().prepare_many(signals)

    with pytest.raises(KeyboardInterrupt):
        parts.fill(calls, "speech", Stopping(trace=True), workers=1)
    assert len(parts.reader(encoder)) == 16
    parts.fill(calls, "speech", encoder, workers=1)
    assert content(parts, encoder) == content(whole, encoder)


SERVER = """
import os, sys, time
from malsori.corpus.corpus import Corpus
from malsori.encoders import Store, writing
from malsori.encoders.kinds.logmel import LogMel

class Slow(LogMel):  # takes its time, so that there are moments to be killed in
    left = 1000

    def prepare(self, signal):
        Slow.left -= 1
        time.sleep(0.004 if Slow.left >= 0 else 600)  # then until it is killed, however late
        return super().prepare(signal)

writing.MAX_ROWS = 3
for line in sys.stdin:
    what, *rest = line.split()
    if what == "wait":
        print(os.waitstatus_to_exitcode(os.waitpid(int(rest[0]), 0)[1]), flush=True)
        continue
    child = os.fork()  # so that modules are loaded once; nothing has threads yet
    if child == 0:
        status = 1
        try:
            corpus, Slow.left = Corpus.open(rest[0]), int(rest[2])
            status = Store(rest[1]).fill(corpus, "speech", Slow(bands=4), workers=1).rebuilt
        finally:
            os._exit(status)
    print(child, flush=True)
"""


@pytest.fixture(scope="module")
def ask():
    """Asks the server for a new process, or for the exit status of one."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def question(*words):
        server.stdin.write(" ".join(map(str, words)) + "\n")
        server.stdin.flush()
        return int(server.stdout.readline())

    yield question
    server.communicate()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_random_moments_and_continued_the_store_is_the_same(calls, tmp_path, ask):
    whole, parts, encoder = Store(tmp_path / "whole"), Store(tmp_path / "parts"), LogMel(bands=4)
    whole.fill(calls, "speech", encoder, workers=1)
    rng, sizes = random.Random(0), []
    for _ in range(8):
        child = ask("fill", calls.path, parts.folder, 4)
        time.sleep(rng.uniform(0.01, 0.1))
        os.kill(child, signal.SIGKILL)
        assert ask("wait", child) == -signal.SIGKILL
        sizes.append(len(parts.reader(encoder)))
    assert sizes == sorted(sizes)
    assert sizes[-1] < 40
    assert ask("wait", ask("fill", calls.path, parts.folder, 40)) == 0
    assert content(parts, encoder) == content(whole, encoder)
    assert set(content(parts, encoder)) == keys(calls)
    assert not list(parts.folder.rglob("*.part"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_processes_that_fill_at_once_end_with_the_complete_store(calls, tmp_path, ask):
    store, encoder = Store(tmp_path / "store"), LogMel(bands=4)
    children = [ask("fill", calls.path, store.folder, 40) for _ in range(3)]
    assert [ask("wait", child) for child in children] == [0, 0, 0]
    alone = Store(tmp_path / "alone")
    alone.fill(calls, "speech", encoder, workers=1)
    assert content(store, encoder) == content(alone, encoder)
    assert store.fill(calls, "speech", encoder, workers=1).done == 0
    assert not list(store.folder.rglob("*.part"))


class Constant(LogMel):
    def prepare(self, signal):
        return np.ones((2, 4), np.float32)


def test_what_is_constant_is_not_computed_to_the_end(make_calls, tmp_path):
    corpus = make_calls(tmp_path / "more", 200, seconds=0.01)
    store = Store(tmp_path / "store")
    report = store.fill(corpus, "speech", Constant(), workers=1)
    assert report.stopped
    assert report.done == 64
    assert [f.check for f in report.serious()] == ["constant"]
    allowed = store.fill(corpus, "speech", Constant(), workers=1, allow=["constant"])
    assert (allowed.stopped, allowed.done, allowed.cached) == (False, 136, 64)
    assert [f.check for f in allowed.findings] == ["constant"]


def test_findings_are_kept_for_later_runs(calls, tmp_path, monkeypatch):
    store = Store(tmp_path / "store")
    store.fill(calls, "speech", Constant(), workers=1, allow=["constant"])
    monkeypatch.setattr("malsori.vectors.VectorSummary.add", None)  # nothing is looked at again
    again = store.fill(calls, "speech", Constant(), workers=1)
    assert (again.done, again.cached) == (0, 40)
    assert [f.check for f in again.serious()] == ["constant"]
    assert again.serious()[0].examples[0] == "call-0"


def test_other_rows_are_looked_at_anew(calls, tmp_path):
    store = Store(tmp_path / "store")
    store.fill(calls, "speech", Constant(), workers=1)
    few = store.fill(calls, "speech", Constant(), rows=calls.utterances.head(3), workers=1)
    assert few.findings == []  # three may be alike by chance


@pytest.mark.parametrize("written", [b"{", b"", b"\xff", b"[]", b"{}"])
def test_a_damaged_description_is_written_anew(calls, tmp_path, written):
    store, encoder = Store(tmp_path / "store"), LogMel()
    store.fill(calls, "speech", encoder, workers=1)
    place = store.place(encoder)
    file = place / "encoder.json"
    whole = file.read_bytes()
    file.write_bytes(written)
    assert len(store.reader(encoder)) == 40  # who only reads needs no description
    report = store.fill(calls, "speech", encoder, workers=1)
    assert report.damage == [f"{place.name}/encoder.json: it does not describe an encoder"]
    assert (report.done, report.rebuilt) == (0, 0)  # what is rebuilt are shards
    assert file.read_bytes() == whole
    assert store.fill(calls, "speech", encoder, workers=1).damage == []
