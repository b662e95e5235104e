"""W64, of which decoders read what lies behind the audio too."""

import struct

TAIL = b"\xf3\xac\xd3\x11\x8c\xd1\x00\xc0\x4f\x8e\xdb\x8a"


def test_a_chunk_behind_the_audio_is_not_heard(encoded, same):
    whole = encoded("W64")
    assert same(whole + b"levl" + TAIL + struct.pack("<Q", 40) + bytes(16), whole) == []


def test_a_length_that_is_not_known(encoded, same):
    whole = encoded("W64")
    place = whole.index(b"data" + TAIL) + 16
    for length in (0, 24, 2**64 - 1):
        changed = whole[:place] + struct.pack("<Q", length) + whole[place + 8 :]
        assert same(changed, whole) == ["unfinished"]
