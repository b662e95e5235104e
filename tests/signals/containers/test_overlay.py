"""A file with other bytes in it."""

import io

import pytest

from malsori.signals.containers import Overlay

CONTENT = bytes(range(100))


@pytest.mark.parametrize("before", [b"", b"HEAD"])
@pytest.mark.parametrize("end", [None, 50, 7])
@pytest.mark.parametrize("step", [1, 3, 100])
def test_it_reads_as_the_bytes_that_it_stands_for(before, end, step):
    stop = 100 if end is None else end
    expected = (before + CONTENT[:5] + b"xyz" + CONTENT[8:])[: len(before) + stop]
    file = Overlay(io.BytesIO(CONTENT), [(5, b"xyz")], end, before)
    read = b"".join(iter(lambda: file.read(step), b""))
    assert read == expected
    for place in (0, 2, 6, 30):
        file.seek(place)
        buffer = bytearray(step)
        count = file.readinto(buffer)
        assert bytes(buffer[:count]) == expected[place : place + step]
    assert file.seek(0, io.SEEK_END) == len(expected)


def test_it_closes_the_file_below():
    below = io.BytesIO(CONTENT)
    Overlay(below).close()
    assert below.closed


def test_the_beginning_can_be_left_out():
    file = Overlay(io.BytesIO(b"0123456789"), [(5, b"x")], end=9, before=b"ab", begin=4)
    assert file.read() == b"ab4x678"
    assert (file.seek(1), file.read(3)) == (1, b"b4x")
