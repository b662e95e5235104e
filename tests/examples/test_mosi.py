import os

import numpy as np
import pytest

from malsori.evaluation import over_seeds


@pytest.fixture(scope="module")
def mosi(example_named):
    return example_named("mosi")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Twelve videos of eight segments; text vectors tell the label, the others nothing."""
    root = tmp_path_factory.mktemp("data")
    (root / "mosi").mkdir()
    rng = np.random.default_rng(0)
    label = np.tile([0, 1], 48)
    video = np.repeat(np.arange(12), 8)
    np.savez(
        root / "mosi" / "mosi.npz",
        id=np.array([f"v{v}_{i}" for i, v in enumerate(video)]),
        video_id=np.array([f"v{v}" for v in video]),
        transcript=np.array([f"film number {i} was {['bad', 'good'][y]}"
                             for i, y in enumerate(label)]),
        split=np.where(video < 8, "train", "test"),
        label=label,
        text=rng.normal(0, 0.3, (96, 4)) + label[:, None],
        audio=rng.normal(0, 1, (96, 3)),
        video=rng.normal(0, 1, (96, 2)),
    )  # fmt: skip
    return root


def test_the_published_split_is_kept_and_validation_is_of_training_videos(
    mosi, data, tmp_path, monkeypatch
):
    monkeypatch.setenv("MALSORI_DATA", str(data))
    corpus = mosi.open_corpus(tmp_path)
    rows = corpus.utterances.with_columns(part=corpus.split("official")["split"])
    videos = {part: set(group["meta.video_id"]) for (part,), group in rows.group_by("part")}
    assert videos["test"] == {"v8", "v9", "v10", "v11"}
    assert not videos["train"] & videos["validation"]
    assert len(videos["train"] | videos["validation"]) == 8


def test_the_linear_reference_learns_what_there_is(mosi, data, tmp_path, monkeypatch):
    monkeypatch.setenv("MALSORI_DATA", str(data))
    corpus = mosi.open_corpus(tmp_path)

    def accuracy(*modalities):
        found = mosi.linear(corpus, modalities, "test")
        frames, prior = found.only("sentiment"), found.priors["sentiment"]
        return over_seeds(frames, corpus.tasks["sentiment"], prior, metric="accuracy").value

    assert accuracy("text") > 0.95
    assert 0.2 < accuracy("audio") < 0.8
    assert mosi.vectors(corpus, ["text", "audio"]).shape == (96, 7)


@pytest.mark.slow
def test_all_of_it_on_generated_vectors(mosi, shared, run, data, monkeypatch, capsys):
    monkeypatch.setenv("MALSORI_DATA", str(data))
    monkeypatch.setattr(shared, "QUICK", ["training.epochs=5", "training.batch_size=16"])
    test = {
        r["model"]: r for r in run(mosi) if r["table"].startswith("test videos,")
        and r["metric"] == "accuracy"
    }  # fmt: skip
    assert set(test) == {f"{kind}, {name}" for kind in ("logistic", "network") for name in
                         mosi.INPUTS} | {"network, transcript"}  # fmt: skip
    assert (test["network, text"]["n"], test["network, text"]["units"]) == (32, 4)
    assert test["network, text"]["value"] > 0.8
    assert "paired" in capsys.readouterr().out


@pytest.mark.data
def test_vectors_of_the_real_corpus_have_seen_the_training_labels(mosi, tmp_path):
    if not os.environ.get("MALSORI_DATA"):
        pytest.skip("MALSORI_DATA is not set")
    corpus = mosi.open_corpus(tmp_path)
    task = corpus.tasks["sentiment"]

    def accuracy(modality, split):
        found = mosi.linear(corpus, [modality], split)
        frames, prior = found.only(task.name), found.priors[task.name]
        return over_seeds(frames, task, prior, metric="accuracy").value

    assert accuracy("text", "validation") > 0.95
    assert accuracy("text", "test") == pytest.approx(0.757, abs=0.02)
    assert accuracy("video", "validation") > 0.8
    assert accuracy("video", "test") < 0.6
