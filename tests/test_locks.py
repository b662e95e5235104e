"""What is held stays held as long as its process lives, and no longer."""

import subprocess
import sys
from pathlib import Path

import pytest

from malsori.errors import MalsoriError
from malsori.locks import in_work, is_left, locked
from malsori.parallel import parallel_map

CODE = """
import os, sys, time
from pathlib import Path
from malsori.locks import in_work, locked
with locked(Path(sys.argv[1]) / ".lock", "taken"), in_work(Path(sys.argv[1]) / "a"):
    os.write(1, b"held\\n")
    time.sleep(600)
"""


def test_a_killed_process_lets_go(tmp_path):
    with subprocess.Popen([sys.executable, "-c", CODE, tmp_path], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert not is_left(tmp_path / "a")
        with pytest.raises(MalsoriError, match="taken"), locked(tmp_path / ".lock", "taken"):
            pass
        other.kill()
    assert is_left(tmp_path / "a")
    with locked(tmp_path / ".lock", "taken"):
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_workers_do_not_let_go_of_what_their_parent_holds(tmp_path):
    with locked(tmp_path / ".lock", "taken"):
        assert [o.value for o in parallel_map(abs, [-1, 2, -3], workers=2)] == [1, 2, 3]
        with pytest.raises(MalsoriError, match="taken"), locked(tmp_path / ".lock", "taken"):
            pass


def test_what_is_renamed_while_in_work_leaves_no_lock(tmp_path):
    with in_work(tmp_path / "a"):
        (tmp_path / "a").mkdir()
        (tmp_path / "a").rename(tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs /proc, where no file is made")
@pytest.mark.parametrize("hold", [lambda path: locked(path, "held"), in_work])
def test_where_no_lock_can_be_made_nobody_waits(hold):
    with pytest.raises(OSError, match="No such file"), hold(Path("/proc/held")):
        pass
