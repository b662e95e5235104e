"""Texts as the characters that follow each other in them."""

import unicodedata

import numpy as np

from malsori.references.ngrams import NGrams, Topics

TEXTS = ["불이 났어요", "사람이 쓰러졌어요", "천천히 오세요", "불이 꺼졌어요"]


def test_rows_have_length_one_and_an_empty_text_none():
    found = NGrams.of(TEXTS)([*TEXTS, ""]).toarray()
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), [1, 1, 1, 1, 0], atol=1e-6)


def test_hangul_is_the_same_however_it_is_written():
    apart = [unicodedata.normalize("NFD", text) for text in TEXTS]
    assert apart != TEXTS
    one, two = NGrams.of(TEXTS)(TEXTS), NGrams.of(apart)(TEXTS)
    assert (one != two).nnz == 0


def test_nothing_to_read_is_none():
    assert NGrams.of(["", "  "]) is None
    assert Topics.of(["", "  "]) is None
    assert Topics.of(["가"]) is None


def test_topics_are_few_and_the_same_each_time():
    one, two = Topics.of(TEXTS)(TEXTS), Topics.of(TEXTS)(TEXTS)
    assert one.shape == (4, 3)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_allclose(one.var(axis=0).mean(), 1, rtol=1e-4)
