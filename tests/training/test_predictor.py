import numpy as np
import polars as pl
import pytest

from malsori.errors import MalsoriError
from malsori.training import Predictor, Run, train
from malsori.training.checkpoints import read_best, save_best


@pytest.fixture(scope="module")
def run(toy, tmp_path_factory):
    from malsori.recipe import Recipe

    recipe = Recipe.parse(
        {
            "corpus": {"path": str(toy.path), "split": "by-speaker"},
            "tasks": ["urgency", "sentiment"],
            "encoders": {"voice": {"kind": "precomputed"}, "words": {"kind": "precomputed"}},
            "training": {"epochs": 3, "batch_size": 16, "threads": 1},
        }
    )
    return train(recipe, tmp_path_factory.mktemp("runs") / "run")


def test_single_answers_equal_the_runs_own_predictions(run, toy):
    predictor = Predictor.load(run.path)
    frame = run.predictions().filter(
        pl.col("condition") == "voice+words", pl.col("split") == "test"
    )
    for row in toy.utterances.filter(pl.col("id").is_in(frame["id"].head(6).implode())).to_dicts():
        signals = {m: toy.signal(row, "features", m) for m in ("voice", "words")}
        answer = predictor.predict(signals)
        for task in ("urgency", "sentiment"):
            stored = frame.filter(pl.col("id") == row["id"], pl.col("task") == task).row(
                0, named=True
            )
            assert np.allclose(
                list(answer.probabilities[task].values()), stored["probabilities"], atol=1e-5
            )
            assert answer.labels[task] == run.tasks[task].label(int(stored["value"]))


def test_files_of_features(run, tmp_path):
    np.savez(tmp_path / "a.npz", voice=np.ones((2, 6)), words=np.ones(5))
    answer = Predictor.load(run.path).predict_files([tmp_path / "a.npz"])[0]
    assert answer.modalities == ["voice", "words"]
    assert sum(answer.probabilities["urgency"].values()) == pytest.approx(1)
    np.savez(tmp_path / "b.npz", words=np.ones(5))
    assert Predictor.load(run.path).predict_files([tmp_path / "b.npz"])[0].modalities == ["words"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"voice": np.ones(7)}, "vectors of 7 values, the run was trained on 6"),
        ({"video": np.ones(7)}, "nothing that this run can hear.*voice and words"),
    ],
)
def test_features_that_do_not_fit_are_refused(run, tmp_path, arrays, message):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(MalsoriError, match=message):
        Predictor.load(run.path).predict_files([tmp_path / "a.npz"])


def test_a_missing_file_is_named(run, tmp_path):
    with pytest.raises(MalsoriError, match=r"nope\.wav: no such file"):
        Predictor.load(run.path).predict_files([tmp_path / "nope.wav"])


def test_weights_that_do_not_fit_are_refused(run, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(run.path, copy)
    weights, _ = read_best(run)
    weights.popitem()
    save_best(Run(copy), weights)
    with pytest.raises(MalsoriError, match="the weights do not fit the recipe"):
        Predictor.load(copy)


def _header(length: int) -> bytes:
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({length},)}}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("empty.npy", lambda f: f.write_bytes(b"")),
        ("cut.npz", lambda f: (np.savez(f, voice=np.ones(6)), f.write_bytes(_cut(f.read_bytes())))),
        ("words.npz", lambda f: np.savez(f, voice=np.array(["a", "b"]))),
        ("deep.npz", lambda f: np.savez(f, voice=np.ones((2, 3, 6)))),
        ("none.npz", lambda f: np.savez(f, voice=np.ones((0, 6)))),
        # A header that ends in the middle of an expression, and one that asks for too much.
        ("header.npy", lambda f: f.write_bytes(b"\x93NUMPY\x01\x00\x10\x00{'descr': ('<f8', \n")),
        ("huge.npy", lambda f: f.write_bytes(_header(10**15))),
        ("objects.npz", lambda f: np.savez(f, voice=np.array([{}, 1], dtype=object))),
    ],
)
def test_a_file_that_is_no_vector_is_an_error_that_names_it(run, tmp_path, name, make):
    make(tmp_path / name)
    with pytest.raises(MalsoriError, match=name):
        Predictor.load(run.path).predict_files([tmp_path / name])


def test_each_file_is_answered_and_one_that_cannot_be_does_not_end_the_others(run, tmp_path):
    np.savez(tmp_path / "good.npz", voice=np.ones(6))
    (tmp_path / "bad.npz").write_bytes(b"PK")
    (tmp_path / "folder.npz").mkdir()
    np.savez(tmp_path / "nan.npz", voice=np.full(6, np.nan))
    names = ["good.npz", "bad.npz", "folder.npz", "nan.npz", "no.npz", "good.npz"]
    found = list(Predictor.load(run.path).predict_each(tmp_path / name for name in names))
    assert [type(each).__name__ for each in found] == ["Answer", *["Unanswered"] * 4, "Answer"]
    assert [each.file for each in found] == [str(tmp_path / name) for name in names]
    assert all(name in each.error for name, each in list(zip(names, found, strict=True))[1:5])
    assert found[0] == found[5]
