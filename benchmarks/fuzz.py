"""What becomes of damaged and odd tables, recordings and inputs of `predict`: read, or refused.

Bytes of good files are flipped, cut, repeated, swapped and mixed, and odd tables are made; each is
read in a process of its own kind, which may neither raise anything but a MalsoriError, nor hang,
nor die, nor take much memory. In a list of files, the good ones beside a bad one have to be
answered as ever. Run it with:
    python benchmarks/fuzz.py [--quick] [--json FILE] [--inputs N] [--seed N] [--keep FOLDER]
    python benchmarks/fuzz.py --again tables:1234    one input once more, with its traceback
"""

import argparse
import contextlib
import io
import json
import multiprocessing as mp
import os
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from _claims import claim, parser, write
from _damage import damaged, good_inputs, good_recordings, good_tables, odd_table

from malsori.corpus.adapters.table import Table
from malsori.corpus.importing import import_corpus
from malsori.corpus.measuring import Recording, measure_recording
from malsori.errors import MalsoriError
from malsori.signals.audio import read_audio

LIMIT = 30.0  # seconds for one input
MEMORY = 1500.0  # MiB of the largest process
WORKERS = 2
ARRAYS = {"voice": 10}


def tables(rng: random.Random, folder: Path) -> list[Path]:
    """One table: an odd one, or a damaged one."""
    if rng.random() < 0.4:
        kind, content = odd_table(rng)
        return [_file(folder / f"table.{kind}", content)]
    if rng.random() < 0.1:
        return [_audiofolder(rng, folder / "calls")]
    return [_file(folder / name, content) for name, content in _harmed(good_tables, rng)]


def _audiofolder(rng: random.Random, folder: Path) -> Path:
    folder.mkdir()
    _file(folder / "a.wav", good_recordings()["wav-pcm_16-1.wav"])
    table = "file_name,text,mood\na.wav,불이,a\nb.wav,네,b\n".encode()
    _file(folder / "metadata.csv", damaged(table, list(good_tables().values()), rng))
    return folder


def recordings(rng: random.Random, folder: Path) -> list[Path]:
    """One damaged recording, or archive of recordings."""
    return [_file(folder / name, content) for name, content in _harmed(good_recordings, rng)]


def inputs(rng: random.Random, folder: Path) -> list[Path]:
    """One damaged file for `predict`."""
    return [_file(folder / name, content) for name, content in _harmed(_good_inputs, rng)]


def _harmed(
    make: Callable[[], dict[str, bytes]], rng: random.Random
) -> Iterator[tuple[str, bytes]]:
    good = _made(make)
    name = rng.choice(sorted(good))
    yield name, damaged(good[name], list(good.values()), rng)


@cache
def _made(make: Callable[[], dict[str, bytes]]) -> dict[str, bytes]:
    return make()


def _good_inputs() -> dict[str, bytes]:
    return good_inputs(ARRAYS)


