"""AIFF."""

import struct

import pytest


@pytest.mark.parametrize(
    ("length", "kind"),
    [(32008, "longer"), (0, "unfinished"), (0x7F000008, "unfinished"), (64012, "shorter")],
)
def test_the_sound_is_read_to_its_end(encoded, same, length, kind):
    whole = encoded("AIFF")
    place = whole.index(b"SSND") + 4
    changed = whole[:place] + struct.pack(">I", length) + whole[place + 4 :]
    assert same(changed, whole) == [kind]


def test_chunks_behind_the_sound_are_in_order(encoded, same):
    whole = encoded("AIFF")
    assert same(whole + b"ANNO" + struct.pack(">I", 5) + b"hello\0", whole) == []
