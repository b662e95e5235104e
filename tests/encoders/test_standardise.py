import numpy as np
import pytest
import torch

from malsori.encoders.standardise import Standardise


def everything(count: int) -> torch.Tensor:
    return torch.ones(1, count, dtype=torch.bool)


def test_training_tokens_have_mean_zero_and_deviation_one():
    rng = np.random.default_rng(0)
    parts = [rng.normal(5, 3, size=(n, 4)).astype(np.float32) for n in (1, 30, 7, 200)]
    module = Standardise(4, limit=100.0)
    module.fit(parts)
    joined = torch.from_numpy(np.concatenate(parts))[None]
    values = module(joined, everything(joined.shape[1])).values[0]
    torch.testing.assert_close(values.mean(0), torch.zeros(4), atol=1e-5, rtol=0)
    torch.testing.assert_close(values.std(0, correction=0), torch.ones(4), atol=1e-5, rtol=0)


def test_far_from_zero_no_digits_are_lost():
    parts = [np.float32([[1e4], [1e4 + 2]]) for _ in range(1000)]
    module = Standardise(1)
    module.fit(parts)
    assert module.mean.item() == pytest.approx(1e4 + 1)
    assert module.scale.item() == pytest.approx(1.0)


def test_unknown_values_are_ignored_and_become_the_mean():
    module = Standardise(2)
    module.fit([np.float32([[1, np.nan], [3, np.nan]]), np.float32([[np.nan, np.nan]])])
    assert module.mean.tolist() == [2, 0]
    values = module(torch.tensor([[[float("nan"), 7.0]]]), everything(1)).values
    assert values.tolist() == [[[0.0, 0.0]]]


def test_what_never_varies_is_zero_even_when_it_varies_later():
    module = Standardise(1)
    module.fit([np.full((10, 1), 0.1, np.float32)])
    assert module(torch.tensor([[[50.0]]]), everything(1)).values.item() == 0.0


def test_one_odd_recording_is_clipped():
    module = Standardise(1, limit=5.0)
    module.fit([np.float32([[-1], [1]])])
    wild = torch.tensor([[[1e9], [-1e9]]])
    assert module(wild, everything(2)).values.flatten().tolist() == [5.0, -5.0]


def test_without_training_features_it_is_the_identity_within_the_limit():
    values = torch.tensor([[[0.5, -2.0]]])
    torch.testing.assert_close(Standardise(2)(values, everything(1)).values, values)
