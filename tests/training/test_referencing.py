"""The references of a run: fitted at the end of training, kept beside its predictions."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from malsori.encoders.store import Store
from malsori.errors import MalsoriError
from malsori.training import Run, assemble, evaluate_run, open_test, referencing, train
from malsori.training.checkpoints import read_best
from malsori.training.referencing import references_of
from malsori.training.tiny import tiny_corpus

KEYS = ["reference", "split", "condition", "task", "id"]
PARTS = ("validation", "test")


@pytest.fixture
def tiny(tmp_path):
    return tiny_corpus(tmp_path / "corpus")


@pytest.fixture
def setup(recipe, toy, tmp_path):
    return assemble(recipe, toy, Store(tmp_path / "store"), workers=1)


def test_text_that_a_network_cannot_learn_in_two_epochs_is_a_finding(tiny, tmp_path):
    run = train(tiny, tmp_path / "run")
    found = evaluate_run(run, resamples=100)
    names = {(r.reference, r.condition) for r in found.references}
    assert names == {("prior", "text"), ("n-grams", "text")}
    assert {note.key for note in found.findings} == {"reference.better"}
    run.check()


def test_every_condition_has_the_rows_of_the_run(setup, toy, recipe, tmp_path):
    found = references_of(setup, toy, PARTS)
    run = train(recipe, tmp_path / "run")
    keys = ["id", "split", "group", "condition", "task", "target"]
    own = run.predictions().select(keys)
    linear = found.filter(pl.col("reference") == "linear").select(keys)
    assert linear.sort(keys).equals(own.sort(keys))
    assert run.references().sort(KEYS).equals(found.sort(KEYS))


def test_they_learn_from_what_tells_a_task_and_score_the_unlabelled_too(setup, toy):
    found = references_of(setup, toy, PARTS).filter(
        pl.col("reference") == "linear", pl.col("split") == "test"
    )
    right = pl.col("value") == pl.col("target")
    mine = found.filter(pl.col("task") == "urgency").group_by("condition")
    shares = dict(mine.agg(right.mean()).iter_rows())
    assert shares["voice"] > 0.7 > 0.6 > shares["words"]
    assert found.filter(pl.col("task") == "urgency")["target"].null_count() > 0


def test_labels_of_held_out_rows_change_no_answer(setup, toy):
    examples = setup.examples
    held = examples.split != "train"
    hidden = {t: np.where(held, -1, y) for t, y in examples.targets.items()}
    other = replace(setup, examples=replace(examples, targets=hidden))
    one, two = (references_of(s, toy, PARTS).drop("target") for s in (setup, other))
    assert one.equals(two)


def test_the_run_itself_is_the_same_with_and_without(tiny, tmp_path):
    one = train(tiny, tmp_path / "a")
    two = train(tiny, tmp_path / "b", references=False)
    assert one.predictions().equals(two.predictions())
    assert all((read_best(one)[0][k] == v).all() for k, v in read_best(two)[0].items())
    assert two.references() is None
    assert evaluate_run(two, resamples=50).references == ()


def test_test_rows_stay_closed_until_they_are_opened_and_are_then_the_same(tiny, tmp_path):
    later, at_once = train(tiny, tmp_path / "a", open_test=False), train(tiny, tmp_path / "b")
    assert later.references()["split"].unique().to_list() == ["validation"]
    open_test(later)
    assert later.references().sort(KEYS).equals(at_once.references().sort(KEYS))


def test_a_run_without_them_gets_none_when_its_test_rows_are_opened(tiny, tmp_path):
    run = train(tiny, tmp_path / "run", open_test=False, references=False)
    open_test(run)
    assert run.references() is None


def test_a_finished_run_is_not_fitted_again_and_a_fresh_one_is(tiny, tmp_path, monkeypatch):
    fitted = []
    fit = referencing.references_of
    monkeypatch.setattr(referencing, "references_of", lambda *a: fitted.append(1) or fit(*a))
    for fresh in (False, False, True):
        train(tiny, tmp_path / "run", fresh=fresh)
    assert len(fitted) == 2


def test_a_changed_file_is_not_read(tiny, tmp_path):
    run = train(tiny, tmp_path / "run")
    (file,) = run.references_folder.iterdir()
    file.write_bytes(file.read_bytes() + b"0")
    with pytest.raises(MalsoriError, match="changed or damaged"):
        Run.open(run.path).references()


def test_only_some_rows_of_very_many_are_fitted_on(setup, toy, monkeypatch):
    monkeypatch.setattr(referencing, "ROWS", 60)
    some = references_of(setup, toy, PARTS)
    assert some.equals(references_of(setup, toy, PARTS))
    monkeypatch.undo()
    assert not some.equals(references_of(setup, toy, PARTS))


def test_very_wide_features_are_cast_to_fewer_numbers():
    wide = referencing._cast(5000)
    x = np.random.default_rng(0).normal(size=(2, 5000))
    apart, cast = (np.linalg.norm(v[0] - v[1]) for v in (x, x @ wide))
    assert wide.shape[1] < 5000
    assert cast == pytest.approx(apart, rel=0.1)
    assert referencing._cast(768) is None


def test_signals_that_a_trained_encoder_reads_are_no_features(setup):
    fetch = setup.examples.fetch["voice"]
    assert referencing._tells(fetch)
    for signal in ("audio", "text"):
        assert not referencing._tells(replace(fetch, encoder=SimpleNamespace(signal=signal)))


def test_tasks_of_very_many_classes_have_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(referencing, "MOST_CLASSES", 1)
    run = train(tiny_corpus(tmp_path / "corpus"), tmp_path / "run")
    assert run.finished
    assert run.references() is None
