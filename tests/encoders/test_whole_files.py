import os
import subprocess
import sys
import time

import pytest

from malsori.encoders.whole_files import sweep, write_named
from malsori.io import sha256

HOLD = (
    "import os, sys, time\nfrom pathlib import Path\n"
    "from malsori.encoders.whole_files import write_named\n"
    "def pieces():\n    yield b'half'\n    os.write(1, b'half\\n')\n    time.sleep(60)\n"
    "write_named(Path(sys.argv[1]), pieces(), '.shard')\n"
)


def test_the_name_is_the_checksum(tmp_path):
    file = write_named(tmp_path / "new", [b"a", b"b"], ".shard")
    assert file.name == f"{sha256(b'ab')[:32]}.shard"
    assert file.read_bytes() == b"ab"
    assert list((tmp_path / "new").iterdir()) == [file]


def test_an_error_leaves_nothing(tmp_path):
    def pieces():
        yield b"a"
        raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        write_named(tmp_path, pieces(), ".shard")
    assert list(tmp_path.iterdir()) == []


def test_parts_of_the_living_stay_and_those_of_the_dead_go(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "half\n"
    (part,) = tmp_path.glob(".*.part")
    assert sweep(tmp_path) == 0
    assert part.exists()
    process.kill()
    process.communicate()
    (tmp_path / ".77-1.part.lock").touch()  # killed before the file was there
    assert sweep(tmp_path) == 2
    assert list(tmp_path.iterdir()) == []


def test_parts_of_small_files_go_when_they_are_old(tmp_path):
    part = tmp_path / ".watch.json.abc.part"
    part.touch()
    assert sweep(tmp_path) == 0
    os.utime(part, (time.time() - 4000,) * 2)
    assert sweep(tmp_path) == 1
