"""Exports: what goes out comes in again, and nothing is replaced, changed or half written."""

import csv
import errno
import io
import json
import zipfile

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from malsori.corpus import Corpus, CorpusSpec, staged, write_corpus, write_tables
from malsori.corpus.adapters.table import Table
from malsori.corpus.exporting import EXPORTERS, export_corpus
from malsori.corpus.importing import import_corpus
from malsori.corpus.labels import Vote, rater_column
from malsori.corpus.splits import make_split
from malsori.errors import MalsoriError
from malsori.schema import Task, seen
from malsori.signals.audio import Audio, audio_hash, read_audio, write_audio

MOOD = Task(name="mood", kind="nominal", classes=("good", "bad", "calm"))
URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
SYMPTOM = Task(name="symptom", kind="multilabel", classes=("열", "구토; 오심", "통증"))
VALENCE = Task(name="valence", kind="regression", low=1, high=5)
TASKS = (MOOD, URGENCY, SYMPTOM, VALENCE)
DECLARED = ["mood=nominal:good,bad,calm", "urgency=ordinal:하,중,상", "valence=regression:1..5"]
DECLARED_ALL = [*DECLARED, "symptom=multilabel:열,구토; 오심,통증"]

TEXTS = [
    "=1+1",
    "+82 10-1234",
    "-불이 났어요",
    "@here",
    'she said "네", 그리고\n끝',
    "  탭\t안 ",
    "콤마, 세미; 파이프|",
    None,
    "짧다",
    "끝.\r\n다음",
]


def sound(seed, seconds=0.4):
    samples = np.random.default_rng(seed).normal(0, 0.1, int(8000 * seconds))
    return Audio(samples.astype(np.float32), 8000)


@pytest.fixture
def corpus(tmp_path):
    """Ten rows: whole files, members of an archive, parts of one long file, one without audio."""
    root = tmp_path / "wav"
    for i in range(4):
        write_audio(root / f"{i}.wav", sound(i))
    write_audio(root / "long.flac", sound(99, 2.0))
    member = tmp_path / "member.wav"
    with zipfile.ZipFile(root / "TS.zip", "w") as archive:
        for i in (4, 5):
            write_audio(member, sound(i))
            archive.write(member, f"서울/{i}.wav")
    audio = [f"{i}.wav" for i in range(4)] + [f"TS.zip::서울/{i}.wav" for i in (4, 5)]
    audio += ["long.flac"] * 3 + [None]
    starts = [None] * 6 + [0.0, 0.5, 1.25, None]
    ends = [None] * 6 + [0.5, 1.25, None, None]
    heard = [
        None if a is None else audio_hash(read_audio(root / a, s, e))
        for a, s, e in zip(audio, starts, ends, strict=True)
    ]
    votes = [[Vote("1", "good", 2), Vote("2", "bad", 0.5)], *[None] * 9]
    rows = pl.DataFrame(
        {
            "id": [f"u/{i}" for i in range(10)],
            "speaker": list("aabbccddee"),
            "split": ["train"] * 6 + ["test"] * 4,
            "audio": audio,
            "start": starts,
            "end": ends,
            "audio_hash": heard,
            "text": [t or "남은 말" if i == 9 else t for i, t in enumerate(TEXTS)],
            "label.mood": [
                "good",
                "bad",
                None,
                "calm",
                "good",
                "bad",
                "calm",
                "good",
                "bad",
                "good",
            ],
            "label.urgency": ["상", "하", "중", None, "하", "중", "상", "하", "중", "상"],
            "label.symptom": [["열"], ["열", "통증"], [], None, ["구토; 오심"], *[["통증"]] * 5],
            "label.valence": [1.0, 2.5, None, 4.1 / 3, *[3.0] * 6],
            "soft.mood": [[0.5, 0.5, 0.0], *[None] * 9],
            "compound.mood": [None, None, ["good", "calm"], *[None] * 7],
            "meta.room": ["3", "=4", *["x"] * 8],
        }
    ).with_columns(rater_column(votes, "raters.mood"))
    spec = CorpusSpec(name="calls", adapter="table", tasks=TASKS, audio_root="../wav")
    vectors = [np.ones((1, 2), np.float32)] * 10
    with staged(tmp_path / "calls") as folder:
        write_tables(folder, spec, rows, features={"face": vectors})
    made = Corpus.open(tmp_path / "calls")
    make_split(made, "speakers", by=["speaker"], validation=0.3, seed=1)
    return made


