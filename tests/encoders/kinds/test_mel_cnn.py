import numpy as np
import pytest
import torch

from malsori.encoders.kinds.mel_cnn import MelCnn
from malsori.errors import MalsoriError
from malsori.signals.audio import Audio
from malsori.signals.spectra import cepstra


def noise(seconds: float, rate: int = 8000) -> Audio:
    wave = np.random.default_rng(0).normal(size=round(seconds * rate)) * 0.1
    return Audio(wave.astype(np.float32), rate)


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({}, (200, 64)),
        ({"bands": 128, "sample_rate": 16000}, (200, 128)),
        ({"bands": 16}, (200, 16)),  # below the coefficients, which matter to mfcc alone
        ({"features": "mfcc"}, (200, 20)),
        ({"features": "mfcc", "coefficients": 13, "bands": 40}, (200, 13)),
        ({"hop": 0.0125}, (160, 64)),
    ],
)
def test_sizes(options, shape):
    encoder = MelCnn(**options)
    found = encoder.prepare(noise(2.0, 16000))
    assert found.shape == shape
    assert found.dtype == np.float32
    assert encoder.width == shape[1]


def test_the_floor_is_below_the_loudest():
    quiet = np.concatenate([noise(1.0).samples, np.zeros(8000, np.float32)])
    found = MelCnn().prepare(Audio(quiet, 8000))
    assert found.min() == pytest.approx(found.max() - 80.0, abs=1e-4)


def test_cepstra_are_those_of_the_bands():
    mel, mfcc = MelCnn().prepare(noise(1.0)), MelCnn(features="mfcc").prepare(noise(1.0))
    np.testing.assert_array_equal(mfcc, cepstra(mel, 20))


def test_without_a_cache_the_same_features_are_made_on_the_fly():
    assert MelCnn().cacheable
    assert not MelCnn(cache=False).cacheable
    np.testing.assert_array_equal(
        MelCnn(cache=False).prepare(noise(1.0)), MelCnn().prepare(noise(1.0))
    )


def test_the_network_does_not_change_what_is_stored():
    same = MelCnn().fingerprint()
    assert MelCnn(width=8, depth=1, dropout=0.5, spec_augment=False).fingerprint() == same
    assert MelCnn(coefficients=13).fingerprint() == same
    changed = [{"features": "mfcc"}, {"bands": 40}, {"hop": 0.02}, {"window": 0.032}]
    assert all(MelCnn(**options).fingerprint() != same for options in changed)


def test_options_reach_the_network():
    net = MelCnn(width=16, depth=3, dropout=0.3, spec_augment=False).module(64)
    assert (net.dim, len(net.blocks), net.dropout.p, net.augment) == (128, 12, 0.3, False)
    of_resnet18 = sum(p.numel() for p in MelCnn(width=64).module(64).parameters())
    assert of_resnet18 == pytest.approx(11.2e6, rel=0.01)


def test_it_learns_to_tell_noise_from_a_tone():
    time = np.arange(8000) / 8000
    rng = np.random.default_rng(0)
    encoder = MelCnn(width=8, depth=1)
    waves = [rng.normal(size=8000) for _ in range(8)]
    waves += [np.sin(2 * np.pi * f * time) for f in rng.uniform(200, 2000, 8)]
    features = [encoder.prepare(Audio(w.astype(np.float32) * 0.1, 8000)) for w in waves]
    values, target = torch.from_numpy(np.stack(features)), torch.arange(16) // 8
    torch.manual_seed(0)
    net, head = encoder.module(64), torch.nn.Linear(64, 2)
    net.fit(features)
    optimizer = torch.optim.AdamW([*net.parameters(), *head.parameters()], lr=3e-3)
    mask = torch.ones(16, 100, dtype=torch.bool)
    for _ in range(15):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(head(net(values, mask).values.mean(1)), target)
        loss.backward()
        optimizer.step()
    answers = head(net.eval()(values, mask).values.mean(1)).argmax(dim=1)
    assert torch.equal(answers, target)


@pytest.mark.parametrize(
    "options",
    [
        {"sample_rate": 4000},
        {"bands": 4},
        {"features": "mfcc", "coefficients": 65},
        {"window": 0.5},
        {"hop": 0.05},
        {"width": 0},
        {"depth": 0},
        {"dropout": 1.0},
    ],
)
def test_impossible_options_are_refused(options):
    with pytest.raises(MalsoriError, match="mel_cnn cannot"):
        MelCnn(**options)
