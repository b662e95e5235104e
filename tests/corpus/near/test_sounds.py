import numpy as np
import polars as pl
import pytest

from malsori.corpus.near.sounds import near_sounds


def prints(rng, count, landmarks=40):
    words = [rng.choice(2**32, landmarks, replace=False) for _ in range(count)]
    at = [np.sort(rng.choice(3000, landmarks, replace=False)) for _ in range(count)]
    return list(zip(words, at, strict=True))


def table(found):
    columns = {
        "words": [None if f is None else f[0].tolist() for f in found],
        "at": [None if f is None else f[1].tolist() for f in found],
    }
    kind = pl.List(pl.UInt32)
    return pl.DataFrame(columns, schema={"words": kind, "at": kind})


def test_parts_of_a_recording_are_found_among_others_and_none_between_them():
    rng = np.random.default_rng(0)
    found = prints(rng, 200)
    for k in range(50):  # cut at the beginning, and a few words differ
        words, at = found[k]
        kept = at > at[12]
        other = np.where(rng.random(40) < 0.2, rng.choice(2**32, 40), words)
        found.append((other[kept], at[kept] - at[12]))
    pairs = near_sounds(table([None, *found]))  # the first row has no fingerprint
    assert pairs.first.tolist() == list(range(1, 51))
    assert pairs.second.tolist() == list(range(201, 251))
    assert pairs.score.min() >= 0.3


def test_words_that_everybody_has_make_no_copies():
    rng = np.random.default_rng(1)
    common = rng.choice(2**32, 6, replace=False)
    found = [
        (np.concatenate([w[:34], common]), np.concatenate([at[:34], rng.choice(3000, 6)]))
        for w, at in prints(rng, 60)
    ]
    assert len(near_sounds(table(found))) == 0


@pytest.mark.parametrize("rows", [[], [None, None], [(np.zeros(0, int), np.zeros(0, int))] * 2])
def test_without_fingerprints_nothing_is_alike(rows):
    assert len(near_sounds(table(rows))) == 0
