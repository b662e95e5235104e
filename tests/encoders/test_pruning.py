"""What nobody needs goes, and nothing else."""

import json
import shutil

import polars as pl
import pytest

from malsori.corpus.corpus import Corpus
from malsori.encoders import Store
from malsori.encoders.entries import Needed, entries_of, find_store
from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.kinds.logmel import LogMel
from malsori.encoders.pruning import plan, prune
from malsori.encoders.reading import Reader
from malsori.encoders.uses import uses
from malsori.errors import MalsoriError


@pytest.fixture
def store(calls) -> Store:
    made = Store(calls.path / "store")
    made.fill(calls, "speech", LogMel(bands=4), workers=1)
    made.fill(calls, "text", Jamo(), workers=1)
    return made


def without(corpus, rows) -> Corpus:
    """The same corpus after some rows were taken out of it."""
    less = corpus.utterances.head(corpus.utterances.height - rows)
    less.write_parquet(corpus.path / "utterances.parquet")
    return Corpus.open(corpus.path)


def content(place) -> dict[str, bytes]:
    reader = Reader(place)
    return {key: reader.get(key).tobytes() for key in reader}


def test_entries_say_what_is_there(store, calls):
    logmel, jamo = sorted(entries_of(store.folder), key=lambda e: e.signal)
    assert (logmel.signal, jamo.signal) == ("audio", "text")
    assert len(logmel.reader) == len(jamo.reader) == 40
    assert logmel.options == "sample_rate 8000; bands 4; segment 1.0"
    assert logmel.bytes > sum(f.stat().st_size for f in logmel.place.glob("*.shard"))
    assert [use.corpus for use in logmel.uses] == [calls.path.resolve()]
    needed = Needed([calls])
    assert set(logmel.reader.keys) <= set(needed.keys("audio"))
    assert set(jamo.reader.keys) <= set(needed.keys("text"))


def test_a_damaged_description_is_said_and_the_signals_are_known(store, calls):
    place = store.place(Jamo())
    (place / "encoder.json").write_text("{")
    (entry,) = (e for e in entries_of(store.folder) if e.place == place)
    assert (entry.fingerprint, entry.options) == (None, "damaged: encoder.json")
    assert entry.signal == "text"
    assert plan(store.folder, calls, None).kept == []


def test_a_store_is_found_from_its_corpus_and_alone(store, calls, tmp_path):
    assert find_store(calls.path)[0] == store.folder
    assert find_store(store.folder)[1].path.resolve() == calls.path.resolve()
    other = Store(tmp_path / "elsewhere")
    other.fill(calls, "text", Jamo(), workers=1)
    assert find_store(other.folder) == (other.folder, None)
    with pytest.raises(MalsoriError, match="neither a corpus nor"):
        find_store(tmp_path)


def test_what_is_needed_stays(store, calls):
    assert plan(store.folder, calls, None).removals == []
    keep = [store.place(LogMel(bands=4)), store.place(Jamo())]
    assert plan(store.folder, calls, keep).removals == []


def test_signals_that_the_corpus_lost_go_and_the_others_stay_as_they_are(store, calls):
    place = store.place(LogMel(bands=4))
    before = content(place)
    less = without(calls, 10)
    todo = plan(store.folder, less, None)
    assert [(r.what, r.signals) for r in todo.removals] == [("signals", 10)] * 2
    assert content(place) == before  # a plan changes nothing
    prune(todo)
    left = content(place)
    assert set(left) == set(less.utterances["audio_hash"])
    assert left == {key: before[key] for key in left}
    assert plan(store.folder, less, None).removals == []
    report = store.fill(less, "speech", LogMel(bands=4), workers=1)
    assert (report.done, report.cached) == (0, 30)


def test_only_shards_with_something_to_lose_are_written_anew(store, calls):
    place = store.place(Jamo())
    (old,) = place.glob("*.shard")
    with store.writer(Jamo()) as writer:
        writer.add("ab" * 32, Jamo().prepare("남"))
    prune(plan(store.folder, calls, None))
    assert list(place.glob("*.shard")) == [old]


