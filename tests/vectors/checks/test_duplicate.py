"""Vectors that are shared."""

import numpy as np
import pytest


def test_placeholders_where_encoding_failed(found, healthy):
    features = healthy(100)
    for i in range(0, 100, 5):
        features[i] = np.zeros((1, 32), np.float32)
    finding = found(features)["duplicate"]
    assert finding.severity == "warning"
    assert (finding.numbers["signals"], finding.numbers["of"]) == (20, 100)
    assert finding.examples[0] == "call-0"
    assert finding.examples[1] == "call-5"


@pytest.mark.parametrize("options", [{}, {"given": True, "network": False}])
def test_most_of_them(options, found, healthy):
    features = healthy(100)
    for i in range(70):
        features[i] = np.zeros((1, 32), np.float32)
    finding = found(features, **options)["duplicate"]
    assert finding.severity == "serious"
    assert finding.numbers["share"] == pytest.approx(0.7)


def test_a_few_are_no_matter(found, healthy):
    features = healthy(100)
    features[7] = features[9]
    assert found(features) == {}
