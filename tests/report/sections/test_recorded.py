import polars as pl

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.splits import load_preset, make_preset, make_split
from malsori.corpus.summary import summarise
from malsori.report.page import joined
from malsori.report.sections.recorded import recorded
from malsori.schema import Task
from malsori.words import Words


def corpora(folder):
    """Two corpora with something to say about nearly everything."""
    mood = Task(name="mood", kind="nominal", classes=("ok", "odd"))
    n = 40
    table = {
        "id": [f"u{i}" for i in range(n)],
        "text": ["불이 났어요"] * 2 + [f"여기는 {i} 번째 골목입니다" for i in range(n - 2)],
        "label.mood": ["odd"] * 3 + ["ok"] * (n - 3),
        "sample_rate": [8000, 16000] * (n // 2),
    }
    spec = CorpusSpec(name="toy", adapter="table", tasks=(mood,))
    yield write_corpus(folder / "a", spec, pl.DataFrame(table))
    speakers = [None] * 2 + [f"s{i % 9}" for i in range(n - 2)]
    table["text"] = [f"{i} 번째 집입니다" for i in range(n)]
    yield write_corpus(folder / "b", spec, pl.DataFrame({**table, "speaker": speakers}))


def notes_of(folder):
    first, second = corpora(folder)
    yield from summarise(first).notes
    yield from summarise(second).notes
    for info in make_split(second, "s", by=["speaker"], test=0.2, validation=0.2):
        yield from info.notes
    for info in make_split(second, "cv", by=["speaker"], folds=4, stratify="mood"):
        yield from info.notes
    crossed = {"by": ["speaker", "text"], "folds": 2, "validation": 0, "allow_ungrouped": True}
    for info in make_split(second, "crossed", **crossed):
        yield from info.notes
    yield from notes_on_published(folder)


def notes_on_published(folder):
    """What is said of published parts, of presets, and of ranges."""
    n = 60
    mood = Task(name="urgency", kind="nominal", classes=("ok", "odd"))
    table = {
        "id": [f"u{i}" for i in range(n)],
        "call": [f"c{i // 2}" for i in range(n)],
        "split": ["train"] * 40 + ["validation"] * 20,
        "label.urgency": ["ok", "odd"] * 30,
        "meta.session": [str(i // 4) for i in range(n)],
        "label.emotion": ["happy", "sad"] * 30,
    }
    emotion = Task(name="emotion", kind="nominal", classes=("happy", "sad"))
    spec = CorpusSpec(name="toy", adapter="table", tasks=(mood, emotion))
    corpus = write_corpus(folder / "c", spec, pl.DataFrame(table))
    for preset in ("aihub119/published", "kemdy20/session5", "kemdy20/random80"):
        for info in make_preset(corpus, load_preset(preset)):
            yield from info.notes
    half = {"split": ["train"] * 40 + ["test"] * 19 + [None]}
    halves = write_corpus(folder / "d", spec, pl.DataFrame({**table, **half}))
    for info in make_split(halves, "p", column="split", allow_leaks=["group"]):
        yield from info.notes


def test_notes_that_are_really_written_are_told_in_korean(tmp_path):
    notes = set(notes_of(tmp_path))
    assert len(notes) >= 14
    for note in notes:
        said = joined(recorded(note, Words("ko")))
        assert note not in said
        assert any("가" <= c <= "힣" for c in said.replace("번째", ""))
        assert joined(recorded(note, Words("en"))).rstrip(".") == note.rstrip(".")


def test_a_note_that_nobody_knows_is_kept_as_it_is():
    assert joined(recorded("three <rows> are odd", Words("ko"))) == "three <rows> are odd."