def test_a_reader_that_has_it_open_reads_on(store, calls):
    reader = store.reader(LogMel(bands=4))
    prune(plan(store.folder, without(calls, 10), None))
    kept, gone = calls.utterances["audio_hash"][0], calls.utterances["audio_hash"][39]
    assert reader.get(kept).shape[1] > 1
    with pytest.raises(MalsoriError, match="holds no features"):
        reader.get(gone)


def test_encoders_go_that_no_recipe_to_keep_uses(store, calls):
    todo = plan(store.folder, calls, [store.place(Jamo())])
    (removal,) = todo.removals
    assert (removal.what, removal.signals) == ("encoder", 40)
    prune(todo)
    assert [e.place for e in entries_of(store.folder)] == [store.place(Jamo())]
    assert not store.place(LogMel(bands=4)).exists()


def test_what_others_put_into_the_folder_stays(store, calls):
    place = store.place(LogMel(bands=4))
    (place / "mine.txt").write_text("mine")
    (store.folder / "my-things").mkdir()
    prune(plan(store.folder, calls, [store.place(Jamo())]))
    assert [f.name for f in place.iterdir()] == ["mine.txt"]
    assert (store.folder / "my-things").is_dir()


def test_damaged_shards_go(store, calls):
    place = store.place(LogMel(bands=4))
    (shard,) = place.glob("*.shard")
    shard.write_bytes(b"")
    todo = plan(store.folder, calls, None)
    assert [r.what for r in todo.removals] == ["damaged"]
    prune(todo)
    assert not shard.exists()
    assert store.fill(calls, "speech", LogMel(bands=4), workers=1).done == 40


class TestSeveralCorpora:
    @pytest.fixture
    def shared(self, calls, make_calls, tmp_path):
        """A store outside, that two corpora use; the second has some of the same signals."""
        store = Store(tmp_path / "shared")
        other = make_calls(tmp_path / "other", 50)
        for corpus in (calls, other):
            store.fill(corpus, "speech", LogMel(bands=4), workers=1)
        return store, calls, other

    def test_signals_of_the_other_stay(self, shared):
        store, calls, _ = shared
        without(calls, 40)
        assert plan(store.folder, None, None).removals == []

    def test_what_neither_has_goes(self, shared):
        store, calls, other = shared
        without(calls, 10)
        without(other, 15)
        (removal,) = plan(store.folder, None, None).removals
        assert (removal.what, removal.signals) == ("signals", 15)

    def test_while_one_of_them_is_away_all_stay(self, shared):
        store, calls, other = shared
        without(calls, 40)
        shutil.move(other.path, other.path.with_name("moved"))
        todo = plan(store.folder, None, None)
        assert todo.removals == []
        assert "a corpus is away" in todo.kept[0]
        assert str(other.path.resolve()) in todo.kept[0]


def test_a_corpus_may_move_with_its_store(store, calls, tmp_path):
    moved = tmp_path / "moved"
    shutil.move(calls.path, moved)
    (use, *rest) = uses(Store(moved / "store").place(Jamo()))
    assert (use.corpus, rest) == (moved.resolve(), [])
    opened = Corpus.open(moved)
    assert plan(moved / "store", opened, None).kept == []


def test_features_of_an_encoder_that_does_not_exist_any_more(store, calls):
    place = store.folder / "gone-0123456789abcdef"
    place.mkdir()
    (place / "encoder.json").write_text(json.dumps({"kind": "gone", "version": 1}))
    todo = plan(store.folder, calls, None)
    assert todo.removals == []
    assert "no such encoder" in todo.kept[0]
    (removal,) = plan(
        store.folder, calls, [store.place(Jamo()), store.place(LogMel(bands=4))]
    ).removals
    assert removal.entry.place == place


def test_vectors_of_a_corpus_count_too(tmp_path, calls):
    assert len(Needed([calls]).keys("features")) == 0
    bare = Corpus(calls.path, calls.spec, pl.DataFrame({"id": ["a"]}), calls.quarantine)
    assert len(Needed([bare]).keys("audio")) == len(Needed([bare]).keys("text")) == 0
