import numpy as np
import pytest
import torch

from malsori.encoders.kinds.jamo import Jamo
from malsori.encoders.ngrams import ngram_buckets
from malsori.errors import MalsoriError


def words(text: str) -> list[str]:
    """What `prepare` spelt, with < and > for the ends of a word."""
    rows = Jamo().prepare(text)
    assert rows is not None
    assert rows.dtype == np.int32
    spelt = ["".join(chr(code) for code in row if code >= 0) for row in rows]
    return [word.replace("\x02", "<").replace("\x03", ">") for word in spelt]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, world.", ["<hello>", "<world>"]),
        ("I can't?!", ["<i>", "<cant>", "<?>", "<!>"]),
        ("가 ㅋㅋ", ["<\u1100\u1161>", "<ㅋㅋ>"]),
        ("3.5%", ["<3>", "<5>"]),
        ("정말？", ["<\u110c\u1165\u11bc\u1106\u1161\u11af>", "<?>"]),
        ("中文 ÉTÉ हिंदी", ["<中文>", "<été>", "<हिंदी>"]),
    ],
)
def test_spelling(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize("text", ["", "  \n", "...", "…--~♥"])
def test_nothing_to_read_is_absent(text):
    assert Jamo().prepare(text) is None


def ngrams(rows: np.ndarray, longest: int = 5) -> set[int]:
    found = ngram_buckets(torch.from_numpy(rows), 1, longest, 2**31 - 1)
    return set(found[found >= 0].tolist())


@pytest.mark.parametrize("length", [12, 13, 14, 15, 16, 26, 27, 40, 100])
def test_long_words_lose_no_ngram(length):
    word = "".join(chr(0x1100 + i) for i in range(length))
    rows = Jamo().prepare(word)
    codes = [2, *map(ord, word), 3]
    whole = np.array([codes], np.int32)
    assert ngrams(rows) == ngrams(whole)
    assert len(rows) == 1 if length <= 14 else len(rows) > 1


def test_inflected_words_are_nearer_than_others():
    torch.manual_seed(0)
    encoder = Jamo(dim=256)
    rows = encoder.prepare("아팠어요 아파요 전화번호")
    module = encoder.module(rows.shape[1])
    tokens = module(torch.from_numpy(rows)[None], torch.ones(1, 3, dtype=torch.bool)).values[0]
    near, far = (torch.cosine_similarity(tokens[0], tokens[i], dim=0).item() for i in (1, 2))
    assert near > far + 0.2


@pytest.mark.parametrize(
    "options",
    [{"shortest": 0}, {"shortest": 4}, {"longest": 6}, {"shortest": 3, "longest": 2}, {"dim": 0}],
)
def test_impossible_options_are_refused(options):
    with pytest.raises(MalsoriError):
        Jamo(**options)
