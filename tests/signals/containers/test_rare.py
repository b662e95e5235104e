"""Formats of earlier times."""

import pytest

from malsori.signals.audio import AudioError


def test_a_cut_nist_file_says_how_much_there_is(encoded, heard):
    content = encoded("NIST")
    with pytest.raises(AudioError, match=r"header says 65,024 bytes, the file has 30,000"):
        heard(content[:30000])


def test_text_behind_samples_without_an_end_is_not_heard(encoded, same):
    for form in ("AVR", "HTK"):
        content = encoded(form)
        assert same(content + b"notes" * 9, content) == ["trailing"]
