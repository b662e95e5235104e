"""The audit as a whole: its order, its tables, its words."""

import json
from pathlib import Path

import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.audit import audit
from malsori.corpus.audit.listening import listen
from malsori.corpus.audit.wording import described
from malsori.corpus.corpus import Corpus
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio, write_audio
from malsori.words import Words

ENGLISH = Words("en")


@pytest.fixture
def ill(toy, split_by_speaker):
    soft = split_by_speaker(toy).heard(bandwidth=[3500.0] * 400, clipped=[0.1] * 3 + [0.0] * 397)
    films = {"불안": "갑", "당황": "을", "중립": "병"}
    return soft.but(meta__film=[films[m] for m in soft.rows["label.mood"]])


def test_the_most_severe_come_first(ill):
    found = ill.audit()
    assert [(f.check, f.severity) for f in found.findings] == [
        ("leakage", "serious"), ("bandwidth", "warning"), ("clipping", "note"),
    ]  # fmt: skip
    assert found.serious == 1
    assert found.counts() == {"serious": 1, "warning": 1, "note": 1}
    assert set(found.quiet) | {"leakage", "bandwidth", "clipping"} == set(found.quiet) | {
        f.check for f in found.findings
    }
    assert set(found.skipped) == {"constant", "nan", "rank"}


def test_everything_is_json(ill):
    data = json.loads(json.dumps(ill.audit().data(ENGLISH), ensure_ascii=False))
    assert data["counts"] == {"serious": 1, "warning": 1, "note": 1}
    assert data["findings"][0]["prescription"]["action"]
    assert data["tables"]["What toy measures"][0]["rows"] == "400"


def test_tables_count_what_is_there(ill):
    measures, mood, *_ = ill.audit().tables(ENGLISH)
    rows = {row[0]: row for row in measures.rows}
    assert rows["sample rate, kHz"][1:] == ["400", "16.0", "16.0", "16.0", "16.0", "16.0"]
    assert rows["bandwidth, kHz"][4] == "3.5"
    assert [c.name for c in mood.headings] == [
        "class", "rows", "train", "validation", "test", "speakers with it",
    ]  # fmt: skip
    total = sum(int(row[1].split()[0]) for row in mood.rows)
    assert total == 400
    for row in mood.rows:
        assert int(row[1].split()[0]) == sum(int(cell.split()[0]) for cell in row[2:5])


def test_words_fit_a_terminal_of_80_columns(ill, monkeypatch):
    from malsori.console import width

    monkeypatch.setenv("COLUMNS", "80")
    lines = described(ill.audit(), ENGLISH).split("\n")
    assert lines[0] == "toy: 1 serious finding, 1 warning, 1 note"
    assert "SERIOUS · mood (leakage)" in lines
    assert max(width(line) for line in lines) <= 80
    assert any(line.startswith("In order: channels") for line in lines)


def test_a_healthy_corpus_is_said_to_be_in_order(toy):
    words = described(toy.audit(), ENGLISH)
    assert words.startswith("toy: nothing found")
    assert "Not looked at: contained, leaks, shift, since no split was named (--split)." in words


def test_an_unknown_split_is_refused_before_any_work(tmp_path):
    spec = CorpusSpec(name="toy", adapter="table", tasks=())
    corpus = write_corpus(tmp_path / "toy", spec, pl.DataFrame({"id": ["a"]}))
    with pytest.raises(MalsoriError, match="no split 'nowhere'"):
        audit(corpus, split="nowhere", checks=[])


def test_sounds_of_the_import_are_taken(tmp_path, toy):
    marks = pl.Series([[]] * 400, dtype=pl.List(pl.UInt32))
    sounds = toy.sounds.with_columns(words=marks, at=marks)
    spec = CorpusSpec(name="toy", adapter="table", tasks=toy.tasks)
    corpus = write_corpus(tmp_path / "toy", spec, toy.rows, sounds=sounds)
    assert audit(corpus).case.measured == 400


def test_listening_measures_what_can_be_heard(tmp_path):
    tone = Audio(pl.Series([0.5, -0.5] * 8000).cast(pl.Float32).to_numpy(), 16000)
    write_audio(tmp_path / "a.wav", tone)
    rows = pl.DataFrame({"id": ["a", "b", "c"], "audio": [str(tmp_path / "a.wav"), "gone", None]})
    spec = CorpusSpec(name="toy", adapter="table", tasks=())
    corpus = write_corpus(tmp_path / "toy", spec, rows)
    sounds, unreadable = listen(corpus, workers=1)
    assert sounds["id"].to_list() == ["a"]
    assert sounds["level"][0] == pytest.approx(-6.0, abs=0.1)
    assert "does not exist" in unreadable["b"]
    found = audit(corpus, sounds=sounds)
    assert found.case.measured == 1


def test_no_torch_is_loaded_and_no_file_opened(toy):
    """The audio of the toy is nowhere: an audit that opened it would fail."""
    assert not Path(toy.rows["audio"][0]).exists()
    assert isinstance(toy.case().corpus, Corpus)
    assert toy.audit().case.measured == 400


def test_one_row_is_spoken_of_as_one(toy):
    texts, urgency = toy.rows["text"].to_list(), toy.rows["label.urgency"].to_list()
    one = toy.but(text=[texts[1], *texts[1:]], label__urgency=["하", "상", *urgency[2:]])
    one = one.but(label__mood=[None, *toy.rows["label.mood"].to_list()[1:]])
    said = [ENGLISH.say(f.message) for f in one.audit("labels", "contradictions").findings]
    assert "1 of 400 rows (0.25 %) has no label of mood" in said
    start = "1 text in 2 of 400 labelled rows (0.5 %) occurs under several classes"
    assert any(message.startswith(start) for message in said)
