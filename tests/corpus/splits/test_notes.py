"""What splits say of themselves is kept as it was found, and said in both languages."""

import re

import polars as pl

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.splits import load_preset, make_preset, make_split
from malsori.io import read_yaml
from malsori.notes import Note
from malsori.schema import Task
from malsori.words import Words

N = 60
KEYS = {
    "own_group", "fewer_than_folds", "dropped", "few_in_part", "part_lacks", "tested",
    "leaky_preset", "renamed", "made_validation", "made_grouped", "no_rows", "no_training",
}  # fmt: skip


def spoken(folder):
    """A corpus of speakers, with one rare class, and with rows without speaker."""
    mood = Task(name="mood", kind="nominal", classes=("ok", "odd"))
    table = {
        "id": [f"u{i}" for i in range(40)],
        "text": [f"{i} 번째 집입니다" for i in range(40)],
        "label.mood": ["odd"] * 3 + ["ok"] * 37,
        "speaker": [None] * 2 + [f"s{i % 9}" for i in range(38)],
    }
    spec = CorpusSpec(name="toy", adapter="table", tasks=(mood,))
    return write_corpus(folder, spec, pl.DataFrame(table))


def published(folder, split, sessions):
    """A corpus with a publisher's split, calls and sessions."""
    tasks = {"urgency": ("ok", "odd"), "emotion": ("happy", "sad")}
    table = {
        "id": [f"u{i}" for i in range(N)],
        "call": [f"c{i // 2}" for i in range(N)],
        "split": split,
        "meta.session": sessions,
        **{f"label.{t}": list(classes) * (N // 2) for t, classes in tasks.items()},
    }
    declared = tuple(Task(name=t, kind="nominal", classes=c) for t, c in tasks.items())
    return write_corpus(
        folder, CorpusSpec(name="toy", adapter="table", tasks=declared), pl.DataFrame(table)
    )


def splits(folder):
    first = spoken(folder / "a")
    yield from make_split(first, "s", by=["speaker"], test=0.2, validation=0.2)
    yield from make_split(first, "cv", by=["speaker"], folds=4, stratify="mood")
    crossed = {"by": ["speaker", "text"], "folds": 2, "validation": 0, "allow_ungrouped": True}
    yield from make_split(first, "crossed", **crossed)
    parts = ["train"] * 40 + ["validation"] * 20
    second = published(folder / "b", parts, [str(1 + i // 4) for i in range(N)])
    for preset in ("aihub119/published", "kemdy20/session5", "kemdy20/random80"):
        yield from make_preset(second, load_preset(preset))
    parts = ["train"] * 40 + ["test"] * 19 + [None]
    third = published(folder / "c", parts, [str(1 + i % 8) for i in range(N - 4)] + ["9"] * 4)
    yield from make_split(third, "p", column="split", allow_leaks=["group"])
    calls = published(folder / "d", parts, ["9", *["1"] * (N - 1)])
    yield from make_preset(calls, load_preset("kemdy20/session5"), "few", allow_leaks=["group"])


def test_every_note_is_recorded_as_it_is_and_said_in_both_languages(tmp_path):
    keys = set()
    for info in splits(tmp_path):
        (file,) = tmp_path.rglob(f"{info.name}.yaml")
        assert tuple(map(Note.of, read_yaml(file)["notes"])) == info.notes
        for note in info.notes:
            keys.add(note.key.removeprefix("split."))
            english, korean = Words("en").say(note), Words("ko").say(note)
            assert english.endswith(".")
            assert re.search("[가-힣]", korean.replace("번째 집입니다", ""))
            assert not re.search("speaker|validation|train|test", korean)
    assert keys == KEYS


def test_one_row_is_one_row():
    one, two = (Note("split.dropped", {"n": n, "column": "call"}) for n in (1, 2000))
    assert Words().say(one) == "1 row has no call and is dropped."
    assert Words().say(two) == "2,000 rows have no call and are dropped."
    assert Words("ko").say(one) == "통화가 없는 행 1개를 제외했습니다."


def test_of_hundreds_of_classes_the_first_are_named_and_the_rest_is_counted(tmp_path):
    names = [f"t{i:03d}" for i in range(300)]
    table = {
        "id": [f"u{i}" for i in range(600)],
        "text": [f"{i} 번째 집입니다" for i in range(600)],
        "label.topic": [names[i % 300] for i in range(600)],
        "speaker": [f"s{i % 30}" for i in range(600)],
    }
    topic = Task(name="topic", kind="nominal", classes=tuple(names))
    spec = CorpusSpec(name="toy", adapter="table", tasks=(topic,))
    corpus = write_corpus(tmp_path / "toy", spec, pl.DataFrame(table))
    info = make_split(corpus, "cv", by=["speaker"], stratify="topic", folds=3)[0]
    said = {note.key: Words().say(note) for note in info.notes}
    assert "300 classes have fewer rows" in said["split.many_fewer_than_folds"]
    assert "split.fewer_than_folds" not in said
    assert "(+" in said["split.part_lacks"]
    assert max(map(len, said.values())) < 200
