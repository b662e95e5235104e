"""`malsori corpus import` and what it says to wrong use."""

import json

import numpy as np
import pytest
import soundfile

from malsori.corpus.adapters import ADAPTERS


@pytest.fixture
def malsori(malsori):
    """The same, with what it says to wrong use in one line."""

    def run(*words):
        status, out, err = malsori(*words)
        return status, out, " ".join(err.split())

    return run


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    for i in range(3):
        soundfile.write(tmp_path / f"{i}.wav", rng.normal(0, 0.1, 4000), 8000)
    lines = ["id,audio,mood", *(f"{i},{i}.wav,{'ab'[i % 2]}" for i in range(4))]
    (tmp_path / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return tmp_path / "calls.csv"


def test_help_has_a_line_for_each_kind(malsori, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    status, out, _ = malsori("corpus", "import", "--help")
    assert status == 0
    lines = out[out.index("Kinds:") :].splitlines()
    found = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines[1:] if line.strip()}
    assert set(found) >= set(ADAPTERS.kinds())
    assert "a table of utterances" in found["table"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["tabel", "calls.csv", "c"], "no kind of source 'tabel' hint: did you mean 'table'?"),
        (["xyz", "calls.csv", "c"], "there is: aihub119, "),
        (["table", "nope.csv", "c"], "nope.csv does not exist"),
        (["table", "calls.csv", "calls.csv"], "calls.csv is a file"),
        (["table", "calls.csv", "."], "holds other things than a corpus"),
        (["table", "calls.csv", "c", "--option", "enocding=x"], "did you mean 'encoding'? it has"),
        (["meld", "calls.csv", "c", "--task", "a=nominal"], "meld has no option --task"),
        (["aihub119", ".", "c", "--option", "unit=cal"], "aihub119.unit: Input should be 'call'"),
        (["table", "calls.csv", "c", "--option", "x"], "write it as name=value"),
        (["table", "calls.csv", "c", "--audio-root", "nope"], "audio_root nope is not a folder"),
    ],
)
def test_wrong_use_is_answered_with_what_there_is(malsori, table, monkeypatch, words, said):
    monkeypatch.chdir(table.parent)
    status, _, err = malsori("corpus", "import", *words)
    assert status == 2
    assert said in err
    assert not (table.parent / "c").exists()


def test_the_account_is_shown_now_and_later(malsori, table, tmp_path):
    status, out, err = malsori("corpus", "import", "table", table, tmp_path / "c", "--json")
    assert status == 0, err
    told = json.loads(out)
    assert (told["read"], told["kept"], told["quarantined"]) == (4, 3, {"missing": 1})
    assert told["repaired"] == {}
    status, out, err = malsori("corpus", "show", tmp_path / "c")
    assert status == 0, err
    assert "What the import read" in out
    later = json.loads(malsori("corpus", "show", tmp_path / "c", "--json")[1])["imported"]
    assert later == {k: told[k] for k in later}
    status, _, err = malsori("corpus", "import", "table", table, tmp_path / "c")
    assert status == 2
    assert "pass --overwrite" in err
