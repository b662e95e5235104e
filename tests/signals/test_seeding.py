import numpy as np

from malsori.parallel import parallel_map
from malsori.signals.seeding import generator


def first(part):
    return float(generator(*part).random())


def test_parts_that_differ_anywhere_give_other_numbers():
    parts = [
        (0,),
        (1,),
        ("0",),
        (0, 0),
        ("a", "b"),
        ("ab",),
        ("a,b",),
        ('a","b',),
        ("", 0),
        (0, ""),
    ]
    assert len({first(part) for part in parts}) == len(parts)


def test_processes_and_order_do_not_matter():
    parts = [(3, f"전화-{i}", i % 4) for i in range(30)]
    here = [first(part) for part in parts]
    there = [outcome.value for outcome in parallel_map(first, parts[::-1], workers=2)]
    assert here == there[::-1]


def test_neighbours_are_unrelated():
    found = np.array([first((seed, "u", epoch)) for seed in range(40) for epoch in range(40)])
    assert abs(found.mean() - 0.5) < 0.03
    grid = found.reshape(40, 40)
    assert abs(np.corrcoef(grid[:-1].ravel(), grid[1:].ravel())[0, 1]) < 0.1
    assert abs(np.corrcoef(grid[:, :-1].ravel(), grid[:, 1:].ravel())[0, 1]) < 0.1


def test_these_numbers_stay():
    """Stored copies of yesterday must be those of today."""
    assert generator("copy", 0, 1, "00ff").integers(1000, size=3).tolist() == [83, 346, 55]
