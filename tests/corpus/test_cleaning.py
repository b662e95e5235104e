"""Words of data frames and unseen characters never become values."""

import polars as pl
import pytest

from malsori.corpus.adapters.table import Table
from malsori.corpus.cleaning import cleaned
from malsori.corpus.importing import import_corpus


@pytest.mark.parametrize("word", ["nan", "NaN", "None", "null", "NULL", "<NA>", "NaT", "N/A"])
@pytest.mark.parametrize("column", ["id", "text", "speaker", "call", "audio", "start", "meta.age"])
def test_what_a_data_frame_writes_is_missing(column, word):
    notes = []
    done = cleaned(pl.DataFrame({column: ["1", word, f" {word} "]}), notes)
    assert done[column].to_list() == ["1", None, None]
    name = column.removeprefix("meta.")
    assert notes == [
        f"words that a data frame writes for 'missing' are so: {name} {word!r} (2 rows)"
    ]


@pytest.mark.parametrize("word", ["none", "없음", "Nan", "NONE", "-", "None of them"])
def test_other_words_are_words(word):
    notes = []
    frame = pl.DataFrame({"text": [word], "speaker": [word]})
    assert cleaned(frame, notes).equals(frame)
    assert notes == []


def test_a_class_may_be_called_so(tmp_path):
    rows = ["id,text,mood", "a,네,None", "b,응,none", "c,음,fire"]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    for tasks, labels in [
        (["mood=nominal:none,fire"], ["none", "none", "fire"]),
        (["mood=nominal:fire,smoke"], [None, "fire"]),
    ]:
        report = import_corpus(Table(file, tasks=tasks), tmp_path / "c", overwrite=True)
        assert report.corpus.utterances["label.mood"].to_list() == labels
    assert report.unknown_labels == {"mood": {"none": 1}}
    assert "mood: 'None' counts as a missing label (1 row)" in report.notes


def test_what_nobody_sees_is_left_out_and_counted():
    notes = []
    frame = pl.DataFrame(
        {
            "text": ["불\u200b이 났어요", "\x00네\ufeff", "\u200b\u00ad", "می\u200cخواهم"],
            "speaker": ["s1", "s1\u200e", None, "s2"],
            "audio": ["\u200ba.wav", "b.wav", None, None],
        }
    )
    done = cleaned(frame, notes)
    assert done["text"].to_list() == ["불이 났어요", "네", None, "می\u200cخواهم"]
    assert done["speaker"].to_list() == ["s1", "s1", None, "s2"]
    assert done["audio"].to_list() == frame["audio"].to_list()
    (note,) = notes
    assert note.endswith("or controls) are left out: text (3 rows), speaker (1 row)")


def test_names_ids_and_labels_are_cleaned_too(tmp_path):
    rows = [
        "\u200bid,te\u00adxt,speaker,mood",
        "a\ufeff,네,s\x01,go\u200bod",
        "b,응,s,good",
        "c,음,,bad",
    ]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    corpus = import_corpus(Table(file, tasks=["mood=nominal"]), tmp_path / "c").corpus
    notes = corpus.spec.imported.notes
    assert any("left out of the names of columns: 'id', 'text'" in note for note in notes)
    assert corpus.utterances["id"].to_list() == ["a", "b", "c"]
    assert corpus.utterances["speaker"].to_list() == ["s", "s", None]
    assert corpus.utterances["label.mood"].to_list() == ["good", "good", "bad"]
