"""Precomputed vectors from an .npz or a folder."""

import os
import unicodedata
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from malsori.corpus.adapters.embeddings import Embeddings
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError

IDS = np.array(["a", "b", "c", "d"])


def npz(folder, **arrays):
    np.savez(folder / "features.npz", **arrays)
    return folder / "features.npz"


def bring(source, **options):
    destination = source.parent / f"corpus-of-{source.stem}"
    return import_corpus(Embeddings(source, **options), destination, workers=1)


def vectors(report, modality):
    corpus = report.corpus
    rows = corpus.utterances.iter_rows(named=True)
    return {row["id"]: corpus.signal(row, "features", modality) for row in rows}


class TestNpz:
    def test_arrays_are_rows_and_modalities(self, tmp_path):
        rng = np.random.default_rng(0)
        text, face = rng.normal(size=(4, 5)), rng.normal(size=(4, 3, 2)).astype(np.float16)
        file = npz(
            tmp_path,
            id=IDS,
            transcript=np.array(["네", "", "응", "음"]),
            split=np.array([b"train", b"train", b"dev", b"test"]),
            label=np.array([0, 1, 1, 0]),
            text=text,
            face=face,
        )
        report = bring(file, columns={"mood": "label"}, tasks=["mood=nominal:bad=0,good=1"])
        corpus = report.corpus
        assert corpus.signals == {"text": ("text", "features"), "face": ("features",)}
        assert corpus.utterances["text"].to_list() == ["네", None, "응", "음"]
        assert corpus.utterances["split"].to_list() == ["train", "train", "validation", "test"]
        assert corpus.utterances["label.mood"].to_list() == ["bad", "good", "good", "bad"]
        assert report.absent == {"text": 1}
        for i, key in enumerate(IDS):
            np.testing.assert_array_equal(
                vectors(report, "text")[key], text[i : i + 1].astype("f4")
            )
            np.testing.assert_array_equal(vectors(report, "face")[key], face[i].astype("f4"))

    def test_lengths_cut_padding_and_zero_is_absent(self, tmp_path):
        face = np.arange(24.0).reshape(4, 3, 2)
        file = npz(
            tmp_path, id=IDS, face=face, face_lengths=np.array([3, 1, 0, 2]), voice=face[:, 0]
        )
        report = bring(file)
        found = vectors(report, "face")
        assert {k: None if v is None else len(v) for k, v in found.items()} == {
            "a": 3,
            "b": 1,
            "c": None,
            "d": 2,
        }
        np.testing.assert_array_equal(found["d"], face[3, :2])
        assert report.absent == {"face": 1}
        assert not [c for c in report.corpus.utterances.columns if "lengths" in c]

    def test_without_ids_rows_are_numbered_from_one(self, tmp_path):
        report = bring(npz(tmp_path, face=np.ones((2, 3))))
        assert report.corpus.utterances["id"].to_list() == ["row-1", "row-2"]

    def test_one_hot_labels_are_no_modality_unless_wanted(self, tmp_path):
        file = npz(tmp_path, id=IDS, face=np.ones((4, 2)), y=np.eye(4))
        source = Embeddings(file).read()
        assert list(source.features) == ["face"]
        assert any("'y' holds one-hot rows" in note for note in source.notes)
        assert list(Embeddings(file, modalities="face, y").read().features) == ["face", "y"]

    def test_modalities_are_chosen_by_name(self, tmp_path):
        file = npz(tmp_path, id=IDS, face=np.ones((4, 2)), hand=np.ones((4, 2)))
        assert list(Embeddings(file, modalities=["hand"]).read().features) == ["hand"]
        with pytest.raises(MalsoriError, match=r"no modality 'hnad' \(did you mean 'hand'"):
            Embeddings(file, modalities=["hnad"]).read()

    def test_a_mapped_array_is_the_modality_of_that_name(self, tmp_path):
        emb, text = np.arange(24.0).reshape(4, 3, 2), np.array(list("네응아음"))
        lengths = np.array([3, 1, 2, 2])
        file = npz(tmp_path, id=IDS, words=text, emb=emb, emb_lengths=lengths, text=emb[:, 0])
        report = bring(file, columns={"speech": "emb", "text": "words"})
        assert report.corpus.signals == {"speech": ("features",), "text": ("text", "features")}
        np.testing.assert_array_equal(vectors(report, "speech")["b"], emb[1, :1])
        swapped = Embeddings(file, columns={"emb": "text", "text": "emb"}).read()
        assert [swapped.features[m][0].tolist() for m in ("text", "emb")] == [
            emb[0].tolist(),
            emb[0, :1].tolist(),
        ]

    @pytest.mark.parametrize(
        ("columns", "tasks", "message"),
        [
            ({"speech": "emd"}, None, r"no array 'emd' to be 'speech'; .*id, emb.*did you .*'emb'"),
            ({"speaker": "emb"}, None, r"'emb' of .* holds vectors, which cannot be the speaker"),
            ({"mood": "emb"}, ["mood=nominal"], r"holds vectors, which cannot be the mood"),
            ({"face": "emb"}, None, r"'emb' of .* cannot be 'face': there is one of that name"),
            ({"one": "emb", "two": "emb"}, None, r"cannot be both 'one' and 'two'"),
        ],
    )
    def test_an_array_that_cannot_be_what_it_is_mapped_to(self, tmp_path, columns, tasks, message):
        file = npz(tmp_path, id=IDS, emb=np.ones((4, 2)), face=np.ones((4, 2)))
        with pytest.raises(MalsoriError, match=message):
            Embeddings(file, columns=columns, tasks=tasks).read()

    def test_labels_come_from_a_table(self, tmp_path):
        file = npz(
            tmp_path, id=IDS, face=np.arange(8.0).reshape(4, 2), label=np.array([1, 0, 1, 0])
        )
        table = tmp_path / "labels.csv"
        table.write_text("key,text,mood\nc,x,good\nnew,y,bad\na,z,bad\n", encoding="utf-8")
        report = bring(
            file, table=str(table), columns={"id": "key"}, tasks=["mood=nominal:bad,good"]
        )
        rows = report.corpus.utterances
        assert rows.select("id", "label.mood").rows() == [
            ("c", "good"),
            ("new", "bad"),
            ("a", "bad"),
        ]
        found = vectors(report, "face")
        assert found["new"] is None
        assert found["c"].tolist() == [[4, 5]]
        assert any("2 ids belong to no row of labels.csv" in note for note in report.notes)

    def test_broken_vectors_go_to_quarantine(self, tmp_path):
        face = np.ones((4, 2))
        face[1, 0] = np.inf
        report = bring(npz(tmp_path, id=IDS, face=face))
        assert report.corpus.quarantine.select("row", "id", "reason").rows() == [
            (2, "b", "not-finite")
        ]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"id": IDS, "face": np.ones((3, 2))}, r"do not have one length: id 4, face 3"),
        (
            {"id": IDS, "emb": np.ones(4)},
            r"no modality: it has no 2-D .*id \(<U1 \[4\]\), emb \(float64 \[4\]\).*\[N, D\]",
        ),
        (
            {"emb": np.ones((4, 3, 2, 1))},
            r"no array with one entry .*emb \(float64 \[4, 3, 2, 1\]\) is not taken: .*reshape it",
        ),
        (
            {"id": IDS, "emb": np.ones((4, 3, 2, 1))},
            r"no modality: .*emb \(float64 \[4, 3, 2, 1\]\) is not taken: .*reshape it",
        ),
        ({"id": IDS, "y": np.eye(4)}, r"no modality: .*'y' holds one-hot rows"),
        ({"x": np.array(3)}, r"holds no array with one entry an utterance: array x \(int64 \[\]\)"),
        ({"my face": np.ones((4, 2))}, r"modality name 'my face' is not usable"),
        (
            {"face": np.ones((1, 2, 3)), "face_lengths": np.array([3])},
            r"'face_lengths' says 3 in row 1, but 'face' has 2 frames",
        ),
        (
            {"face": np.ones((1, 2)), "face_lengths": np.array([1])},
            r"'face_lengths' needs whole numbers and an array 'face' of \[N, T, D\]",
        ),
    ],
)
def test_errors_of_arrays(tmp_path, arrays, message):
    with pytest.raises(MalsoriError, match=message):
        Embeddings(npz(tmp_path, **arrays)).read()


