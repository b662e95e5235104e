"""One pass over vectors, in bounded memory."""

import numpy as np


def test_every_signal_counts_for_when_to_look(healthy, summary):
    assert len(summary([np.full((1, 8), np.nan, np.float32), *healthy(2, dim=8)])) == 3


def test_the_order_does_not_matter(summary, healthy):
    features = healthy(900)
    forward = summary(features)
    backward = summary(features, order=list(reversed(range(900))))
    names = [{-place for place, *_ in one._sample} for one in (forward, backward)]
    assert names[0] == names[1]
    assert len(names[0]) == 512


def test_memory_is_bounded(summary, healthy):
    many = summary(healthy(3000, dim=16))
    assert len(many._sample) == 512
    assert len(many) == 3000
