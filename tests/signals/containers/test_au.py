"""AU, whose header may leave the length open."""

import struct

import pytest


@pytest.mark.parametrize(
    ("length", "told"), [(0xFFFFFFFF, []), (0, ["unfinished"]), (32000, ["longer"])]
)
def test_the_audio_is_read_to_its_end(encoded, same, length, told):
    whole = encoded("AU")
    changed = whole[:8] + struct.pack(">I", length) + whole[12:]
    assert same(changed, whole) == told
