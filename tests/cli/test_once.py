"""Nothing that a command is told twice is dropped without a word."""

import pytest

from malsori.cli._shared import pairs, together
from malsori.errors import MalsoriError

LINES = ["id,text,words,mood"] + [f"u{i},네 {i},아니 {i},{'ab'[i % 2]}" for i in range(8)]


@pytest.fixture
def table(tmp_path):
    (tmp_path / "t.csv").write_text("\n".join(LINES) + "\n", "utf-8")
    return tmp_path / "t.csv"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--task", "mood=nominal", "--task", "mood=ordinal:b,a"],
            "task 'mood' is said twice: mood=nominal and mood=ordinal:b,a",
        ),
        (["--map", "text=text", "--map", "text=words"], "--map text is said twice: text and words"),
        (["--map", "text=text", "--map", " text =words"], "--map text is said twice"),
        (["--name", "a", "--name=b"], "--name is said twice: a and b"),
        (["--task", "mood=nominal:a,b=0, a"], "task 'mood' names 'a' twice"),
        (["--task", "mood=nominal:a=0,b=0"], "task 'mood' names '0' twice"),
        (
            ["--option", "encoding=cp949", "--option", "encoding=utf-8"],
            "--option encoding is said twice: cp949 and utf-8",
        ),
        (
            ["--option", "encoding=cp949", "--encoding", "utf-8"],
            "encoding is said twice: --encoding utf-8 and --option encoding=cp949",
        ),
        (["--min-seconds", "0.1", "--min-seconds", "0.1"], "--min-seconds is said twice"),
    ],
)
def test_an_import_is_told_each_thing_once(malsori, table, words, said):
    status, _, err = malsori("corpus", "import", "table", table, table.parent / "c", *words)
    assert status == 2
    assert said in err
    assert not (table.parent / "c").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "demo", "--out", "a", "--out", "b"], "--out is said twice: a and b"),
        (["train", "demo", "--open-test", "--no-open-test"],
         "--open-test is said twice: --open-test and --no-open-test"),
        (["corpus", "split", "c", "--stratify", "a", "--stratify", "b"], "--stratify is said tw"),
        (["corpus", "split", "c", "--test", "0.1", "--test", "0.2"], "--test is said twice: 0.1"),
        (["corpus", "audit", "c", "--split", "a", "--split", "b"], "--split is said twice: a"),
        (["corpus", "relabel", "c", "d", "--task", "a", "--task", "b"], "--task is said twice: a"),
        (["corpus", "synth", "c", "--seconds", "1", "2", "--seconds", "3", "4"],
         "--seconds is said twice: 1 2 and 3 4"),
        (["corpus", "synth", "c", "--proportions", "urgency=하:0.5,하:0.5"],
         "the share of '하' is said twice"),
        (["evaluate", "r", "--split", "test", "--split", "all"], "--split is said twice"),
        (["embed", "demo", "--store", "a", "--store", "b"], "--store is said twice: a and b"),
    ],
)  # fmt: skip
def test_every_command_is(malsori, monkeypatch, tmp_path, words, said):
    monkeypatch.chdir(tmp_path)
    status, _, err = malsori(*words)
    assert status == 2
    assert said in err


def test_a_switch_and_one_value_may_be_repeated(malsori):
    same = ["--set", "training.epochs=3"]
    status, out, err = malsori("recipe", "show", "demo", "--json", "--json", *same, *same)
    assert (status, err) == (0, "")
    assert '"epochs": 3' in out


def test_options_are_told_apart_from_those_with_a_name():
    assert together({"audio_root": "a", "tasks": []}, {"tasks": "b"}) == {
        "audio_root": "a", "tasks": "b",
    }  # fmt: skip
    with pytest.raises(MalsoriError, match="audio_root is said twice: --audio-root a and --opt"):
        together({"audio_root": "a"}, {"audio_root": "b"})


def test_pairs_are_read():
    assert pairs(["a=1", " b = 2 "], "--map") == {"a": "1", "b": "2"}


def test_a_second_import_replaces_the_first_as_a_whole(malsori, table):
    place = table.parent / "c"
    again = ("corpus", "import", "table", table, place, "--task", "mood=nominal")
    assert malsori(*again)[0] == 0
    assert malsori("corpus", "split", place, "--name", "s", "--validation", 0, "--folds", 2)[0] == 0
    status, _, err = malsori(*again)
    assert (status, "already a corpus" in err) == (2, True)
    status, _, err = malsori(*again, "--overwrite", "--map", "text=words")
    assert status == 0
    assert "which was c (8 rows), its splits s-0, s-1" in err
    assert not (place / "splits").exists()
