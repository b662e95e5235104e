"""Commands that an audit prescribes are those that `malsori corpus split` takes."""

import shlex

import polars as pl
import pytest
from typer.testing import CliRunner

from malsori.cli import app
from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.audit import Case
from malsori.corpus.audit.asking import ask_split
from malsori.corpus.splits import make_split
from malsori.schema import Task

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))


@pytest.fixture
def corpus(tmp_path):
    """40 speakers in 20 calls; every 50th sentence is said again by somebody else."""
    n = 400
    table = pl.DataFrame(
        {
            "id": [f"r{i:03}" for i in range(n)],
            "speaker": [f"s{i // 10:02}" for i in range(n)],
            "call": [f"c{i // 20:02}" for i in range(n)],
            "text": [f"문장 번호 {chr(0xAC00 + 31 * (i % 350))}{i % 350}" for i in range(n)],
            "label.mood": ["bad" if i * 7 % 3 else "good" for i in range(n)],
        }
    )
    return write_corpus(
        tmp_path / "a corpus", CorpusSpec(name="toy", adapter="table", tasks=(MOOD,)), table
    )


def run(command):
    args = shlex.split(command.replace("…", "mended --overwrite"))
    assert args.pop(0) == "malsori"
    found = CliRunner().invoke(app, args)
    assert found.exit_code == 0, found.output


def test_without_a_split_calls_hold_their_speakers_together(corpus):
    command = ask_split(Case(corpus), by=["text"]).command
    assert command.endswith("--name … --by call --by text")
    run(command)


def test_more_is_asked_of_the_named_split(corpus):
    make_split(
        corpus, "mine", by=["speaker"], stratify="mood", test=0.3, seed=3,
        allow_leaks=["text", "group"],
    )  # fmt: skip
    case = Case(corpus, "mine")
    assert ask_split(case, by=["call", "text"]).command.endswith(
        "--by speaker --by call --by text --stratify mood --test 0.3 --seed 3"
    )
    run(ask_split(case, by=["call", "text"]).command)
    again = ask_split(case, by=["call"], stratify="mood").command
    assert again.endswith("--allow-leak text")
    run(again)


def test_a_split_without_groups_gets_some(corpus):
    make_split(corpus, "loose", stratify="mood", allow_leaks=["text", "group"])
    assert "--by call --stratify mood" in ask_split(Case(corpus, "loose"), stratify="mood").command


def test_leaving_one_out_stays_so(corpus):
    make_split(corpus, "each", leave_one_out="call", allow_leaks=["text"])
    command = ask_split(Case(corpus, "each-0"), by=["text"]).command
    assert command.endswith("--name … --leave-one-out call --by text")
    run(command)


def test_a_corpus_without_people(make_toy):
    lone = make_toy().but(speaker=[None] * 400)
    assert ask_split(lone.case(), stratify="mood").command.endswith("--name … --stratify mood")
