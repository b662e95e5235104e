import torch

from malsori.encoders.spec_augment import spec_augment

LENGTHS = torch.tensor([200, 50, 1, 0])
MASK = torch.arange(200) < LENGTHS[:, None]
VALUES = torch.ones(4, 200, 40)


def gaps(seed, **options):
    """Which bands and which times of each row are gone."""
    torch.manual_seed(seed)
    hidden = spec_augment(VALUES, MASK, **options) == 0
    return hidden.all(dim=1), hidden.all(dim=2)


def test_gaps_are_no_wider_than_asked():
    for seed in range(50):
        bands, times = gaps(seed, bands=0.1, times=0.1, count=2)
        assert (bands.sum(dim=1) <= 2 * 4).all()
        assert (times.sum(dim=1) <= (2 * 0.1 * LENGTHS).round()).all()


def test_times_are_hidden_where_the_row_is():
    found = torch.stack([gaps(seed)[1] for seed in range(200)])
    assert not (found & ~MASK).any()
    share = found.float().mean(dim=0)[0]
    assert (share[20:180] > 0.03).all()  # everywhere
    assert 0.05 < share.mean() < 0.12
    assert found[:, 1, :50].float().mean() > 0.05


def test_rows_and_seeds_differ_and_a_seed_repeats():
    bands, times = gaps(0)
    assert not torch.equal(bands[0], bands[1])
    assert not torch.equal(times[0], gaps(1)[1][0])
    assert torch.equal(times, gaps(0)[1])


def test_nothing_is_hidden_without_gaps():
    torch.manual_seed(0)
    assert torch.equal(spec_augment(VALUES, MASK, bands=0.0, times=0.0), VALUES)
