"""Vectors that are no numbers."""

import numpy as np
import pytest

from malsori.words import Words

say = Words("en").say


def test_any_from_a_network(found, healthy):
    features = healthy(100)
    features[42][0, 3] = np.nan
    finding = found(features)["nan"]
    assert finding.severity == "serious"
    assert finding.examples == ("call-42",)
    assert finding.prescription.settings == {"encoders.speech.precision": "float32"}


def test_nothing_but_nan_made_by_hand(found, healthy):
    features = healthy(100)
    features[3][:] = np.nan
    assert found(features, network=False)["nan"].severity == "warning"
    for i in range(10):
        features[i][:] = np.nan
    assert found(features, network=False)["nan"].severity == "serious"


@pytest.mark.parametrize("network", [True, False])
@pytest.mark.parametrize("share", [0.3, 1])
def test_what_follows_from_it_is_not_told_too(network, share, found, healthy):
    features = healthy(100)
    for i in range(int(100 * share)):
        features[i][:] = np.nan
    finding = found(features, network=network)
    assert list(finding) == ["nan"]
    assert finding["nan"].numbers == {"signals": 100 * share, "of": 100}


def test_what_does_not_follow_from_it_is_told(found, healthy):
    features = [np.full((1, 8), i < 5 and np.nan, np.float32) for i in range(20)]
    finding = found(features)
    assert set(finding) == {"nan", "constant"}
    assert "all 15 signals without NaN are the same" in say(finding["constant"].message)
    assert "call-5" in finding["constant"].examples
    features[5:10] = healthy(5, dim=8)
    message = say(found(features)["duplicate"].message)
    assert message.startswith("10 of 15 signals without NaN (67%)")
