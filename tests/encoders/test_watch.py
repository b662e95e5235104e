"""Faults of features are seen, and healthy features are not complained of."""

import numpy as np
import pytest

from malsori.encoders.spread import Spread, effective_rank
from malsori.encoders.watch import CHECKS, Watch, check_allowed
from malsori.errors import MalsoriError


def watched(features, *, network=True, given=False, order=None):
    watch = Watch("speech", network=network, given=given)
    for i in order or range(len(features)):
        watch.see(f"call-{i}", features[i])
    return watch


def found(features, **options):
    return {f.check: f for f in watched(features, **options).findings()}


def healthy(count=200, dim=32, seed=0):
    rng = np.random.default_rng(seed)
    common = rng.normal(size=dim) * 5  # what all embeddings of a model share
    return [(common + rng.normal(size=(1 + i % 5, dim))).astype(np.float32) for i in range(count)]


class TestSilence:
    @pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 20, 64, 500])
    def test_healthy_features_of_any_number(self, count):
        assert found(healthy(count)) == {}

    def test_none_at_all(self):
        assert Watch("speech", network=True).findings() == []

    def test_features_that_are_alike_but_differ(self):
        """The embeddings of one model have cosines of .99 and more."""
        rng = np.random.default_rng(0)
        base = rng.normal(size=64)
        alike = [(base + 0.01 * rng.normal(size=(2, 64))).astype(np.float32) for _ in range(100)]
        assert found(alike) == {}

    def test_few_rows_in_many_dimensions(self):
        assert found(healthy(70, dim=768)) == {}

    def test_features_made_by_hand_may_say_nan(self):
        features = healthy(50)
        for i in range(0, 50, 2):
            features[i][:, :8] = np.nan
        assert found(features, network=False) == {}

    def test_correlated_features_made_by_hand(self):
        rng = np.random.default_rng(0)
        few = rng.normal(size=(300, 6)) @ rng.normal(size=(6, 240))
        mixed = (few + 0.3 * rng.normal(size=few.shape)).astype(np.float32)
        assert found(list(mixed[:, None]), network=False) == {}

    def test_words_that_are_spelt_alike(self):
        rng = np.random.default_rng(0)
        ids = [rng.integers(30, size=(1, 16)).astype(np.int32) for _ in range(60)]
        assert found([*ids, *ids[:30]], network=False) == {}

    def test_given_vectors_that_belong_to_a_speaker(self):
        vectors = healthy(10)
        assert found([vectors[i % 10] for i in range(200)], given=True) == {}


class TestConstant:
    def test_the_same_vector_for_all(self):
        finding = found([np.full((1 + i % 3, 8), 2.5, np.float32) for i in range(20)])["constant"]
        assert finding.severity == "serious"
        assert finding.message == (
            "the features of all 20 signals have the same mean over time: they say nothing about "
            "any of them"
        )
        assert finding.numbers["relative_spread"] == 0
        assert finding.examples[:2] == ("call-0", "call-1")

    def test_zeros(self):
        finding = found([np.zeros((1, 8), np.float32)] * 20)["constant"]
        assert finding.message == (
            "the features of all 20 signals are the same: they say nothing about any of them"
        )

    def test_the_same_but_for_rounding(self):
        rng = np.random.default_rng(0)
        base = rng.normal(size=256)
        near = [(base * (1 + 1e-6 * rng.normal(size=(1, 256)))).astype("f4") for _ in range(50)]
        finding = found(near)["constant"]
        assert 0 < finding.numbers["relative_spread"] < 1e-4
        assert finding.message == (
            "the features of all 50 signals differ by only 1e-06 of their size: they say nothing "
            "about any of them"
        )

    def test_ids(self):
        assert "constant" in found([np.ones((2, 16), np.int32)] * 20, network=False)

    def test_given(self):
        assert "constant" in found([np.ones((1, 4), np.float32)] * 20, given=True, network=False)

    def test_few_may_be_alike_by_chance(self):
        assert found([np.ones((1, 4), np.float32)] * 7) == {}


class TestDuplicate:
    def test_placeholders_where_encoding_failed(self):
        features = healthy(100)
        for i in range(0, 100, 5):
            features[i] = np.zeros((1, 32), np.float32)
        finding = found(features)["duplicate"]
        assert finding.severity == "warning"
        assert (finding.numbers["signals"], finding.numbers["of"]) == (20, 100)
        assert finding.examples[0] == "call-0"
        assert finding.examples[1] == "call-5"

    @pytest.mark.parametrize("options", [{}, {"given": True, "network": False}])
    def test_most_of_them(self, options):
        features = healthy(100)
        for i in range(70):
            features[i] = np.zeros((1, 32), np.float32)
        finding = found(features, **options)["duplicate"]
        assert finding.severity == "serious"
        assert finding.numbers["share"] == pytest.approx(0.7)

    def test_a_few_are_no_matter(self):
        features = healthy(100)
        features[7] = features[9]
        assert found(features) == {}


