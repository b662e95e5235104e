import importlib.util
import os
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.evaluation import difference
from malsori.evaluation.frame_checks import check

EXAMPLE = Path(__file__).parents[2] / "examples" / "reference_svm.py"


@pytest.fixture(scope="module")
def example():
    spec = importlib.util.spec_from_file_location("reference_svm", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference_svm"] = module  # functionals travel to other processes by name
    spec.loader.exec_module(module)
    yield module
    del sys.modules["reference_svm"]


@pytest.fixture(scope="module")
def table():
    """Ten speakers who say each emotion twice."""
    rows = [(s, e) for s in range(10) for e in ("neutral", "happy", "sad", "angry") * 2]
    return pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(80)],
            "speaker": [f"s{s}" for s, _ in rows],
            "emotion": [e for _, e in rows],
        }
    )


@pytest.fixture(scope="module")
def features(example, table):
    """Emotion with noise, and a column that is sometimes unknown."""
    rng = np.random.default_rng(0)
    y = np.array([example.EMOTION.index(e) for e in table["emotion"]])
    x = np.eye(4)[y] + rng.normal(0, 0.4, (80, 4))
    x[::7, 3] = np.nan
    return x


@pytest.fixture(scope="module")
def predictions(example, table, features):
    return example.svm_reference(table, features)


def test_predictions_are_a_frame_that_evaluation_reads(example, table, predictions):
    check(predictions, {"emotion": example.EMOTION}, {"emotion": [0.25] * 4})
    assert predictions["id"].to_list() == table["id"].to_list()
    result = example.scored(predictions)
    assert (result.labelled, result.units.unit, result.units.count) == (80, "group", 10)
    assert result.numbers["uar"].low > 0.5


def test_no_speaker_is_on_both_sides(example, table):
    tested = []
    for train, test in example.folds(table["speaker"]):
        assert not set(table["speaker"][train]) & set(table["speaker"][test])
        tested += test.tolist()
    assert sorted(tested) == list(range(80))


def test_a_prediction_does_not_depend_on_the_speakers_other_utterances(
    example, table, features, predictions
):
    others = features.copy()
    others[1:8] += 5  # speaker s0 says everything else differently
    again = example.svm_reference(table, others)
    assert again.row(0) == predictions.row(0)
    assert again["value"].to_list()[1:8] != predictions["value"].to_list()[1:8]


def test_shuffled_labels_are_not_learned(example, table, features):
    order = np.random.default_rng(1).permutation(80)
    shuffled = table.with_columns(emotion=table["emotion"][order])
    assert example.scored(example.svm_reference(shuffled, features)).numbers["uar"].low < 0.25


def test_it_can_be_compared_in_pairs(example, predictions):
    worse = predictions.with_columns(value=pl.lit(0.0))
    found = difference(predictions, worse, example.EMOTION, [0.25] * 4, metric="uar")
    assert found.b.value == 0.25
    assert found.shown


def test_a_missing_corpus_is_said(example, tmp_path):
    with pytest.raises(MalsoriError, match="MALSORI_DATA"):
        example.read_table(tmp_path)


def test_an_unreadable_file_is_named(example, tmp_path):
    (tmp_path / "utterances.csv").write_text("id,audio\na,none.wav\n")
    with pytest.raises(MalsoriError, match=r"none\.wav"):
        example.describe(example.read_table(tmp_path))


@pytest.mark.data
@pytest.mark.slow
def test_on_real_speech(example):
    root = os.environ.get("MALSORI_DATA")
    if not root:
        pytest.skip("MALSORI_DATA is not set")
    table = example.read_table(Path(root) / "emotiontts")
    result = example.scored(example.svm_reference(table, example.describe(table)))
    uar = result.numbers["uar"]
    assert uar.value == pytest.approx(0.78, abs=0.03)
    assert uar.low < 0.70
    assert uar.high > 0.85