def back(path, folder, tasks=DECLARED_ALL):
    return import_corpus(Table(path, tasks=tasks), folder, min_seconds=0.01, workers=1).corpus


def same(old, new, *columns):
    both = old.utterances.join(new.utterances, on="id", suffix="!", maintain_order="left")
    assert both.height == new.utterances.height > 0
    for column in columns:
        assert both[column].to_list() == both[f"{column}!"].to_list(), column


LABELS = [f"label.{t.name}" for t in TASKS]


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_table_comes_back_as_it_went(corpus, tmp_path, kind):
    file = tmp_path / "out" / f"calls.{kind}"
    report = export_corpus(corpus, file, kind)
    again = back(file, tmp_path / "again")
    same(
        corpus,
        again,
        "text",
        "audio_hash",
        "speaker",
        "split",
        "start",
        "end",
        "meta.room",
        *LABELS,
    )
    assert (report.rows, again.utterances.height, report.files) == (10, 10, 0)
    assert [again.tasks[t.name] for t in TASKS] == list(TASKS)


def test_an_audiofolder_comes_back_as_it_went(corpus, tmp_path):
    report = export_corpus(corpus, tmp_path / "af", "audiofolder", workers=1)
    again = back(tmp_path / "af", tmp_path / "again")
    same(corpus, again, "text", "audio_hash", "speaker", "split", "meta.room", *LABELS)
    assert (report.rows, report.files, report.left_out) == (9, 9, {"no audio": 1})
    assert again.utterances["start"].null_count() == 9  # parts are files of their own
    told = back(tmp_path / "af", tmp_path / "told", [])
    same(corpus, told, "audio_hash", "meta.room", *LABELS)
    assert [told.tasks[t.name] for t in TASKS] == list(TASKS)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "audiofolder"])
def test_a_saved_split_goes_along(corpus, tmp_path, kind):
    saved = corpus.split("speakers")
    place = tmp_path / (kind if kind == "audiofolder" else f"x.{kind}")
    export_corpus(corpus, place, kind, split="speakers", workers=1)
    again = back(place, tmp_path / "again")
    make_split(again, "published", column="split", allow_leaks=["group", "audio", "text"])
    both = again.split("published").join(saved, on="id", suffix="_saved")
    assert both.height >= 9
    assert both["split"].to_list() == both["split_saved"].to_list()
    if kind == "audiofolder":
        parts = {p.name for p in place.iterdir()}
        assert parts == {"train", "validation", "test", "malsori.yaml"}
        assert all((place / part / "metadata.csv").is_file() for part in parts - {"malsori.yaml"})


def test_rows_in_no_part(corpus, tmp_path):
    frame = corpus.split("speakers").with_columns(
        split=pl.when(pl.col("id") == "u/0").then(pl.lit("dropped")).otherwise("split")
    )
    frame.write_parquet(corpus.path / "splits" / "speakers.parquet")
    export_corpus(corpus, tmp_path / "x.csv", "csv", split="speakers")
    rows = pl.read_csv(tmp_path / "x.csv")
    assert rows["split"].null_count() == 1
    report = export_corpus(corpus, tmp_path / "af", "audiofolder", split="speakers", workers=1)
    assert report.left_out == {"no audio": 1, "in no part": 1}
    assert report.rows == 8
    assert "1 row is in no part" in report.table().text()


