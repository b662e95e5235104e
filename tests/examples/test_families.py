import polars as pl
import pytest

from malsori.encoders import ENCODERS
from malsori.encoders.pretrained.speech import PretrainedSpeech


def test_it_knows_every_family(example_named):
    kinds = {kind for kind in ENCODERS.kinds() if issubclass(ENCODERS.load(kind), PretrainedSpeech)}
    assert set(example_named("_tiny_models").SPEECH) == kinds


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_calls_go_the_whole_way(example_named, run, tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("MALSORI_DATA", raising=False)
    families = example_named("families")
    monkeypatch.setattr(families, "SPEECH", {"wav2vec2": {}})
    monkeypatch.setattr(families, "TEXT", {"bert": {}})
    monkeypatch.setattr(families, "tunings", lambda: {"all": "all"})
    results = run(families)
    shown = capsys.readouterr().out
    assert "generated calls only" in shown
    uar = {(r["table"], r["model"]): r for r in results if r["metric"] == "uar"}
    assert {model for _, model in uar} == {"wav2vec2", "bert", "wav2vec2, all", "bert, all"}
    (rows,) = {r["n"] for r in uar.values()}
    table = pl.read_parquet(tmp_path / "out" / "calls-quick" / "splits" / "by-speaker.parquet")
    assert rows == (table["split"] == "test").sum()
