"""A corpus is read as it was written, and says what is wrong with a damaged one."""

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from malsori.corpus.corpus import Corpus, CorpusSpec, hash_features
from malsori.corpus.writing import write_corpus
from malsori.errors import MalsoriError
from malsori.schema import Task
from malsori.signals.audio import Audio, audio_hash, write_audio

URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
ROWS = {
    "id": ["a", "b", "c"],
    "speaker": ["s1", "s2", None],
    "text": ["불이 났어요", None, ""],
    "label.urgency": ["상", None, "하"],
}


def spec(**changes):
    return CorpusSpec(**({"name": "calls", "adapter": "table", "tasks": (URGENCY,)} | changes))


@pytest.fixture
def corpus(tmp_path):
    features = {"face": [np.arange(6.0).reshape(2, 3), None, np.ones((1, 3))]}
    return write_corpus(tmp_path / "calls", spec(), pl.DataFrame(ROWS), features=features)


def test_it_is_read_as_it_was_written(corpus):
    again = Corpus.open(str(corpus.path))
    assert again.name == "calls"
    assert again.tasks == {"urgency": URGENCY}
    assert again.modalities == ["text", "face"]
    assert again.utterances["text"].to_list() == ["불이 났어요", None, None]
    assert again.utterances["call"].null_count() == 3
    assert again.quarantine.columns == ["row", "id", "file", "reason", "detail"]
    assert again.digest == corpus.digest


def test_labels_are_ranks_and_minus_one_where_missing(corpus):
    labels = corpus.labels("urgency")
    assert labels.dtype == np.int64
    assert labels.tolist() == [2, -1, 0]


def test_a_task_without_column_is_labelled_nowhere(tmp_path):
    corpus = write_corpus(tmp_path / "c", spec(), pl.DataFrame({"id": ["a", "b"]}))
    assert corpus.labels("urgency").tolist() == [-1, -1]


def test_an_unknown_task_names_the_known_ones(corpus):
    with pytest.raises(MalsoriError, match=r"no task 'urgent'.*its tasks are urgency"):
        corpus.labels("urgent")


def test_a_task_is_there_once():
    with pytest.raises(ValidationError, match="task 'urgency' is there twice: ordinal and nominal"):
        spec(tasks=(URGENCY, Task(name="urgency", kind="nominal", classes=("a", "b"))))


def test_names_of_groups_have_one_form_however_they_were_written(tmp_path):
    rows = {"id": list("abc"), "speaker": ["        s1", "s1", "3.0"], "call": ["1", "2", "\u200b"]}
    corpus = write_corpus(tmp_path / "c", spec(), pl.DataFrame(rows))
    assert corpus.utterances["speaker"].to_list() == ["s1", "s1", "3"]
    assert corpus.utterances["call"].to_list() == ["1", "2", None]
    assert set(corpus.respelled) == {"speaker", "call"}
    on_disk = pl.read_parquet(corpus.path / "utterances.parquet")
    assert on_disk["speaker"].to_list() == rows["speaker"]


