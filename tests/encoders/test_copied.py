import json

import numpy as np
import pytest

from malsori.encoders import Store
from malsori.encoders.copied import Copied
from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.kinds.logmel import LogMel
from malsori.signals.audio import Audio
from malsori.signals.augment.noise import Noise

SAID = {"steps": [{"kind": "noise", "version": 1}], "choose": None}


def voice(seed=0):
    return Audio(np.random.default_rng(seed).normal(size=12000).astype(np.float32) / 10, 8000)


def copied(**options):
    return Copied(LogMel(), Noise(), SAID, **{"copy": 1, **options})


def test_a_copy_differs_from_its_signal_and_from_other_copies():
    found = [LogMel().prepare(voice())]
    found += [copied(**o).prepare(voice()) for o in ({}, {"copy": 2}, {"seed": 1})]
    for i, one in enumerate(found):
        assert not any(np.array_equal(one, other) for other in found[i + 1 :])


def test_a_copy_follows_from_the_content_alone():
    again = Audio(voice().samples.copy(), 8000)
    np.testing.assert_array_equal(copied().prepare(again), copied().prepare(voice()))
    assert not np.array_equal(copied().changed(voice(1)).samples - voice(1).samples,
                              copied().changed(voice()).samples - voice().samples)  # fmt: skip


def test_prepare_is_the_two_halves():
    encoder = copied()
    ((position, features),) = encoder.prepare_many([encoder.ready(voice())])
    assert position == 0
    np.testing.assert_array_equal(features, encoder.prepare(voice()))


@pytest.mark.parametrize(
    "other",
    [
        copied(copy=2),
        copied(seed=1),
        Copied(LogMel(bands=16), Noise(), SAID, copy=1),
        Copied(LogMel(), Noise(), {**SAID, "choose": 1}, copy=1),
        Copied(LogMel(), Noise(), {**SAID, "steps": [{"kind": "noise", "version": 2}]}, copy=1),
        LogMel(),
    ],
)
def test_whatever_changes_it_is_another_place(other, tmp_path):
    store = Store(tmp_path)
    assert store.place(other) != store.place(copied())
    assert store.place(copied()) == store.place(copied())


def test_is_an_encoder_in_every_other_way():
    encoder = Copied(Jamo(dim=8), lambda text, _: text + "요", SAID, copy=1)
    assert encoder.signal == "text"
    assert (encoder.cacheable, encoder.batched, encoder.rate) == (True, False, None)
    assert encoder.module(16).dim == 8
    assert encoder.prepare("?").shape == Jamo().prepare("?요").shape
    assert json.loads(json.dumps(encoder.fingerprint())) == encoder.fingerprint()
