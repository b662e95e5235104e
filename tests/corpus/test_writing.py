"""A corpus is there whole or not at all."""

import numpy as np
import polars as pl
import pytest

from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.sounds import sound_of, sounds_table
from malsori.corpus.writing import staged, write_corpus
from malsori.errors import MalsoriError
from malsori.schema import Task
from malsori.signals.audio import Audio

SPEC = CorpusSpec(name="toy", adapter="table", tasks=())
ROWS = pl.DataFrame({"id": ["a", "b"], "text": ["x", "y"]})


def names(folder):
    return sorted(p.name for p in folder.iterdir())


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_was_written_before_an_error_is_gone(tmp_path, error):
    def interrupted():
        with staged(tmp_path / "toy") as folder:
            (folder / "corpus.yaml").write_text("name: toy")
            raise error

    with pytest.raises(error):
        interrupted()
    assert names(tmp_path) == []


def test_the_old_corpus_stays_when_its_successor_fails(tmp_path):
    write_corpus(tmp_path / "toy", SPEC, ROWS)
    twice = pl.DataFrame({"id": ["a", "a"]})
    with pytest.raises(MalsoriError, match="id 'a' occurs more than once"):
        write_corpus(tmp_path / "toy", SPEC, twice, overwrite=True)
    assert names(tmp_path) == ["toy"]
    assert Corpus.open(tmp_path / "toy").utterances.height == 2


def test_overwrite_replaces_the_whole_folder_and_says_what_went(tmp_path, capsys):
    old = write_corpus(tmp_path / "toy", SPEC, ROWS)
    (old.path / "splits").mkdir()
    (old.path / "splits" / "s.parquet").touch()
    (old.path / "notes.txt").touch()
    (old.path / "store").mkdir()
    (old.path / "store" / "shard").write_text("features")
    new = write_corpus(tmp_path / "toy", SPEC, ROWS[:1], overwrite=True)
    assert "toy, which was toy (2 rows), its split s, notes.txt; stored features are kept" in (
        capsys.readouterr().err
    )
    assert names(new.path) == ["corpus.yaml", "quarantine.parquet", "store", "utterances.parquet"]
    assert (new.path / "store" / "shard").read_text() == "features"
    assert new.utterances.height == 1
    assert new.split_names() == []
    assert names(tmp_path) == ["toy"]


def test_a_corpus_is_not_replaced_unasked(tmp_path):
    write_corpus(tmp_path / "toy", SPEC, ROWS)
    with pytest.raises(MalsoriError, match=r"is already a corpus \(pass --overwrite"):
        write_corpus(tmp_path / "toy", SPEC, ROWS)


def test_other_things_are_never_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "thesis.tex").touch()
    with pytest.raises(MalsoriError, match="holds other things than a corpus"):
        write_corpus(tmp_path / "thesis", SPEC, ROWS, overwrite=True)
    with pytest.raises(MalsoriError, match="is a file"):
        write_corpus(tmp_path / "thesis" / "thesis.tex", SPEC, ROWS, overwrite=True)
    assert names(tmp_path / "thesis") == ["thesis.tex"]


class TestLeftovers:
    """A process that was killed left its unfinished folder beside the destination."""

    def leave(self, tmp_path, name):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "corpus.yaml").write_text("name: toy")
        return folder

    def test_what_a_killed_process_left_is_removed(self, tmp_path):
        self.leave(tmp_path, ".toy.partial-abc")
        self.leave(tmp_path, ".toys.partial-abc")
        write_corpus(tmp_path / "toy", SPEC, ROWS)
        assert names(tmp_path) == [".toys.partial-abc", "toy"]

    def test_what_a_living_process_writes_stays(self, tmp_path):
        with staged(tmp_path / "toy") as folder:
            write_corpus(tmp_path / "toy", SPEC, ROWS)
            assert folder.is_dir()
            (tmp_path / "toy").rename(tmp_path / "other")

    def test_an_old_corpus_that_was_moved_aside_comes_back(self, tmp_path):
        old = write_corpus(tmp_path / "toy", SPEC, ROWS[:1])
        old.path.rename(tmp_path / ".toy.old-abc")
        with pytest.raises(MalsoriError, match="is already a corpus"):
            write_corpus(tmp_path / "toy", SPEC, ROWS)
        assert Corpus.open(tmp_path / "toy").utterances.height == 1
        (tmp_path / ".toy.old-def" / "store").mkdir(parents=True)
        write_corpus(tmp_path / "toy", SPEC, ROWS, overwrite=True)
        assert names(tmp_path) == ["toy"]
        assert (tmp_path / "toy" / "store").is_dir()


def test_sounds_are_of_utterances(tmp_path):
    silence = sound_of(Audio(np.zeros(800, np.float32), 8000))
    sounds = sounds_table([("b", silence)])
    corpus = write_corpus(tmp_path / "toy", SPEC, ROWS, sounds=sounds)
    assert corpus.sounds.equals(sounds)
    assert write_corpus(tmp_path / "mute", SPEC, ROWS).sounds.equals(sounds[:0])
    with pytest.raises(MalsoriError, match="sounds of 'b', which is no utterance"):
        write_corpus(tmp_path / "other", SPEC, ROWS[:1], sounds=sounds)


def test_an_empty_folder_is_taken(tmp_path):
    (tmp_path / "toy").mkdir()
    assert write_corpus(tmp_path / "toy", SPEC, ROWS).utterances.height == 2


def test_vectors_make_one_file_that_numpy_reads(tmp_path):
    arrays = [np.ones((2, 3), np.float64), None, np.zeros((4, 3), np.float32)]
    rows = pl.DataFrame({"id": ["a", "b", "c"]})
    corpus = write_corpus(tmp_path / "toy", SPEC, rows, features={"face": arrays})
    stored = np.load(corpus.path / "features" / "face.npy")
    np.testing.assert_array_equal(stored, np.vstack([arrays[0], arrays[2]]))
    assert stored.dtype == np.float32
    assert corpus.spec.features["face"].dim == 3
    assert corpus.spec.features["face"].frames == 6
    references = corpus.utterances["features.face"].to_list()
    assert references == ["features/face.npy:0:2", None, "features/face.npy:2:6"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ([np.ones((1, 3)), np.ones((1, 2))], "of 'b' have length 2, others 3"),
        ([None, None], "hold no vector"),
        ([np.ones((1, 3))], "1 for 2 utterances"),
    ],
)
def test_vectors_must_fit(tmp_path, arrays, message):
    with pytest.raises(MalsoriError, match=message):
        write_corpus(tmp_path / "toy", SPEC, ROWS, features={"face": arrays})
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"id": ["a", None]}, "1 utterances of 'toy' have no id"),
        ({"id": ["a"], "label.mood": ["x"]}, "label.mood of 'toy' belongs to no task"),
        ({"id": ["a"], "mood": ["x"]}, "column 'mood' is not one of a corpus"),
        ({"id": ["a"], "start": ["soon"]}, "does not fit the corpus' columns"),
    ],
)
def test_rows_must_be_a_corpus(tmp_path, rows, message):
    with pytest.raises(MalsoriError, match=message):
        write_corpus(tmp_path / "toy", SPEC, pl.DataFrame(rows))


def test_a_task_name_must_be_a_column_name(tmp_path):
    task = Task(name="how urgent?", kind="nominal", classes=("a", "b"))
    spec = SPEC.model_copy(update={"tasks": (task,)})
    with pytest.raises(MalsoriError, match=r"task name 'how urgent\?' is not usable"):
        write_corpus(tmp_path / "toy", spec, ROWS)
