import json
import os
import sys

import numpy as np
import polars as pl
import pytest

from malsori.corpus.leaks import find_leaks
from malsori.errors import MalsoriError
from malsori.evaluation import over_seeds
from malsori.signals.audio import Audio, write_audio

EMOTIONS = ("neutral", "happy", "sad", "angry")
SPEAKERS, TEXTS = 12, 3


@pytest.fixture(scope="module")
def emotiontts(example_named):
    return example_named("emotiontts")


@pytest.fixture(scope="module")
def shared(example_named):
    return example_named("_cross_validation")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Half of the speakers read every text in every emotion, the others one text for each."""
    root = tmp_path_factory.mktemp("data") / "emotiontts"
    (root / "audio").mkdir(parents=True)
    rng = np.random.default_rng(0)
    rows = []
    for speaker in range(SPEAKERS):
        plain = speaker < SPEAKERS // 2
        for e, emotion in enumerate(EMOTIONS):
            for t in range(TEXTS):
                text = f"{'불이 났어요' if plain else emotion} {'가나다라마바'[t] * 6}"
                pitch, gender = (120, "male") if speaker % 2 else (220, "female")
                name = f"audio/{speaker}-{emotion}-{t}.wav"
                time = np.arange(6400) / 8000
                sound = (0.1 + 0.1 * e) * np.sin(2 * np.pi * pitch * (1 + 0.1 * e) * time)
                sound = sound * (1 + np.sin(2 * np.pi * (4 + e) * time)) / 2
                sound += rng.normal(0, 0.01, len(time))
                write_audio(root / name, Audio(sound.astype(np.float32), 8000))
                subset = "plain-to-emotional" if plain else "emotional-to-emotional"
                rows.append((f"u{len(rows)}", name, text, emotion, gender, f"s{speaker}", subset))
    heads = ["id", "audio", "text", "emotion", "gender", "speaker", "subset"]
    frame = pl.DataFrame(rows, schema=heads, orient="row")
    frame.write_csv(root / "utterances.csv")
    return root.parent


@pytest.fixture
def small(emotiontts, shared, data, monkeypatch):
    """Three folds, one epoch."""
    monkeypatch.setenv("MALSORI_DATA", str(data))
    monkeypatch.setattr(emotiontts, "FOLDS", 3)
    monkeypatch.setattr(shared, "QUICK", ["training.epochs=1", "fusion.dim=8", "sharing.dim=8"])
    return emotiontts


def test_without_data_it_says_what_to_do(emotiontts, tmp_path, monkeypatch):
    monkeypatch.delenv("MALSORI_DATA", raising=False)
    with pytest.raises(MalsoriError, match="MALSORI_DATA"):
        emotiontts.open_corpus(tmp_path)


def test_folds_hold_out_what_they_say(small, tmp_path):
    corpus = small.open_corpus(tmp_path)
    protocols = small.make_splits(corpus)
    tested = []
    for name in protocols[small.BY_SPEAKER]:
        tested += corpus.split(name).filter(pl.col("split") == "test")["id"].to_list()
    assert sorted(tested) == sorted(corpus.utterances["id"])
    for name in protocols[small.CROSSED]:
        assert not find_leaks(corpus, corpus.split(name), groups=["speaker", "text"])
    assert find_leaks(corpus, corpus.split("speakers-0"), groups=["speaker"])  # the text
    rows = small.sizes(corpus, protocols).records()
    assert rows[0]["tested in all (of 144)"] == 144
    assert 0 < rows[1]["tested in all (of 144)"] < 144


def test_splits_are_made_once(small, tmp_path):
    corpus = small.open_corpus(tmp_path)
    small.make_splits(corpus)
    before = (corpus.path / "splits" / "crossed-0.parquet").stat().st_mtime_ns
    small.make_splits(small.open_corpus(tmp_path))
    assert (corpus.path / "splits" / "crossed-0.parquet").stat().st_mtime_ns == before


def test_the_machine_trains_on_validation_but_not_on_test(small, tmp_path):
    corpus = small.open_corpus(tmp_path)
    names = small.make_splits(corpus)[small.CROSSED]
    for name, (train, test) in zip(names, small.parts_of(corpus, names), strict=True):
        split = corpus.split(name)["split"].to_numpy()
        assert set(split[train]) == {"train", "validation"}
        assert set(split[test]) == {"test"}
        assert len(train) + len(test) == np.isin(split, ["train", "validation", "test"]).sum()


@pytest.mark.slow
def test_all_of_it_on_generated_tones(small, tmp_path, monkeypatch, capsys):
    out, numbers = tmp_path / "out", tmp_path / "numbers.json"
    call = ["emotiontts.py", "--quick", "--out", str(out), "--workers", "1"]
    monkeypatch.setattr(sys, "argv", [*call, "--json", str(numbers)])
    small.main()
    results = json.loads(numbers.read_text())["results"]
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
    small.main()
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
