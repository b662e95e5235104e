"""CAF, whose last chunk may leave its length open."""

import struct

import pytest


@pytest.mark.parametrize(
    ("length", "told"), [(-1, []), (0, ["unfinished"]), (32004, ["longer"]), (64010, ["shorter"])]
)
def test_the_data_is_read_to_its_end(encoded, same, length, told):
    whole = encoded("CAF")
    place = whole.index(b"data") + 4
    changed = whole[:place] + struct.pack(">q", length) + whole[place + 8 :]
    assert same(changed, whole) == told


def test_packets_that_a_table_lists_are_not_more_than_it_lists(encoded, same):
    whole = encoded("CAF", "ALAC_16")
    assert same(whole + bytes(range(1, 255)) * 9, whole) == ["trailing"]
