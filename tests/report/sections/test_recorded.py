import polars as pl

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.splits import load_preset, make_preset, make_split
from malsori.report.page import joined
from malsori.report.sections.recorded import recorded
from malsori.schema import Task
from malsori.words import Words


def corpus_of(folder):
    """A corpus with something to say of its splits."""
    mood = Task(name="mood", kind="nominal", classes=("ok", "odd"))
    n = 40
    table = {
        "id": [f"u{i}" for i in range(n)],
        "text": [f"{i} 번째 집입니다" for i in range(n)],
        "label.mood": ["odd"] * 3 + ["ok"] * (n - 3),
        "sample_rate": [8000, 16000] * (n // 2),
        "speaker": [None] * 2 + [f"s{i % 9}" for i in range(n - 2)],
    }
    spec = CorpusSpec(name="toy", adapter="table", tasks=(mood,))
    return write_corpus(folder / "b", spec, pl.DataFrame(table))


def notes_of(folder):
    second = corpus_of(folder)
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
    assert len(notes) >= 10
    for note in notes:
        said = joined(recorded(note, Words("ko")))
        assert note not in said
        assert any("가" <= c <= "힣" for c in said.replace("번째", ""))
        assert joined(recorded(note, Words("en"))).rstrip(".") == note.rstrip(".")


def test_a_note_that_nobody_knows_is_kept_as_it_is():
    assert joined(recorded("three <rows> are odd", Words("ko"))) == "three <rows> are odd."
