"""`malsori corpus relabel` and `export` as a person types them."""

import json
import shlex

import polars as pl
import pytest

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.labels import Vote, rater_column
from malsori.schema import Task

EMOTION = Task(name="emotion", kind="nominal", classes=("happy", "excited", "sad", "neutral"))
URGENCY = Task(name="urgency", kind="nominal", classes=("상", "중", "하"))


@pytest.fixture
def corpus(tmp_path):
    said = ["excited", "sad", "neutral", "happy", "neutral", None]
    votes = [
        [Vote(str(i), c, 0.0 if c == "neutral" else 1.0) for i in range(3)] if c else None
        for c in said
    ]
    votes[2] = [Vote("0", "neutral", 0), Vote("1", "sad", 1), Vote("2", "neutral", 0)]
    rows = pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(6)],
            "text": ["=네", "아니", "글쎄", "좋아", "응", "음"],
            "label.emotion": said,
            "label.urgency": ["상", "중", "하", "상", "중", "하"],
        }
    ).with_columns(rater_column(votes, "raters.emotion"))
    spec = CorpusSpec(name="calls", adapter="table", tasks=(EMOTION, URGENCY))
    return write_corpus(tmp_path / "calls", spec, rows).path


def test_relabel(malsori, corpus, tmp_path):
    status, out, _ = malsori(
        "corpus", "relabel", corpus, tmp_path / "new", "--task", "emotion", "--rule",
        "intensity_sum", "--merge", "happy=excited", "--keep", "happy,sad", "--drop-unlabelled",
    )  # fmt: skip
    assert status == 0
    assert "happy" in out
    assert "class left out" in out
    new = Corpus.open(tmp_path / "new")
    assert new.tasks["emotion"].classes == ("happy", "sad")
    assert new.utterances["label.emotion"].to_list() == ["happy", "sad", "sad", "happy"]


def test_relabel_declares_an_order(malsori, corpus, tmp_path):
    status, out, _ = malsori(
        "corpus", "relabel", corpus, tmp_path / "new", "--task", "urgency",
        "--order", "하,중,상", "--kind", "ordinal", "--json",
    )  # fmt: skip
    assert status == 0
    assert json.loads(out)["after"] == {"하": 2, "중": 2, "상": 2}
    task = Corpus.open(tmp_path / "new").tasks["urgency"]
    assert (task.kind, task.classes) == ("ordinal", ("하", "중", "상"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--task", "emotio", "--rule", "soft"], "did you mean 'emotion'"),
        (["--task", "emotion", "--rule", "intensity-sum"], "did you mean 'intensity_sum'"),
        (["--task", "emotion", "--keep", "hapy,sad"], "did you mean 'happy'"),
        (["--task", "emotion", "--merge", "happy=exited"], "did you mean 'excited'"),
        (["--task", "emotion", "--merge", "happy"], "write it as NAME=CLASS"),
        (["--task", "emotion", "--merge", "a=sad", "--merge", "b=sad"], "merged twice"),
        (["--task", "emotion", "--keep", "happy,,sad"], "has no name"),
        (["--task", "urgency", "--order", "하,중"], "lacks 상"),
        (
            ["--task", "urgency", "--kind", "ordinl", "--order", "하,중,상"],
            "did you mean 'ordinal'",
        ),
        (["--task", "urgency", "--rule", "majority"], "raters of emotion are known"),
        (["--task", "emotion"], "would change nothing"),
    ],
)
def test_relabel_names_what_is_wrong(malsori, corpus, tmp_path, words, message):
    status, _, err = malsori("corpus", "relabel", corpus, tmp_path / "new", *words)
    assert status == 2
    assert message in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err
    assert not (tmp_path / "new").exists()


def test_export_and_import_again_as_it_says(malsori, corpus, tmp_path):
    status, out, _ = malsori(
        "corpus", "export", corpus, tmp_path / "x.csv", "--to", "csv", "--json"
    )
    assert status == 0
    report = json.loads(out)
    assert report["rows"] == 6
    again = shlex.split(report["again"])[1:]
    status, _, _ = malsori(*[tmp_path / "again" if w == "DESTINATION" else w for w in again])
    assert status == 0
    old, new = Corpus.open(corpus), Corpus.open(tmp_path / "again")
    for column in ("id", "text", "label.emotion", "label.urgency"):
        assert new.utterances[column].to_list() == old.utterances[column].to_list()
    assert new.tasks == old.tasks


def test_export_prints_what_it_did(malsori, corpus, tmp_path):
    words = ["--to", "jsonl", "--column", "text"]
    status, out, _ = malsori("corpus", "export", corpus, tmp_path / "x.jsonl", *words)
    assert status == 0
    assert "columns: id, text" in out
    first = (tmp_path / "x.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(first) == {"id": "u0", "text": "=네"}


def test_the_command_that_reads_an_export_again_is_one_line(malsori, corpus, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    _, out, _ = malsori("corpus", "export", corpus, tmp_path / "x.csv", "--to", "csv")
    (line,) = [line for line in out.splitlines() if line.startswith("malsori corpus import")]
    assert line.endswith("/x.csv DESTINATION")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--to", "parquet"], "there is: audiofolder, csv, jsonl"),
        (["--to", "cvs"], "did you mean 'csv'"),
        (["--to", "csv", "--split", "half"], "has no split 'half'"),
        (["--to", "csv", "--column", "texts"], "did you mean 'text'"),
        (["--to", "csv", "--option", "bon=true"], "did you mean 'bom'"),
        (["--to", "csv", "--option", "kind=jsonl"], "kind is no option"),
        (["--to", "audiofolder"], "6 no audio"),
    ],
)
def test_export_names_what_is_wrong(malsori, corpus, tmp_path, words, message):
    status, _, err = malsori("corpus", "export", corpus, tmp_path / "x.csv", *words)
    assert status == 2
    assert message in err
    assert not (tmp_path / "x.csv").exists()


def test_arguments_are_called_as_in_the_manual(malsori):
    for verb in ("relabel", "export"):
        _, out, _ = malsori("corpus", verb, "--help")
        assert "DESTINATION" in out
        assert "{destination}" not in out