def _file(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def read_tables(files: list[Path], _: Path) -> bool:
    """Imports a table, with all its checks; whether it was taken."""
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            import_corpus(Table(files[0]), files[0].parent / "corpus", workers=1)
        except MalsoriError:
            return False
    return True


def read_recordings(files: list[Path], _: Path) -> bool:
    """Decodes a recording whole, and as an import does; whether anything was heard."""
    names = [f"{files[0]}::{member}" for member in ("a.wav", "b.flac")]
    heard = False
    for name in names if files[0].suffix == ".zip" else [str(files[0])]:
        spans = ((None, None), (0.1, 0.2))
        heard |= any(m.reason is None for m in measure_recording(Recording(name, spans, 0.01)))
        with contextlib.suppress(MalsoriError):
            read_audio(name)
    return heard


def read_inputs(files: list[Path], runs: Path) -> bool:
    """Answers for a file between two good ones; whether it was answered too."""
    from malsori.training.predictor import Answer

    answered = False
    for name, predictor, good, expected in _predictors(runs):
        found = list(predictor.predict_each([good, files[0], good]))
        if [found[0], found[2]] != [expected] * 2:
            raise AssertionError(f"{name}: the good files are answered otherwise beside this one")
        if isinstance(found[1], Answer):
            answered = True
            json.dumps(found[1].data(), allow_nan=False)
    return answered


@cache
def _predictors(runs: Path) -> list[tuple[str, Any, Path, Any]]:
    import torch

    from malsori.training.predictor import Predictor

    torch.set_num_threads(1)
    found = []
    for name, file in (("signals", "good.txt"), ("vectors", "good.npz")):
        predictor = Predictor.load(runs / name)
        found.append((name, predictor, runs / file, predictor.predict_files([runs / file])[0]))
    return found


def train_runs(folder: Path) -> None:
    """A run that hears sound and reads, and one of vectors, with a good input for each."""
    from malsori.corpus.splits import make_split
    from malsori.recipe import Recipe
    from malsori.reporting import Silent
    from malsori.signals.audio import Audio, write_audio
    from malsori.training import train
    from malsori.training.tiny import corpus_of_every_kind

    (folder / "tones").mkdir()
    lines = ["id,speaker,audio,text,mood"]
    for i in range(40):
        tone = np.sin(np.arange(4000) * (0.1 + 0.2 * (i % 2) + i / 1000)).astype(np.float32)
        write_audio(folder / f"tones/{i}.wav", Audio(0.2 * tone, 16000))
        lines.append(f"u{i},s{i // 4},{i}.wav,{'빨리' if i % 2 else '천천히'} {i},{'ab'[i % 2]}")
    table = _file(folder / "tones/tones.csv", "\n".join(lines).encode())
    corpus = import_corpus(Table(table), folder / "corpus", workers=1).corpus
    make_split(corpus, "by-speaker", by=["speaker"])
    signals = Recipe.parse(
        {
            "corpus": {"path": str(folder / "corpus"), "split": "by-speaker"}, "tasks": ["mood"],
            "encoders": {"speech": {"kind": "logmel"}, "text": {"kind": "jamo", "dim": 8}},
            "training": {"epochs": 1, "threads": 1},
        }
    )  # fmt: skip
    train(signals, folder / "signals", workers=1, reporter=Silent())
    data = corpus_of_every_kind(folder / "vectors-corpus", 200).data()
    data["training"] |= {"epochs": 1}
    train(Recipe.parse(data), folder / "vectors", workers=1, reporter=Silent())
    (folder / "good.txt").write_text("빨리 와 주세요", "utf-8")
    np.savez(folder / "good.npz", **{m: np.ones(n) for m, n in ARRAYS.items()})


Make = Callable[[random.Random, Path], list[Path]]
Read = Callable[[list[Path], Path], bool]
KINDS: dict[str, tuple[Make, Read]] = {
    "tables": (tables, read_tables),
    "recordings": (recordings, read_recordings),
    "inputs": (inputs, read_inputs),
}


def once(kind: str, seed: int, index: int, folder: Path, runs: Path) -> bool:
    """Makes one input and reads it."""
    make, read = KINDS[kind]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return read(make(random.Random(f"{seed} {kind} {index}"), folder), runs)


class Worker:
    """A process that reads every WORKERS-th input, and is started again where it died."""

    def __init__(
        self, kind: str, seed: int, first: int, count: int, runs: Path, keep: Path
    ) -> None:
        self.kind, self.count, self.first, self.keep = kind, count, first, keep
        # index, when it was begun, and how many were read, refused, raised, died, hung; memory
        self.state = mp.get_context("spawn").Array("d", 8, lock=False)
        self.state[0] = first
        self._arguments = (seed, runs)
        self.process = self._start(first)

    def _start(self, index: int) -> Any:
        seed, runs = self._arguments
        self.state[1] = time.monotonic() + 60  # it has to load everything first
        todo = range(index, self.count, WORKERS)
        arguments = (self.kind, seed, todo, runs, self.keep, self.folder, self.state)
        process = mp.get_context("spawn").Process(target=work, args=arguments, daemon=True)
        process.start()
        return process

    @property
    def folder(self) -> Path:
        """Where its current input lies."""
        return self.keep / f"{self.kind}-of-{self.first}"

    def look(self) -> bool:
        """Whether it still has to do; one that died or hangs is replaced behind that input."""
        index, begun = int(self.state[0]), self.state[1]
        if self.process.is_alive() and time.monotonic() - begun < LIMIT:
            return True
        if not self.process.is_alive() and self.process.exitcode == 0:
            return False
        hangs = self.process.is_alive()
        self.process.kill()
        self.process.join()
        self.state[6 if hangs else 5] += 1
        why = f"hangs for {LIMIT:g} s" if hangs else f"process died: {self.process.exitcode}"
        save(self.kind, index, self.folder, self.keep, why)
        self.process = self._start(index + WORKERS)
        return True


def work(
    kind: str, seed: int, todo: range, runs: Path, keep: Path, folder: Path, state: Any
) -> None:
    """Reads inputs one after the other, and notes what became of each."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders write there what they think of MP3
    for index in todo:
        state[0], state[1] = index, time.monotonic()
        try:
            state[2 if once(kind, seed, index, folder, runs) else 3] += 1
        except BaseException as error:  # what is counted here; a panic of Polars is no Exception
            state[4] += 1
            save(kind, index, folder, keep, "".join(traceback.format_exception(error)))
        state[7] = _peak()
    shutil.rmtree(folder, ignore_errors=True)


def _peak() -> float:
    """MiB of this process at its largest; what getrusage says may be its parent's."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def save(kind: str, index: int, folder: Path, keep: Path, why: str) -> None:
    """Keeps an input that was not taken well, and says how to read it again."""
    place = keep / f"{kind}-{index}"
    if folder.is_dir():
        shutil.copytree(folder, place, dirs_exist_ok=True)
    place.mkdir(exist_ok=True)
    (place / "WHY.txt").write_text(why, "utf-8")
    print(f"{kind}:{index}: {why.strip().splitlines()[-1][:150]}; kept in {place}", flush=True)


def run(kind: str, seed: int, count: int, runs: Path, keep: Path) -> list[dict[str, Any]]:
    """Reads so many inputs of a kind, and the claims about them."""
    workers = [Worker(kind, seed, first, count, runs, keep) for first in range(WORKERS)]
    while [worker for worker in workers if worker.look()]:
        time.sleep(0.1)
    read, refused, raised, died, hung = (sum(w.state[k] for w in workers) for k in range(2, 7))
    return [
        claim(f"{kind}: read", read, "inputs"),
        claim(f"{kind}: refused with a reason", refused, "inputs"),
        claim(f"{kind}: exceptions", raised, "inputs", 0),
        claim(f"{kind}: processes that died", died, "inputs", 0),
        claim(f"{kind}: longer than {LIMIT:g} s", hung, "inputs", 0),
        claim(f"{kind}: largest process", max(w.state[7] for w in workers), "MiB", MEMORY),
    ]


def options() -> argparse.Namespace:
    """What was asked for."""
    found = parser(__doc__.splitlines()[0])
    found.add_argument("--inputs", type=int, help="of each kind; 10,000, or 300 with --quick")
    found.add_argument("--seed", type=int, default=0)
    found.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    found.add_argument("--keep", type=Path, help="folder for inputs that were not taken well")
    found.add_argument("--again", metavar="KIND:INDEX", help="one input, here, with its traceback")
    return found.parse_args()


def main() -> None:
    chosen, rows = options(), []
    count = chosen.inputs or (300 if chosen.quick else 10_000)
    keep = chosen.keep or Path(tempfile.mkdtemp(prefix="fuzz-"))
    keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        again = (chosen.again or "").partition(":")
        if "inputs" in (again[0], *chosen.kinds):
            train_runs(Path(place))
        if chosen.again:
            index = int(again[2])
            print(once(again[0], chosen.seed, index, keep / f"{again[0]}-{index}", Path(place)))
            return
        for kind in chosen.kinds:
            rows += run(kind, chosen.seed, count, Path(place), keep)
    write(rows, chosen.json)
    if not any(keep.iterdir()):
        keep.rmdir()


if __name__ == "__main__":
    main()