def test_pickled_objects_are_refused(tmp_path):
    ragged = np.array([np.ones(2), np.ones(3)], dtype=object)
    file = npz(tmp_path, face=ragged)
    with pytest.raises(MalsoriError, match=r"array 'face' .*dtype=str.*folder of .npy"):
        Embeddings(file).read()


@pytest.mark.parametrize("content", [b"not a zip", b""])
def test_what_is_no_archive(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(MalsoriError, match=r"a.npz is no .npz archive, or it is cut off"):
        Embeddings(tmp_path / "a.npz").read()


def test_damaged_archives_are_told(tmp_path):
    file = npz(tmp_path, id=IDS, face=np.ones((4, 2)))
    whole = file.read_bytes()
    for at in range(0, len(whole), 7):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with suppress(MalsoriError):
            assert Embeddings(file).read().rows.height == 4


@pytest.mark.parametrize("name", ["a.csv", "nowhere"])
def test_what_is_no_source(tmp_path, name):
    (tmp_path / "a.csv").touch()
    with pytest.raises(MalsoriError, match=r"(is no .npz and no folder|does not exist) \(give an"):
        Embeddings(tmp_path / name).read()


def test_a_table_needs_ids_once_each(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("id,text\na,x\n")
    for arrays, what in [({}, "no array of ids"), ({"id": IDS[[0, 0]]}, "an id twice")]:
        file = npz(tmp_path, face=np.ones((2, 2)), **arrays)
        with pytest.raises(MalsoriError, match=what):
            Embeddings(file, table=str(table)).read()


class TestFolder:
    def save(self, folder, modality, **arrays):
        (folder / modality).mkdir(parents=True, exist_ok=True)
        for key, array in arrays.items():
            np.save(folder / modality / f"{key}.npy", array)

    def test_ids_are_file_names(self, tmp_path):
        folder = tmp_path / "set"
        sequence = np.arange(6.0).reshape(3, 2)
        decomposed = unicodedata.normalize("NFD", "가")
        self.save(folder, "face", **{decomposed: sequence, "b": sequence[:1]})
        self.save(folder, "hand", b=np.ones(4), c=np.ones(4))
        self.save(folder, ".cache", x=np.ones(9))
        (folder / "notes").mkdir()
        report = bring(folder)
        assert report.corpus.modalities == ["face", "hand"]
        assert set(vectors(report, "face")) == {"b", "c", "가"}
        np.testing.assert_array_equal(vectors(report, "face")["가"], sequence)
        assert vectors(report, "hand")["b"].shape == (1, 4)
        assert report.absent == {"face": 1, "hand": 1}
        assert any("nothing is labelled" in note for note in report.notes)

    def test_a_mapped_sub_folder_is_the_modality_of_that_name(self, tmp_path):
        folder = tmp_path / "set"
        self.save(folder, "hubert", a=np.ones(2))
        assert list(Embeddings(folder, columns={"speech": "hubert"}).read().features) == ["speech"]
        with pytest.raises(MalsoriError, match=r"no sub-folder 'hubret' to be 'speech'.*'hubert'"):
            Embeddings(folder, columns={"speech": "hubret"}).read()
        (folder / "rows.csv").write_text("id,mood\na,good\n")
        assert list(Embeddings(folder, columns={"speech": "hubert"}).read().features) == ["speech"]

    def test_the_only_table_beside_them_is_taken(self, tmp_path):
        folder = tmp_path / "set"
        self.save(folder, "face", a=np.ones(2), b=np.zeros(2))
        (folder / "rows.tsv").write_text("id\tmood\na\tgood\nb\tbad\nb2\tbad\n")
        report = bring(folder, tasks=["mood=nominal:bad,good"])
        assert report.corpus.utterances["id"].to_list() == ["a", "b"]
        assert report.quarantined == {"no-signal": 1}
        (folder / "other.csv").touch()
        with pytest.raises(MalsoriError, match=r"2 tables: other.csv, rows.tsv .*table=FILE"):
            Embeddings(folder).read()

    def test_a_broken_file_goes_to_quarantine(self, tmp_path):
        folder = tmp_path / "set"
        self.save(folder, "face", a=np.ones(2), cut=np.ones(99), deep=np.ones((1, 2, 3)))
        self.save(folder, "face", word=np.array(["x"]), none=np.ones((0, 2)))
        file = folder / "face" / "cut.npy"
        file.write_bytes(file.read_bytes()[:200])
        report = bring(folder)
        assert report.corpus.quarantine.select("id", "reason").rows() == [
            ("cut", "undecodable"),
            ("deep", "undecodable"),
            ("none", "empty"),
            ("word", "undecodable"),
        ]
        assert "cut.npy is no .npy array" in report.corpus.quarantine["detail"][0]

    def test_a_table_of_other_ids_shows_one_of_each(self, tmp_path):
        folder = tmp_path / "set"
        self.save(folder, "face", a=np.ones(2))
        (folder / "rows.csv").write_text("id,mood\na.wav,good\n")
        with pytest.raises(MalsoriError, match=r"'a.wav' there, 'a' here .*--map id=COLUMN"):
            Embeddings(folder).read()

    def test_a_corpus_among_them_is_no_modality(self, tmp_path):
        folder = tmp_path / "set"
        self.save(folder, "face", a=np.ones(2))
        for _ in range(2):
            adapter = Embeddings(folder)
            report = import_corpus(adapter, folder / "corpus", workers=1, overwrite=True)
            assert report.corpus.modalities == ["face"]


@pytest.mark.data
@pytest.mark.skipif("MALSORI_DATA" not in os.environ, reason="needs MALSORI_DATA")
def test_mosi(tmp_path):
    file = Path(os.environ["MALSORI_DATA"]) / "mosi" / "mosi.npz"
    adapter = Embeddings(
        file,
        columns={"sentiment": "label", "dialogue": "video_id"},
        tasks=["sentiment=nominal:negative=0,positive=1"],
    )
    report = import_corpus(adapter, tmp_path / "corpus", workers=1)
    corpus = report.corpus
    assert (report.read, report.kept) == (2199, 2199)
    assert corpus.modalities == ["text", "audio", "video"]
    assert {m: f.dim for m, f in corpus.spec.features.items()} == {
        "text": 100,
        "audio": 73,
        "video": 100,
    }
    assert corpus.utterances["dialogue"].n_unique() == 93
    assert corpus.utterances["split"].value_counts(sort=True)["count"].to_list() == [1447, 752]
    with np.load(file) as arrays:
        assert (corpus.labels("sentiment") == arrays["label"]).all()
        row = corpus.utterances.row(1000, named=True)
        np.testing.assert_array_equal(
            corpus.signal(row, "features", "text")[0], arrays["text"][1000]
        )
        assert corpus.signal(row, "text", "text") == str(arrays["transcript"][1000])
