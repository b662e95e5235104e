"""An import that was killed continues, and gives the bytes of one that was not."""

import signal
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.signals.audio import Audio, write_audio

CALLS = 160
CODE = """
import sys, time
from pathlib import Path
from malsori.corpus import measuring
from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus

everything = measuring.parallel_map

def some(*args, **options):
    for n, outcome in enumerate(everything(*args, **options)):
        if n == int(sys.argv[3]):
            time.sleep(600)  # until it is killed, however late that is
        yield outcome

measuring.parallel_map = some
table = Table(Path(sys.argv[1]), tasks=["mood=nominal:bad,good"])
import_corpus(table, sys.argv[2], name="calls", workers=2)
"""


@pytest.fixture
def source(tmp_path):
    """Calls in two archives, some broken, some with two parts."""
    folder = tmp_path / "data"
    folder.mkdir()
    rng = np.random.default_rng(0)
    lines = ["id,audio,start,end,mood"]
    archives = [zipfile.ZipFile(folder / f"TS_{i}.zip", "w") for i in range(2)]
    for i in range(CALLS):
        levels = np.repeat(rng.uniform(0.01, 0.2, 60), 400)
        write_audio(tmp_path / "a.wav", Audio(np.float32(rng.normal(size=24000) * levels), 8000))
        content = (tmp_path / "a.wav").read_bytes()
        archives[i % 2].writestr(f"{i}.wav", content[:5000] if i % 40 == 7 else content)
        parts = ["0,1.5", "1.5,"] if i % 3 == 0 else [","]
        for k, part in enumerate(parts):
            lines.append(f"{i}-{k},TS_{i % 2}.zip::{i}.wav,{part},{'good' if i % 5 else 'bad'}")
    for archive in archives:
        archive.close()
    (folder / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder / "calls.csv"


def start(source, destination, files):
    command = [sys.executable, "-c", CODE, str(source), str(destination), str(files)]
    return subprocess.Popen(command, stderr=subprocess.PIPE)


def kill_when(process, reached):
    """Kills a process as soon as it has got somewhere; its workers end too."""
    while process.poll() is None and not reached():
        pass
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def contents(corpus):
    return {
        p.relative_to(corpus).as_posix(): p.read_bytes() for p in corpus.rglob("*") if p.is_file()
    }


def lines_of(journal):
    return journal.read_bytes().count(b"\n") - 1 if journal.exists() else 0


@pytest.mark.slow
def test_a_killed_import_continues(source, tmp_path):
    import_corpus(Table(source, tasks=["mood=nominal:bad,good"]), tmp_path / "whole", name="calls")
    journal = tmp_path / ".parts.heard" / "journal"
    known = 0
    for wanted in (20, 70):
        process = start(source, tmp_path / "parts", files=60)
        kill_when(process, lambda n=wanted: lines_of(journal) >= n)
        assert not (tmp_path / "parts").exists()
        known = lines_of(journal)
    assert 70 <= known < CALLS
    # The last line may be torn, and an unfinished folder may be left.
    with journal.open("ab") as file:
        file.write(b"deadbeef\ttorn")
    (tmp_path / ".parts.partial-dead").mkdir()
    last = start(source, tmp_path / "parts", files=CALLS)
    _, said = last.communicate(timeout=120)
    assert last.returncode == 0, said.decode()
    assert f"continuing: {known} of {CALLS} files were heard before" in said.decode()
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")
    assert {"utterances.parquet", "sounds.parquet", "quarantine.parquet", "corpus.yaml"} == set(
        contents(tmp_path / "parts")
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.wav", "data", "parts", "whole"]
