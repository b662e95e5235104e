import os

import numpy as np
import polars as pl
import pytest

from malsori.corpus.leaks import find_leaks
from malsori.errors import MalsoriError
from malsori.evaluation import over_seeds


@pytest.fixture(scope="module")
def emotiontts(example_named):
    return example_named("emotiontts")


def test_without_data_it_says_what_to_do(emotiontts, tmp_path, monkeypatch):
    monkeypatch.delenv("MALSORI_DATA", raising=False)
    with pytest.raises(MalsoriError, match="MALSORI_DATA"):
        emotiontts.open_corpus(tmp_path)


def test_folds_hold_out_what_they_say(emotiontts, emotiontts_data, tmp_path):
    corpus = emotiontts.open_corpus(tmp_path)
    protocols = emotiontts.make_splits(corpus)
    tested = []
    for name in protocols[emotiontts.BY_SPEAKER]:
        tested += corpus.split(name).filter(pl.col("split") == "test")["id"].to_list()
    assert sorted(tested) == sorted(corpus.utterances["id"])
    for name in protocols[emotiontts.CROSSED]:
        assert not find_leaks(corpus, corpus.split(name), groups=["speaker", "text"])
    assert find_leaks(corpus, corpus.split("speakers-0"), groups=["speaker"])  # the text
    rows = emotiontts.sizes(corpus, protocols).records()
    assert rows[0]["tested in all (of 144)"] == 144
    assert 0 < rows[1]["tested in all (of 144)"] < 144


def test_splits_are_made_once(emotiontts, emotiontts_data, tmp_path):
    corpus = emotiontts.open_corpus(tmp_path)
    emotiontts.make_splits(corpus)
    before = (corpus.path / "splits" / "crossed-0.parquet").stat().st_mtime_ns
    emotiontts.make_splits(emotiontts.open_corpus(tmp_path))
    assert (corpus.path / "splits" / "crossed-0.parquet").stat().st_mtime_ns == before


def test_the_machine_trains_on_validation_but_not_on_test(emotiontts, emotiontts_data, tmp_path):
    corpus = emotiontts.open_corpus(tmp_path)
    names = emotiontts.make_splits(corpus)[emotiontts.CROSSED]
    for name, (train, test) in zip(names, emotiontts.parts_of(corpus, names), strict=True):
        split = corpus.split(name)["split"].to_numpy()
        assert set(split[train]) == {"train", "validation"}
        assert set(split[test]) == {"test"}
        assert len(train) + len(test) == np.isin(split, ["train", "validation", "test"]).sum()


@pytest.mark.slow
def test_all_of_it_on_generated_voices(emotiontts, emotiontts_data, run, tmp_path, capsys):
    results, out = run(emotiontts), tmp_path / "out"
    compared = [r for r in results if "difference" in r and r["part"] == "all"]
    assert {(r["a"], r["b"]) for r in compared} >= {("network, audio", "SVM, audio, C = 1")}
    assert {r["labelled"] for r in compared if "texts" not in r["table"]} == {144}
    chance = [
        r["value"]
        for r in results
        if (r.get("model"), r["part"]) == ("network, text", "plain-to-emotional")
        and r["metric"] == "uar"
        and "texts" not in r["table"]
    ]
    assert chance[0] == 0.25  # the same text has the same answer in every emotion
    trained = {p: p.stat().st_mtime_ns for p in out.rglob("best*")}
    assert trained
    printed = capsys.readouterr().out
    run(emotiontts)
    assert {p: p.stat().st_mtime_ns for p in out.rglob("best*")} == trained  # nothing again
    again = capsys.readouterr().out
    assert "emotion, speakers and texts held out" in again
    assert (
        again[again.index("rows") :].splitlines()[:-2]
        == (printed[printed.index("rows\nprotocol") :].splitlines()[:-2])
    )


@pytest.mark.data
@pytest.mark.slow
def test_the_network_hears_emotion_on_real_speech(emotiontts, shared, tmp_path):
    if not os.environ.get("MALSORI_DATA"):
        pytest.skip("MALSORI_DATA is not set")
    corpus = emotiontts.open_corpus(tmp_path)
    splits = emotiontts.make_splits(corpus)[emotiontts.BY_SPEAKER]
    audio = {"audio": emotiontts.HEARS["network, audio"]}
    runs = shared.train_folds(
        tmp_path, "emotiontts", audio, splits, corpus=corpus, seeds=1, workers=1
    )
    found = shared.Seeds.of(runs["audio"])
    task = corpus.tasks["emotion"]
    assert over_seeds(found.only("emotion"), task, found.priors["emotion"], metric="uar").low > 0.6
