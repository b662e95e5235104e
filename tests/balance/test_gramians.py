import torch

from malsori.balance import gramians
from malsori.balance.gramians import gramian_of


def test_products_are_made_in_float64():
    one = torch.full((100_000,), 1e4)
    two = one.clone()
    two[0] += 0.01
    gramian = gramian_of([[one], [two]])
    assert gramian[0, 1] == float((one.double() * two.double()).sum())


def test_pieces_none_and_chunks(monkeypatch):
    monkeypatch.setattr(gramians, "_CHUNK", 7)
    torch.manual_seed(0)
    rows = [[torch.randn(4, 5), torch.randn(3)] for _ in range(3)]
    rows[1][0] = None
    flat = torch.stack(
        [torch.cat([torch.zeros(20) if r[0] is None else r[0].flatten(), r[1]]) for r in rows]
    ).double()
    torch.testing.assert_close(torch.from_numpy(gramian_of(rows)), flat @ flat.T)


def test_half_precision_does_not_overflow():
    one = torch.full((1000,), 300.0, dtype=torch.float16)
    assert gramian_of([[one]])[0, 0] == 9e7
