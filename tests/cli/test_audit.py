"""`malsori corpus audit` in a terminal."""

import json

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from malsori.cli import app
from malsori.corpus import CorpusSpec, write_corpus
from malsori.schema import Task
from malsori.signals.audio import Audio, resample, write_audio

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    """Forty telephone recordings stored at 16 kHz; the film tells the mood."""
    folder = tmp_path_factory.mktemp("audit")
    rng = np.random.default_rng(0)
    for i in range(40):
        hiss = Audio(rng.normal(0, 0.1, 4000 + 200 * i).astype(np.float32), 8000)
        write_audio(folder / f"{i}.wav", resample(hiss, 16000))
    moods = [("bad", "good")[i % 2] for i in rng.permutation(40)]
    rows = pl.DataFrame(
        {
            "id": [f"r{i:02d}" for i in range(40)],
            "audio": [str(folder / f"{i}.wav") for i in range(40)],
            "sample_rate": [16000] * 40,
            "duration": [0.5 + 0.025 * i for i in range(40)],
            "text": ["네, 알겠습니다" + "아" * i for i in range(40)],
            "label.mood": moods,
            "meta.film": [{"bad": "a", "good": "b"}[m] for m in moods],
        }
    )
    spec = CorpusSpec(name="calls", adapter="table", tasks=(MOOD,))
    return write_corpus(folder / "calls", spec, rows).path


def run(*arguments):
    return CliRunner().invoke(app, ["corpus", "audit", *map(str, arguments)])


def test_without_sounds_it_says_how_to_listen(calls):
    result = run(calls)
    assert result.exit_code == 0
    assert "SERIOUS · mood (leakage)" in result.stdout
    assert "meta.film (2 values) tells mood" in result.stdout
    said = (
        "bandwidth, channels, clipping, level, silence, since the recordings have not been measured"
    )
    assert said in " ".join(result.stdout.split())


def test_listening_names_the_telephone(calls):
    result = run(calls, "--listen", "--workers", "1")
    assert result.exit_code == 0
    assert "telephone audio stored at 16 kHz: in all 40 recordings" in (
        " ".join(result.stdout.split())
    )


def test_strict_exits_with_1_where_anything_is_serious(calls, tmp_path):
    assert run(calls, "--strict").exit_code == 1
    spec = CorpusSpec(name="fine", adapter="table", tasks=())
    fine = write_corpus(tmp_path / "fine", spec, pl.DataFrame({"id": ["a"], "text": ["네"]}))
    assert run(fine.path, "--strict").exit_code == 0


def test_json_holds_everything(calls):
    result = run(calls, "--json")
    data = json.loads(result.stdout)
    assert data["findings"][0]["check"] == "leakage"
    assert data["findings"][0]["numbers"]["skill"] > 0.5
    assert "bandwidth" in data["skipped"]


def test_the_figure_is_written(calls, tmp_path):
    result = run(calls, "--figure", tmp_path / "audit.svg")
    assert result.exit_code == 0
    svg = (tmp_path / "audit.svg").read_text("utf-8")
    assert "Audit of calls" in svg
    assert "meta.film (2 values) tells mood" in svg


def test_a_wrong_ending_is_refused_before_any_work(calls, tmp_path):
    result = run(calls, "--figure", tmp_path / "audit.gif", "--listen")
    assert result.exit_code != 0
    assert ".gif" in str(result.exception) + result.output


def test_a_recipe_counts_as_its_encoder_does(calls, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        "corpus: {path: calls, split: s}\ntasks: [mood]\nencoders: {text: {kind: jamo}}\n"
    )
    result = run(calls, "--recipe", recipe)
    assert result.exit_code == 0
    assert "tokens of jamo" in result.stdout


def test_a_recipe_without_text_is_refused(calls, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        "corpus: {path: calls, split: s}\ntasks: [mood]\nencoders: {speech: {kind: logmel}}\n"
    )
    result = run(calls, "--recipe", recipe)
    assert result.exit_code != 0
    assert "no encoder that reads transcripts" in str(result.exception) + result.output


class Cutting:
    """An encoder that counts words and reads twenty letters at most."""

    signal = "text"
    token_limit = 20

    def token_length(self, text):
        return len(text)


def test_the_encoders_limit_is_what_is_cut_off(calls, tmp_path, monkeypatch):
    from malsori.recipe import ENCODERS

    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        "corpus: {path: calls, split: s}\ntasks: [mood]\nencoders: {text: {kind: jamo}}\n"
    )
    monkeypatch.setattr(ENCODERS, "build", lambda config: Cutting())
    findings = json.loads(run(calls, "--recipe", recipe, "--json").stdout)["findings"]
    (found,) = [f for f in findings if f["check"] == "cut"]
    assert found["numbers"]["texts"] == 27
    assert (found["numbers"]["limit"], found["numbers"]["longest"]) == (20, 47)


def test_all_of_it_in_korean(calls):
    said = " ".join(run(calls, "--lang", "ko").stdout.split())
    assert "calls에서 잰 값" in said
    assert "심각 · mood (leakage)" in said
    assert "meta.film(값 2개)만으로 mood를 알 수 있습니다" in said
    data = json.loads(run(calls, "--lang", "ko", "--json").stdout)
    assert data["findings"][0]["key"] == "audit.leakage.seen"
    assert data["findings"][0]["cause"].startswith("이 열 자체가")
    assert "녹음을 측정하지 않았습니다" in data["skipped"]["bandwidth"]


def test_a_recipe_that_is_not_there(calls):
    found = CliRunner().invoke(app, ["corpus", "audit", str(calls), "--recipe", "nope"])
    assert "nope: no such file" in str(found.exception)
    assert "comes with malsori: demo" in found.exception.hint
