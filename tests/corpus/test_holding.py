"""A folder is held as long as its process lives, and no longer."""

import signal
import subprocess
import sys

from malsori.corpus.holding import held, is_held

CODE = """
import sys, time
from pathlib import Path
from malsori.corpus.holding import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_killed_process_lets_go(tmp_path):
    command = [sys.executable, "-c", CODE, str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    assert is_held(tmp_path)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert not is_held(tmp_path)


def test_a_folder_that_was_renamed_is_let_go(tmp_path):
    (tmp_path / "a").mkdir()
    with held(tmp_path / "a"):
        (tmp_path / "a").rename(tmp_path / "b")
        assert is_held(tmp_path / "b")
    assert not is_held(tmp_path / "b")
