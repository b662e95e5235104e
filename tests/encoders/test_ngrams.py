import torch
from hypothesis import given
from hypothesis import strategies as st

from malsori.encoders.ngrams import NGrams, ngram_buckets


def padded(*words: str, width: int = 8) -> torch.Tensor:
    return torch.tensor([[ord(c) for c in w] + [-1] * (width - len(w)) for w in words])


def there(word: str, shortest: int, longest: int) -> list[int]:
    buckets = ngram_buckets(padded(word), shortest, longest, 10**6)[0]
    return buckets[buckets >= 0].tolist()


def test_the_hash_is_pinned():
    """Trained tables depend on it: another hash would shuffle their rows."""
    assert there("abc", 1, 2) == [679305, 173707, 587771, 419274, 793617]


@given(st.text(min_size=1, max_size=8), st.integers(1, 3))
def test_each_ngram_is_there_once(word, shortest):
    expected = sum(max(0, len(word) - n + 1) for n in range(shortest, 6))
    assert len(there(word, shortest, 5)) == expected


def test_equal_ngrams_share_a_bucket_wherever_they_stand():
    assert set(there("abc", 2, 3)) <= set(there("xabcx", 2, 3))
    assert not set(there("abc", 3, 3)) & set(there("acb", 3, 3))


def test_different_ngrams_rarely_share_one():
    """Uniform hashes of n things into m buckets leave m · (1 − (1 − 1/m)^n) of them used."""
    words = torch.stack(torch.meshgrid(*[torch.arange(0xAC00, 0xAC00 + 100)] * 2, indexing="ij"))
    pairs = words.flatten(1).T
    buckets = ngram_buckets(pairs, 2, 2, 2**14)
    expected = 2**14 * (1 - (1 - 2**-14) ** 10000)
    assert abs(len(buckets.unique()) - expected) < 0.02 * expected
    assert (buckets >= 0).all()
    assert buckets.max() < 2**14


def test_a_token_is_the_sum_of_its_vectors_over_the_root_of_their_number():
    module = NGrams(dim=4, buckets=50, shortest=1, longest=3)
    letters = padded("abca", "b")
    tokens = module(letters[None], torch.ones(1, 2, dtype=torch.bool)).values[0]
    for word, token in zip(letters, tokens, strict=True):
        rows = ngram_buckets(word, 1, 3, 50)
        rows = rows[rows >= 0]
        expected = module.table[rows].sum(0) / len(rows) ** 0.5
        torch.testing.assert_close(token, expected, atol=1e-6, rtol=1e-5)


def test_tokens_of_long_and_short_words_are_equally_large():
    torch.manual_seed(0)
    module = NGrams(dim=256, buckets=2**15, shortest=1, longest=5)
    tokens = module(padded("a", "abcdefgh")[None], torch.ones(1, 2, dtype=torch.bool)).values[0]
    short, long = tokens.norm(dim=1).tolist()
    assert abs(short / long - 1) < 0.3
