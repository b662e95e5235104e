from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.splits import load_preset, make_preset, make_split
from malsori.corpus.summary import _folded, quarantine_table, summarise
from malsori.errors import MalsoriError
from malsori.notes import Note
from malsori.schema import Task
from malsori.words import Words

ENGLISH = Words("en")
URGENCY = Task(name="urgency", kind="ordinal", classes=("하", "중", "상"))
LEVELS = ["하"] * 12 + ["상"] * 4 + [None] * 4


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Twenty utterances: five without audio, two without text, one of them with neither."""
    rows = pl.DataFrame(
        {
            "id": [f"u{k:02d}" for k in range(20)],
            "speaker": [f"s{k % 5}" for k in range(20)],
            "audio": ["a.wav"] * 15 + [None] * 5,
            "sample_rate": [8000] * 10 + [16000] * 5 + [None] * 5,
            "duration": [float(k + 1) for k in range(15)] + [None] * 5,
            "audio_hash": ["same", "same", *(f"h{k}" for k in range(13)), *[None] * 5],
            "text": [None, *(f"다른 문장 {k}입니다" for k in range(18)), None],
            "label.urgency": LEVELS,
        }
    )
    gone = pl.DataFrame(
        [{"row": k, "id": None, "file": "x", "reason": r, "detail": ""}
         for k, r in enumerate(["label", "undecodable", "undecodable"])]
    )  # fmt: skip
    spec = CorpusSpec(name="calls", adapter="table", tasks=(URGENCY,))
    return write_corpus(tmp_path / "calls", spec, rows, quarantine=gone)


def test_splits_by_leaky_presets_are_marked(tmp_path: Path) -> None:
    task = Task(name="emotion", kind="nominal", classes=("a", "b"))
    rows = pl.DataFrame({"id": [f"{k}" for k in range(20)], "text": ["네"] * 20,
                         "label.emotion": ["a", "b"] * 10})  # fmt: skip
    spec = CorpusSpec(name="k", adapter="kemdy20", tasks=(task,))
    corpus = write_corpus(tmp_path / "k", spec, rows)
    make_preset(corpus, load_preset("kemdy20/random80"))
    make_split(corpus, "own")
    summary = summarise(corpus)
    assert list(summary.leaky) == ["random80"]
    overview = summary.tables(ENGLISH)[0]
    assert ["splits", "own, random80 (leaky)"] in list(overview.rows)
    assert "split random80 is leaky: the same speakers" in (overview.note or "")
    assert list(summary.data()["leaky"]) == ["random80"]


def test_everything_is_counted(corpus: Corpus) -> None:
    summary = summarise(corpus)
    assert (summary.rows, summary.known) == (20, {"speaker": 5})
    assert summary.hours == pytest.approx(120 / 3600)
    assert summary.durations[0.5] == 8
    assert summary.sample_rates == {8000: 10, 16000: 5}
    assert summary.present == {"speech": 15, "text": 18}
    assert summary.combinations == {"speech + text": 14, "text": 4, "nothing": 1, "speech": 1}
    assert summary.quarantine == {"undecodable": 2, "label": 1}
    (task,) = summary.tasks
    assert task.classes == {"하": {"all": 12}, "중": {"all": 0}, "상": {"all": 4}}
    assert task.unlabelled == {"all": 4}
    assert task.share("하", "all") == 0.75


def test_every_row_that_was_left_out_is_listed(corpus: Corpus) -> None:
    table = quarantine_table(corpus, ENGLISH)
    assert table.records()[1] == {
        "row": 1, "id": None, "file": "x", "reason": "undecodable", "detail": "",
    }  # fmt: skip
    assert len(table.rows) == 3
    assert table.note is None


def test_classes_are_counted_in_each_part_of_a_split(corpus: Corpus) -> None:
    (info,) = make_split(corpus, "s", by=["speaker"], allow_leaks=["audio"], test=0.4)
    summary = summarise(corpus, "s")
    assert summary.parts == {part: n for part, n in info.counts.items() if n}
    (task,) = summary.tasks
    for part in summary.parts:
        counts = {c: parts[part] for c, parts in task.classes.items()}
        assert counts == info.classes["urgency"][part]
    assert sum(sum(c.values()) for c in task.classes.values()) == 16
    with pytest.raises(MalsoriError, match="'t'"):
        summarise(corpus, "t")


def test_a_published_split_is_shown_until_one_is_made_from_it(tmp_path: Path) -> None:
    parts = ["train"] * 5 + ["test"] * 3 + ["fold 9", None]
    rows = pl.DataFrame({"id": list("abcdefghij"), "speaker": list("abcdefghij"), "split": parts})
    spec = CorpusSpec(name="t", adapter="x", tasks=())
    corpus = write_corpus(tmp_path / "c", spec, rows)
    assert summarise(corpus).published == {"train": 5, "test": 3, "fold 9": 1}
    shown = summarise(corpus).tables(ENGLISH)[0].text()
    assert "(corpus split --column split)  training 5, test 3, fold 9 1" in shown
    corpus = write_corpus(tmp_path / "d", spec, rows.filter(pl.col("split") != "fold 9"))
    make_split(corpus, "own", by=["speaker"])
    assert summarise(corpus).published == {"train": 5, "test": 3}
    make_split(corpus, "theirs", column="split")
    assert summarise(corpus).published == {}


def test_what_weakens_a_corpus_is_said(corpus: Corpus) -> None:
    notes = "\n".join(map(ENGLISH.say, summarise(corpus).notes))
    assert "2 sample rates" in notes
    assert "2 of 15 recordings (13 %) share every sample" in notes
    assert (
        "urgency: classes with fewer than 10 rows, of 16 with a label: 중 (0) and 상 (4)" in notes
    )
    assert "the same words" not in notes


def test_a_dominant_class_and_unknown_speakers_are_said() -> None:
    spec = CorpusSpec(name="t", adapter="table", tasks=(URGENCY,))
    rows = pl.DataFrame({"id": list("abcdefghij"), "label.urgency": ["하"] * 9 + ["상"]})
    from malsori.corpus.columns import QUARANTINE, complete

    corpus = Corpus(Path("nowhere"), spec, complete(rows), pl.DataFrame(schema=QUARANTINE))
    notes = [ENGLISH.say(note) for note in summarise(corpus).notes]
    assert any("90 % of 10 labelled rows have class 하" in note for note in notes)
    assert any("no row has a speaker" in note for note in notes)


def test_the_terminal_and_json_say_the_same(corpus: Corpus) -> None:
    for name in ("cv-0", "cv-1", "loose"):
        make_split(corpus, name, allow_leaks=["audio", "group"], overwrite=True)
    summary = summarise(corpus, "loose")
    shown = "\n\n".join(table.text() for table in summary.tables(ENGLISH))
    assert "cv-0 … cv-1, loose" in shown
    assert "8,000 Hz (10 rows), 16,000 Hz (5 rows)" in shown
    assert "nothing 1" in shown
    assert "undecodable" in shown
    data = json.loads(json.dumps(summary.data(), allow_nan=False))
    assert data["durations"]["0.5"] == 8
    assert data["tasks"][0]["classes"]["하"] == summary.tasks[0].classes["하"]
    # Every heading is its own, so that records lose no column.
    for table in summary.tables(ENGLISH)[1:]:
        assert len(table.records()[0]) == len(table.headings)


def test_it_is_said_in_korean_and_kept_without_words(corpus: Corpus) -> None:
    summary = summarise(corpus)
    shown = "\n".join(table.text() for table in summary.tables(Words("ko")))
    assert "표본화율이 2가지입니다: 8 kHz(행 10개)와 16 kHz(행 5개)" in shown
    assert "urgency(순서 있는 클래스)" in shown
    kept = summary.data()["notes"]
    assert [Note.of(note) for note in kept] == list(summary.notes)
    assert summary.data(Words("ko").say)["notes"] == [Words("ko").say(n) for n in summary.notes]


def test_nobody_is_quoted(corpus: Corpus) -> None:
    """What a run keeps and a report shows holds no words of anybody."""
    same = corpus.utterances.with_columns(text=pl.lit("제발 빨리 와 주세요"))
    loud = Corpus(corpus.path, corpus.spec, same, corpus.quarantine)
    assert "제발" not in json.dumps(summarise(loud).data(), ensure_ascii=False)


def test_an_empty_corpus_is_shown_too(tmp_path: Path) -> None:
    spec = CorpusSpec(name="empty", adapter="table", tasks=(URGENCY,))
    corpus = write_corpus(
        tmp_path / "empty", spec, pl.DataFrame({"id": pl.Series([], dtype=pl.String)})
    )
    summary = summarise(corpus)
    assert summary.rows == 0
    assert all(table.text() for table in summary.tables(ENGLISH))


def test_folds_are_counted_as_numbers_and_inner_ones_are_folded_too():
    names = [f"cv-{i}" for i in range(12)] + [f"cv-{i}.{j}" for i in range(11) for j in range(3)]
    assert _folded(sorted([*names, "mine", "s-1"]), (), ENGLISH) == [
        "cv-0 … cv-11", "cv-0.0 … cv-10.2", "mine", "s-1",
    ]  # fmt: skip
