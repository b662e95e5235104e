"""Which references a run's rows allow, and what they say of rows that lack something."""

from dataclasses import replace

import numpy as np
import pytest

from malsori.evaluation.scoring import prior_of, skill
from malsori.references import Material, answered
from malsori.references.fitting import MOST_CLASSES
from malsori.schema import Task

TASK = Task(name="mood", kind="nominal", classes=("calm", "upset"))
N, TRAIN = 120, 80
BOTH = {"speech+text": ["speech", "text"], "speech": ["speech"], "text": ["text"]}


@pytest.fixture
def material():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=N)
    labels = np.where(np.arange(N) % 10 == 0, -1, y)
    return Material(
        tasks={"mood": TASK},
        targets={"mood": labels},
        groups=[f"s{i % 12}" for i in range(N)],
        train=np.arange(TRAIN),
        present={"speech": np.arange(N) % 7 > 0, "text": np.ones(N, bool)},
        vectors={"speech": (rng.normal(size=(N, 3)) + 2 * y[:, None]).astype(np.float32)},
        texts={"text": ["빨리 와 주세요" if k else "천천히 오세요" for k in y]},
    )


def ask(material, conditions=BOTH, asked=None):
    priors = {
        name: prior_of(task, material.targets[name][material.train])
        for name, task in material.tasks.items()
    }
    asked = np.arange(TRAIN, N) if asked is None else asked
    found = list(answered(material, conditions, priors, asked))
    return {(a.reference, a.condition): a for a in found}, priors


def test_each_condition_has_what_it_allows(material):
    found, _ = ask(material)
    assert set(found) == {
        ("prior", "speech+text"),
        ("linear", "speech+text"),
        ("linear", "speech"),
        ("n-grams", "text"),
    }


def test_a_row_without_a_modality_is_left_out_alone_and_answered_together(material):
    found, _ = ask(material)
    there = material.present["speech"][TRAIN:].sum()
    assert len(found["linear", "speech"].rows) == there < N - TRAIN
    both = found["linear", "speech+text"]
    assert len(both.rows) == N - TRAIN
    assert np.isfinite(both.probabilities).all()


def test_they_learn_what_there_is(material):
    found, priors = ask(material)
    for kind in found.keys() - {("prior", "speech+text")}:
        answer = found[kind]
        y = material.targets["mood"][answer.rows]
        assert skill("nominal", answer.probabilities, y, priors["mood"]) > 0.5
    prior = found["prior", "speech+text"]
    assert skill("nominal", prior.probabilities, material.targets["mood"][prior.rows],
                 priors["mood"]) == 0  # fmt: skip


def test_labels_of_the_rows_that_are_asked_change_nothing(material):
    hidden = material.targets["mood"].copy()
    hidden[TRAIN:] = -1
    one, _ = ask(material)
    two, _ = ask(replace(material, targets={"mood": hidden}))
    for kind, answer in one.items():
        np.testing.assert_array_equal(answer.probabilities, two[kind].probabilities)


def test_modalities_that_nothing_is_known_of_have_no_model(material):
    tuned = replace(material, vectors={}, texts={})
    assert set(ask(tuned)[0]) == {("prior", "speech+text")}
    unread = replace(material, texts={})
    assert set(ask(unread)[0]) == {("prior", "speech+text"), ("linear", "speech")}


def test_a_modality_that_no_training_or_no_asked_row_has(material):
    rows = np.arange(N)
    for there in (rows >= TRAIN, rows < TRAIN):
        found, _ = ask(replace(material, present={**material.present, "speech": there}))
        assert len(found["linear", "speech+text"].rows) == N - TRAIN


def test_two_training_rows_are_enough_not_to_fail(material):
    y = material.targets["mood"]
    two = np.array([np.flatnonzero(y == k)[0] for k in (0, 1)])
    found, _ = ask(replace(material, train=two))
    for answer in found.values():
        np.testing.assert_allclose(answer.probabilities.sum(axis=1), 1)


def test_nobody_to_ask(material):
    found, _ = ask(material, asked=np.arange(0))
    assert all(len(answer.rows) == 0 for answer in found.values())


def test_very_many_classes_have_no_reference(material):
    names = tuple(f"c{i}" for i in range(MOST_CLASSES + 1))
    many = replace(material, tasks={"mood": Task(name="mood", kind="nominal", classes=names)})
    assert set(ask(many)[0]) == set()