class TestNaN:
    def test_any_from_a_network(self):
        features = healthy(100)
        features[42][0, 3] = np.nan
        finding = found(features)["nan"]
        assert finding.severity == "serious"
        assert finding.examples == ("call-42",)
        assert finding.prescription.settings == {"encoders.speech.precision": "float32"}

    def test_nothing_but_nan_made_by_hand(self):
        features = healthy(100)
        features[3][:] = np.nan
        assert found(features, network=False)["nan"].severity == "warning"
        for i in range(10):
            features[i][:] = np.nan
        assert found(features, network=False)["nan"].severity == "serious"

    @pytest.mark.parametrize("network", [True, False])
    @pytest.mark.parametrize("share", [0.3, 1])
    def test_what_follows_from_it_is_not_told_too(self, network, share):
        features = healthy(100)
        for i in range(int(100 * share)):
            features[i][:] = np.nan
        finding = found(features, network=network)
        assert list(finding) == ["nan"]
        assert finding["nan"].numbers == {"signals": 100 * share, "of": 100}

    def test_what_does_not_follow_from_it_is_told(self):
        features = [np.full((1, 8), i < 5 and np.nan, np.float32) for i in range(20)]
        finding = found(features)
        assert list(finding) == ["nan", "constant"]
        assert "all 15 signals without NaN are the same" in finding["constant"].message
        assert "call-5" in finding["constant"].examples
        features[5:10] = healthy(5, dim=8)
        message = found(features)["duplicate"].message
        assert message.startswith("10 of 15 signals without NaN (67%)")

    def test_every_signal_counts_for_when_to_look(self):
        assert len(watched([np.full((1, 8), np.nan, np.float32), *healthy(2, dim=8)])) == 3


class TestRank:
    def test_one_direction_only(self):
        rng = np.random.default_rng(0)
        line = rng.normal(size=(300, 1)) * rng.normal(size=(1, 64)) + 3
        finding = found(list(line.astype(np.float32)[:, None]))["rank"]
        assert finding.severity == "warning"
        assert finding.numbers["effective_rank"] == pytest.approx(1, abs=0.01)
        assert finding.numbers["possible"] == 64

    def test_few_rows_say_nothing(self):
        rng = np.random.default_rng(0)
        line = rng.normal(size=(40, 1)) * rng.normal(size=(1, 64)) + 3
        assert found(list(line.astype(np.float32)[:, None])) == {}

    def test_the_effective_rank_of_directions_of_equal_size(self):
        rng = np.random.default_rng(0)
        for rank in (1, 3, 10):
            axes = np.linalg.qr(rng.normal(size=(50, rank)))[0].T
            points = np.linalg.qr(rng.normal(size=(400, rank)))[0]
            points -= points.mean(axis=0)
            many = points @ axes
            assert 0.75 * rank <= effective_rank(many) <= rank + 1e-6

    def test_of_more_dimensions_than_vectors(self):
        values = np.random.default_rng(0).normal(size=(20, 300))
        assert 15 < effective_rank(values) <= 19 + 1e-9
        assert effective_rank(np.ones((20, 5))) == 0.0


def test_the_order_does_not_matter():
    features = healthy(900)
    forward = watched(features)
    backward = watched(features, order=list(reversed(range(900))))
    names = [{-place for place, *_ in watch._sample} for watch in (forward, backward)]
    assert names[0] == names[1]
    assert len(names[0]) == 512


def test_memory_is_bounded():
    watch = watched(healthy(3000, dim=16))
    assert len(watch._sample) == 512
    assert len(watch) == 3000


def test_spread_against_numpy():
    vectors = np.random.default_rng(0).normal(5, 2, size=(100, 7))
    vectors[3, 2] = np.nan
    spread = Spread()
    for vector in vectors:
        spread.see(vector)
    mean, variance = np.nanmean(vectors, 0), np.nanvar(vectors, 0)
    expected = np.sqrt(variance.sum() / (mean**2 + variance).sum())
    assert spread.relative() == pytest.approx(expected)


def test_only_checks_may_be_allowed():
    check_allowed(CHECKS)
    with pytest.raises(MalsoriError, match="no such check") as error:
        check_allowed(["constnt"])
    assert error.value.hint == "did you mean 'constant'?"
