"""What the embedding store costs: reading batches, opening, memory of an epoch, filling.

Token features of a transformer's size, 1 to 10 tokens of 768, of 10,000 and 100,000 utterances, in
a temporary folder (2 GB). Run it with:
    python benchmarks/store.py [--quick] [--json FILE]
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from _claims import claim, parser, write

from malsori.corpus.corpus import CorpusSpec
from malsori.corpus.writing import write_corpus
from malsori.encoders import Reader, Store, Writer
from malsori.encoders.kinds.jamo import Jamo
from malsori.schema import Task
from malsori.training.data import pad

WIDTH, BATCH = 768, 64


def key(i: int) -> str:
    """What could be a content hash."""
    return f"{i * 2654435761 % 2**64:016x}{i:048x}"


def build(place: Path, utterances: int) -> tuple[float, float]:
    """Writes a store; seconds and megabytes."""
    rng = np.random.default_rng(0)
    pool = rng.normal(size=(2000, WIDTH)).astype(np.float32)
    written, start = 0, time.perf_counter()
    with Writer(place) as writer:
        for i in range(utterances):
            begin = int(rng.integers(1990))
            features = pool[begin : begin + 1 + int(rng.integers(10))]
            writer.add(key(i), features)
            written += features.nbytes
    return time.perf_counter() - start, written / 1e6


def batches(reader: Reader, utterances: int, count: int, seed: int) -> list[float]:
    """Milliseconds of each batch of random rows, copied into one padded tensor."""
    rng, took = np.random.default_rng(seed), []
    for _ in range(count):
        keys = [key(int(i)) for i in rng.integers(utterances, size=BATCH)]
        start = time.perf_counter()
        pad([reader.get(k) for k in keys], WIDTH)
        took.append(1000 * (time.perf_counter() - start))
    return took


def memory(name: str) -> float:
    """One number of this process, in MB: RssAnon is its own, RssFile what it shares."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


def epoch(place: Path, utterances: int) -> dict[str, float]:
    """Reads every row once, in random order; what that adds to this process."""
    before = memory("RssAnon")
    reader = Reader(place)
    opened = memory("RssAnon")
    order = np.random.default_rng(0).permutation(utterances)
    start = time.perf_counter()
    for at in range(0, utterances, BATCH):
        pad([reader.get(key(int(i))) for i in order[at : at + BATCH]], WIDTH)
    return {
        "seconds": time.perf_counter() - start,
        "opening": opened - before,
        "epoch": memory("RssAnon") - opened,
        "shared": memory("RssFile"),
        "index": reader.nbytes / 1e6,
    }


def apart(place: Path, utterances: int) -> dict[str, float]:
    """An epoch in a process of its own."""
    command = [sys.executable, __file__, "--epoch", str(place), str(utterances)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def texts(folder: Path, count: int) -> float:
    """Texts a second through the whole way: corpus, workers, watch, store."""
    rows = pl.DataFrame(
        {
            "id": [f"u{i}" for i in range(count)],
            "text": [f"여기 {i} 번지인데요 불이 났어요 빨리 와 주세요" for i in range(count)],
            "label.urgency": ["상", "하"] * (count // 2),
        }
    )
    task = Task(name="urgency", kind="ordinal", classes=("하", "상"))
    corpus = write_corpus(folder, CorpusSpec(name="t", adapter="table", tasks=(task,)), rows)
    return count / Store(folder / "store").fill(corpus, "text", Jamo()).seconds


def main() -> None:
    if sys.argv[1:2] == ["--epoch"]:
        print(json.dumps(epoch(Path(sys.argv[2]), int(sys.argv[3]))))
        return
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    few, many = (1_000, 10_000) if chosen.quick else (10_000, 100_000)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "few-0", Path(folder) / "many-0"
        build(small, few)
        seconds, size = build(large, many)
        name = f"{many:,} utterances, {size / 1000:.1f} GB"
        rows.append(claim(f"{name}: written", size / seconds, "MB/s"))
        start = time.perf_counter()
        Reader(large)
        rows.append(claim("opened for the first time, every byte compared",
                          time.perf_counter() - start, "s"))  # fmt: skip
        start = time.perf_counter()
        reader = Reader(large)
        rows.append(claim("opened again", time.perf_counter() - start, "s", 1))
        rows.append(claim("index in memory", reader.nbytes / many, "bytes/row", 100))
        count = 200 if chosen.quick else 1000
        first = batches(Reader(large), many, count // 4, seed=1)
        rows.append(claim("batch of 64, rows compared as they are read", np.median(first), "ms", 2))
        batches(reader, many, 2 * many // BATCH, seed=2)  # so that most rows were read before
        later = batches(reader, many, count, seed=3)
        rows.append(claim("batch of 64", np.median(later), "ms", 2))
        rows.append(claim("batch of 64, the 95th of 100", np.percentile(later, 95), "ms"))
        short, long = apart(small, few), apart(large, many)
        rows.append(claim(f"epoch over {few:,}: own memory added", short["epoch"], "MB"))
        rows.append(claim(f"epoch over {many:,}: own memory added", long["epoch"], "MB",
                          short["epoch"] + 10))  # fmt: skip
        rows.append(claim(f"opening {many:,}: own memory added", long["opening"], "MB"))
        rows.append(claim(f"epoch over {many:,}: mapped pages, shared", long["shared"], "MB"))
        rows.append(claim(f"epoch over {many:,}: read", many / long["seconds"], "rows/s"))
        speed = texts(Path(folder) / "texts", 2_000 if chosen.quick else 20_000)
        rows.append(claim("texts spelt by jamo, from corpus to store", speed, "texts/s"))
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
