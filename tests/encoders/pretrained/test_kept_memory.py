import resource
from pathlib import Path

import pytest
import torch

from malsori.encoders.pretrained import kept_memory as module
from malsori.encoders.pretrained.kept_memory import kept_memory

PAGE = resource.getpagesize()
BLOCK = 20 << 20
glibc = pytest.mark.skipif(module._glibc() is None, reason="another allocator")


def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def write(blocks):
    # Of torch: numpy asks for huge pages, which hides faults.
    return [torch.ones(BLOCK, dtype=torch.uint8) for _ in range(blocks)]


def write_and_fail():
    with kept_memory():
        write(10)
        raise ZeroDivisionError


@glibc
def test_freed_memory_is_used_again():
    with kept_memory():
        write(10)  # makes room
        before = faults()
        for _ in range(20):
            write(5)
        assert faults() - before < 10 * BLOCK / PAGE  # of the 100 blocks


@glibc
def test_it_is_handed_back_afterwards():
    before = resident()
    with kept_memory():
        write(10)
        assert resident() > before + 9 * BLOCK
    assert resident() < before + 5 * BLOCK


@glibc
def test_it_is_handed_back_after_an_error():
    before = resident()
    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert resident() < before + 5 * BLOCK


def test_without_glibc_nothing_happens(monkeypatch):
    monkeypatch.setattr(module, "_glibc", lambda: None)
    with kept_memory():
        assert sum(bytes([1, 2])) == 3