def test_cells_are_data_whatever_they_begin_with(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv")
    raw = (tmp_path / "x.csv").read_bytes().decode()
    for cell in ('"=1+1"', '"+82 10-1234"', '"-불이 났어요"', '"@here"', '"=4"'):
        assert f",{cell}" in raw
    read = list(csv.DictReader(io.StringIO(raw, newline="")))
    assert [row["text"] or None for row in read] == corpus.utterances["text"].to_list()
    assert read[0]["soft.mood"] == '{"good": 0.5, "bad": 0.5, "calm": 0.0}'
    assert json.loads(read[0]["raters.mood"])[1] == {"rater": "2", "label": "bad", "intensity": 0.5}
    assert [read[i]["symptom"] for i in range(5)] == ["열", "열;통증", "[]", "", '["구토; 오심"]']
    assert read[2]["compound.mood"] == "good;calm"


def test_json_lines_keep_lists_and_records(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.jsonl", "jsonl")
    rows = [json.loads(x) for x in (tmp_path / "x.jsonl").read_text("utf-8").split("\n") if x]
    assert rows[0]["soft.mood"] == {"good": 0.5, "bad": 0.5, "calm": 0.0}
    assert rows[0]["raters.mood"][0] == {"rater": "1", "label": "good", "intensity": 2.0}
    assert [row["symptom"] for row in rows[1:4]] == [["열", "통증"], [], None]
    assert rows[2]["compound.mood"] == ["good", "calm"]
    assert len({tuple(row) for row in rows}) == 1  # every key in each
    assert (rows[6]["start"], rows[6]["end"], rows[3]["soft.mood"]) == (0.0, 0.5, None)


def test_whole_files_are_copied_byte_by_byte_and_parts_cut(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "af", "audiofolder", workers=1)
    rows = pl.read_csv(tmp_path / "af" / "metadata.csv")
    files = dict(zip(rows["id"], rows["file_name"], strict=True))
    wav = tmp_path / "wav"
    assert (tmp_path / "af" / files["u/0"]).read_bytes() == (wav / "0.wav").read_bytes()
    with zipfile.ZipFile(wav / "TS.zip") as archive:
        assert (tmp_path / "af" / files["u/4"]).read_bytes() == archive.read("서울/4.wav")
    assert files["u/7"] == "audio/u_7.flac"
    cut = read_audio(tmp_path / "af" / files["u/7"])
    assert np.array_equal(cut.samples, read_audio(wav / "long.flac", 0.5, 1.25).samples)


def test_chosen_columns(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv", columns=["text", "mood", "room", "mood"])
    assert pl.read_csv(tmp_path / "x.csv").columns == ["id", "text", "mood", "room"]
    export_corpus(corpus, tmp_path / "y.csv", "csv", columns=["label.urgency"], split="speakers")
    assert pl.read_csv(tmp_path / "y.csv").columns == ["id", "urgency", "split"]
    report = export_corpus(corpus, tmp_path / "af", "audiofolder", columns=["text"], workers=1)
    assert report.columns == ["file_name", "id", "text"]
    for wrong, message in {
        "txt": "did you mean 'text'",
        "moood": "did you mean 'mood'",
        "face": "holds vectors",
    }.items():
        with pytest.raises(MalsoriError, match=message):
            export_corpus(corpus, tmp_path / "z.csv", "csv", columns=[wrong])
    assert not (tmp_path / "z.csv").exists()


def test_names_that_would_be_taken_for_another_column_stay_long(tmp_path):
    role = Task(name="role", kind="nominal", classes=("a", "b"))
    rows = pl.DataFrame(
        {"id": ["1"], "text": ["네"], "label.role": ["a"], "meta.role": ["x"], "meta.wav": ["y"]}
    )
    spec = CorpusSpec(name="n", adapter="table", tasks=(role,))
    corpus = write_corpus(tmp_path / "n", spec, rows)
    report = export_corpus(corpus, tmp_path / "n.csv", "csv")
    assert report.columns == ["id", "text", "label.role", "meta.role", "meta.wav"]
    assert back(tmp_path / "n.csv", tmp_path / "again", []).tasks == corpus.tasks


def test_a_byte_order_mark_for_excel(corpus, tmp_path):
    export_corpus(corpus, tmp_path / "x.csv", "csv", options={"bom": "true"})
    assert (tmp_path / "x.csv").read_bytes().startswith(b'\xef\xbb\xbf"id"')
    assert back(tmp_path / "x.csv", tmp_path / "again", DECLARED).utterances.height == 10


def test_it_says_what_is_not_in_it(corpus, tmp_path):
    report = export_corpus(corpus, tmp_path / "x.csv", "csv")
    text = report.table().text()
    assert "vectors are not exported: face" in text
    assert "saved splits are not exported unless named: speakers" in text
    assert "2 utterances lie in archives" in text
    assert report.again == f"malsori corpus import table {tmp_path / 'x.csv'} DESTINATION"


@pytest.mark.parametrize("kind", EXPORTERS.kinds())
def test_nothing_is_ever_replaced(corpus, tmp_path, kind):
    name = "taken" if kind == "audiofolder" else f"taken.{kind}"
    (tmp_path / name).mkdir()
    with pytest.raises(MalsoriError, match="exists already"):
        export_corpus(corpus, tmp_path / name, kind)
    assert list((tmp_path / name).iterdir()) == []
    (tmp_path / f"link-{name}").symlink_to(tmp_path / "nowhere")
    with pytest.raises(MalsoriError, match="exists already"):
        export_corpus(corpus, tmp_path / f"link-{name}", kind)
    with pytest.raises(MalsoriError, match="lies in the corpus"):
        export_corpus(corpus, corpus.path / "out" / name, kind)


def test_after_a_full_disk_the_same_export_can_be_made(corpus, tmp_path, monkeypatch):
    target = tmp_path / "out.csv"

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr("malsori.corpus.exporting._table.atomic_write", full)
    with pytest.raises(OSError, match="No space"):
        export_corpus(corpus, target, "csv")
    monkeypatch.undo()
    assert export_corpus(corpus, target, "csv").rows


def test_audio_that_is_gone_leaves_nothing_behind(corpus, tmp_path):
    (tmp_path / "wav" / "2.wav").unlink()
    with pytest.raises(MalsoriError, match=r"2\.wav cannot be exported"):
        export_corpus(corpus, tmp_path / "deep" / "af", "audiofolder", workers=1)
    assert list((tmp_path / "deep").iterdir()) == []


def test_without_any_audio_there_is_no_audiofolder(tmp_path):
    rows = pl.DataFrame({"id": ["1", "2"], "text": ["네", "아니"]})
    corpus = write_corpus(tmp_path / "t", CorpusSpec(name="t", adapter="table", tasks=()), rows)
    with pytest.raises(MalsoriError, match="2 no audio"):
        export_corpus(corpus, tmp_path / "af", "audiofolder")
    assert export_corpus(corpus, tmp_path / "t.jsonl", "jsonl").rows == 2


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("cvs", {}, "did you mean 'csv'"),
        ("audio", {}, "did you mean 'audiofolder'"),
        ("csv", {"bon": "true"}, "did you mean 'bom'"),
        ("csv", {"bom": "perhaps"}, "export.bom"),
    ],
)
def test_wrong_kinds_and_options_are_named(corpus, tmp_path, kind, options, message):
    with pytest.raises(MalsoriError) as error:
        export_corpus(corpus, tmp_path / "x.csv", kind, options=options)
    assert message in str(error.value)


def test_a_file_has_the_suffix_that_is_read_again(corpus, tmp_path):
    with pytest.raises(MalsoriError, match=r"name it out\.txt\.csv"):
        export_corpus(corpus, tmp_path / "out.txt", "csv")
    with pytest.raises(MalsoriError, match="no split 'speaker'"):
        export_corpus(corpus, tmp_path / "x.csv", "csv", split="speaker")


# What an import takes in: nothing that nobody sees.
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map(seen).filter(str.strip)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(written=st.lists(texts, min_size=1, max_size=4), kind=st.sampled_from(["csv", "jsonl"]))
def test_any_text_comes_back(tmp_path_factory, written, kind):
    folder = tmp_path_factory.mktemp("any")
    rows = pl.DataFrame({"id": [f"r{i}" for i in range(len(written))], "text": written})
    corpus = write_corpus(folder / "c", CorpusSpec(name="c", adapter="table", tasks=()), rows)
    export_corpus(corpus, folder / f"x.{kind}", kind)
    again = import_corpus(Table(folder / f"x.{kind}"), folder / "again", workers=1).corpus
    assert again.utterances["text"].to_list() == written
