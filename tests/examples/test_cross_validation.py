import numpy as np
import polars as pl
import pytest

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.splits import make_split
from malsori.corpus.writing import write_corpus
from malsori.errors import MalsoriError
from malsori.schema import Task

TASK = Task(name="mood", kind="nominal", classes=("bad", "good"))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    rows = pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(32)],
            "speaker": [f"s{i // 4}" for i in range(32)],
            "text": [f"{['bad', 'good'][i % 2]} {i}" for i in range(32)],
            "label.mood": ["bad", "good"] * 16,
        }
    )
    spec = CorpusSpec(name="toy", adapter="table", tasks=(TASK,))
    made = write_corpus(tmp_path_factory.mktemp("corpus"), spec, rows)
    make_split(made, "speakers", by=["speaker"], folds=2, validation=0.3)
    return made


@pytest.fixture(scope="module")
def recipes(tmp_path_factory, shared):
    """Stands in for the recipes that come with malsori."""
    folder = tmp_path_factory.mktemp("recipes")
    (folder / "toy.yaml").write_text(
        "corpus: {path: x, split: x}\ntasks: [mood]\nencoders: {text: {kind: jamo, dim: 4}}\n"
        "training: {epochs: 1}\n"
    )
    before, shared.BUILT_IN = shared.BUILT_IN, folder
    yield folder
    shared.BUILT_IN = before


def train(shared, out, corpus, **options):
    models = {"plain": [], "wide": ["encoders.text.dim=8"]}
    splits = ["speakers-0", "speakers-1"]
    return shared.train_folds(out, "toy", models, splits, corpus=corpus, **options)


def test_folds_are_pooled_and_seeds_are_not(shared, recipes, corpus, tmp_path):
    runs = train(shared, tmp_path, corpus, seeds=2, workers=1)
    assert {name: len(mine) for name, mine in runs.items()} == {"plain": 4, "wide": 4}
    found = shared.Seeds.of(runs["wide"])
    assert len(found.frames) == 2
    for frame in found.only("mood"):
        assert sorted(frame["id"]) == sorted(corpus.utterances["id"])
    assert [len(frame) for frame in found.only("mood", ["u1", "u2"])] == [2, 2]
    assert found.priors["mood"] == [0.5, 0.5]
    assert not found.frames[0].equals(found.frames[1])
    best = [run.state["best_validation_skill"] for run in runs["wide"]]
    assert found.validation("mood") == pytest.approx(np.mean(best))


@pytest.mark.slow
def test_several_processes_train_the_same_bits(shared, recipes, corpus, tmp_path):
    alone = train(shared, tmp_path / "one", corpus, seeds=1, workers=1)
    together = train(shared, tmp_path / "two", corpus, seeds=1, workers=2)
    for name, runs in alone.items():
        assert [r.predictions().rows() for r in runs] == (
            [r.predictions().rows() for r in together[name]]
        )


def test_a_failure_names_the_run(shared, recipes, corpus, tmp_path):
    train(shared, tmp_path, corpus, seeds=1, workers=1)
    (recipes / "toy.yaml").write_text(
        (recipes / "toy.yaml").read_text().replace("dim: 4", "dim: 5")
    )
    with pytest.raises(MalsoriError, match=r"plain/speakers-0-seed0: .*another recipe.*dim: 4"):
        train(shared, tmp_path, corpus, seeds=1, workers=1)
