import json
import sys

import polars as pl
import pytest

from malsori.encoders import ENCODERS
from malsori.encoders.pretrained.speech import PretrainedSpeech


@pytest.fixture
def families(example_named, tmp_path, monkeypatch):
    monkeypatch.delenv("MALSORI_DATA", raising=False)
    shared = example_named("_cross_validation")
    monkeypatch.setattr(shared, "QUICK", ["training.epochs=1", "fusion.dim=8", "sharing.dim=8"])
    call = ["families.py", "--quick", "--out", str(tmp_path / "out"), "--workers", "1"]
    monkeypatch.setattr(sys, "argv", [*call, "--json", str(tmp_path / "numbers.json")])
    return example_named("families")


def test_it_knows_every_family(example_named):
    kinds = {kind for kind in ENCODERS.kinds() if issubclass(ENCODERS.load(kind), PretrainedSpeech)}
    assert set(example_named("_tiny_models").SPEECH) == kinds


@pytest.mark.slow
def test_calls_go_the_whole_way(families, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(families, "SPEECH", {"wav2vec2": {}})
    monkeypatch.setattr(families, "TEXT", {"bert": {}})
    monkeypatch.setattr(families, "tunings", lambda: {"all": "all"})
    families.main()
    shown = capsys.readouterr().out
    assert "generated calls only" in shown
    results = json.loads((tmp_path / "numbers.json").read_text())["results"]
    uar = {(r["table"], r["model"]): r for r in results if r["metric"] == "uar"}
    assert {model for _, model in uar} == {"wav2vec2", "bert", "wav2vec2, all", "bert, all"}
    (rows,) = {r["n"] for r in uar.values()}
    table = pl.read_parquet(tmp_path / "out" / "calls-quick" / "splits" / "by-speaker.parquet")
    assert rows == (table["split"] == "test").sum()