def test_signals_are_none_where_absent(corpus):
    first, second, third = corpus.utterances.iter_rows(named=True)
    assert corpus.signal(first, "text", "text") == "불이 났어요"
    np.testing.assert_array_equal(corpus.signal(first, "features", "face"), [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(corpus.signal(third, "features", "face"), [[1, 1, 1]])
    for kind, modality in [("text", "text"), ("features", "face"), ("audio", "speech")]:
        assert corpus.signal(second, kind, modality) is None
        assert corpus.signal_hash(second, kind, modality) is None


def test_features_cannot_be_written_to(corpus):
    row = corpus.utterances.row(0, named=True)
    with pytest.raises(ValueError, match="read-only"):
        corpus.signal(row, "features", "face")[0, 0] = 1


def test_features_called_text_are_not_the_transcript(tmp_path):
    rows = pl.DataFrame({"id": ["a"], "text": ["네"]})
    features = {"text": [np.ones((1, 4), np.float32)]}
    corpus = write_corpus(tmp_path / "c", spec(tasks=()), rows, features=features)
    row = corpus.utterances.row(0, named=True)
    assert corpus.modalities == ["text"]
    assert corpus.signals == {"text": ("text", "features")}
    assert corpus.signal(row, "text", "text") == "네"
    assert corpus.signal(row, "features", "text").shape == (1, 4)
    assert corpus.signal_hash(row, "text", "text") != corpus.signal_hash(row, "features", "text")


@pytest.mark.parametrize(("kind", "modality"), [("audio", "voice"), ("text", "script")])
def test_a_misspelt_modality_is_an_error_and_not_absent(corpus, kind, modality):
    with pytest.raises(MalsoriError, match=f"cannot read modality '{modality}'"):
        corpus.signal(corpus.utterances.row(0, named=True), kind, modality)


@pytest.mark.parametrize("absolute", [True, False])
def test_audio_is_heard_in_its_part(tmp_path, absolute):
    sound = Audio(np.linspace(-0.5, 0.5, 8000, dtype=np.float32), 8000)
    write_audio(tmp_path / "wav" / "a.wav", sound)
    root = str(tmp_path / "wav") if absolute else "../wav"
    part = Audio(sound.samples[2000:4000], 8000)
    rows = pl.DataFrame(
        {"id": ["a"], "audio": ["a.wav"], "start": [0.25], "end": [0.5], "audio_hash": ["x"]}
    )
    corpus = write_corpus(tmp_path / "c", spec(tasks=(), audio_root=root), rows)
    row = corpus.utterances.row(0, named=True)
    heard = corpus.signal(row, "audio", "speech")
    assert corpus.modalities == ["speech"]
    assert audio_hash(heard) == audio_hash(part)
    assert corpus.signal_hash(row, "audio", "speech") == "x"


def test_the_hash_of_features_is_that_of_their_content(corpus):
    row = corpus.utterances.row(0, named=True)
    expected = hash_features(np.arange(6, dtype=np.float32).reshape(2, 3))
    assert corpus.signal_hash(row, "features", "face") == expected


class TestDigest:
    def make(self, folder, rows=None, vectors=None, **changes):
        frame = pl.DataFrame(ROWS if rows is None else rows)
        features = None if vectors is None else {"face": vectors}
        return write_corpus(folder, spec(**changes), frame, features=features)

    def test_order_of_rows_and_columns_and_places_do_not_matter(self, tmp_path):
        rows = pl.DataFrame(ROWS | {"audio": ["a.wav", None, None]})
        vectors = [np.full((1, 2), i, np.float32) for i in range(3)]
        other = rows.select(reversed(rows.columns)).reverse()
        other = other.with_columns(pl.col("audio").replace("a.wav", "elsewhere/a.wav"))
        a = self.make(tmp_path / "a", rows, vectors)
        b = self.make(tmp_path / "b", other, vectors[::-1], name="other", audio_root="..")
        assert a.digest == b.digest

    @pytest.mark.parametrize(
        "change",
        [
            {"text": ["불이 났어요!", None, ""]},
            {"label.urgency": ["상", "하", "하"]},
            {"role": list("xyz")},
        ],
    )
    def test_content_matters(self, tmp_path, change):
        assert self.make(tmp_path / "a").digest != self.make(tmp_path / "b", ROWS | change).digest

    def test_vectors_matter(self, tmp_path):
        one, two = [[np.full((1, 2), x), None, None] for x in (1.0, 2.0)]
        digests = {
            self.make(tmp_path / name, vectors=v).digest
            for name, v in [("a", one), ("b", two), ("c", [None, *one[:2]])]
        }
        assert len(digests) == 3

    def test_the_order_of_classes_matters(self, tmp_path):
        turned = Task(name="urgency", kind="ordinal", classes=("상", "중", "하"))
        a, b = self.make(tmp_path / "a"), self.make(tmp_path / "b", tasks=(turned,))
        assert a.digest != b.digest


class TestSplit:
    def save(self, corpus, name, **columns):
        (corpus.path / "splits").mkdir(exist_ok=True)
        pl.DataFrame(columns).write_parquet(corpus.path / "splits" / f"{name}.parquet")

    def test_saved_splits_are_found_by_name(self, corpus):
        self.save(corpus, "by-call", id=["a", "b", "c"], split=["train", "test", "dropped"])
        assert corpus.split_names() == ["by-call"]
        assert corpus.split("by-call")["split"].to_list() == ["train", "test", "dropped"]

    def test_an_unknown_split_lists_the_saved_ones(self, corpus):
        with pytest.raises(MalsoriError, match="it has none yet"):
            corpus.split("by-call")
        self.save(corpus, "by-call", id=["a"], split=["train"])
        with pytest.raises(MalsoriError, match=r"no split 'by-cal'; it has by-call .*corpus split"):
            corpus.split("by-cal")

    def test_a_split_of_other_rows_is_refused(self, corpus):
        self.save(corpus, "old", id=["a", "z"], split=["train", "test"])
        with pytest.raises(MalsoriError, match=r"names 1 ids .* first 'z'"):
            corpus.split("old")

    def test_a_part_that_is_none_is_refused(self, corpus):
        self.save(corpus, "odd", id=["a"], split=["dev"])
        with pytest.raises(MalsoriError, match="holds the part 'dev'"):
            corpus.split("odd")


class TestDamage:
    def test_no_folder(self, tmp_path):
        with pytest.raises(MalsoriError, match="is not a folder"):
            Corpus.open(tmp_path / "nowhere")

    def test_another_folder(self, tmp_path):
        with pytest.raises(MalsoriError, match=r"holds no corpus.yaml .*corpus import"):
            Corpus.open(tmp_path)

    def test_another_format(self, corpus):
        file = corpus.path / "corpus.yaml"
        file.write_text(file.read_text(encoding="utf-8").replace("format: 1", "format: 2"), "utf-8")
        with pytest.raises(MalsoriError, match=r"corpus.yaml: format: .*1"):
            Corpus.open(corpus.path)

    def test_a_table_that_is_gone(self, corpus):
        (corpus.path / "utterances.parquet").unlink()
        with pytest.raises(MalsoriError, match=r"utterances.parquet is missing"):
            Corpus.open(corpus.path)

    def test_a_table_that_is_cut_off(self, corpus):
        file = corpus.path / "utterances.parquet"
        file.write_bytes(file.read_bytes()[:100])
        with pytest.raises(MalsoriError, match=r"utterances.parquet cannot be read"):
            Corpus.open(corpus.path)

    def test_vectors_that_are_gone(self, corpus):
        (corpus.path / "features" / "face.npy").unlink()
        with pytest.raises(MalsoriError, match=r"face.npy cannot be read"):
            corpus.signal(corpus.utterances.row(0, named=True), "features", "face")
