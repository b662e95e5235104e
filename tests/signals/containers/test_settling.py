"""How far a header may be off."""

import io

import pytest

from malsori.signals.containers.settling import Stretch, settle
from malsori.signals.containers.trailing import Coding


@pytest.mark.parametrize(
    ("missing", "told", "cut"),
    [(0, [], False), (1, ["shorter"], False), (64, ["shorter"], False), (66, [], True)],
)
def test_a_header_may_promise_a_few_bytes_more(missing, told, cut):
    size = 44 + 1000 - missing
    stretch = Stretch(44, 1000, 2, Coding(2, "signed"))
    found = settle(stretch, io.BytesIO(bytes(size)), size, lambda behind: (behind, False))
    assert ([oddity.kind for oddity in found.told], found.cut is not None) == (told, cut)


def test_a_block_of_compressed_samples_may_lack():
    stretch = Stretch(60, 5000, 512, Coding(1, "other"), plain=False)
    assert stretch.tolerance == 512
