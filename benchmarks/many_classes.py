"""600 classes × 100,000 rows, from the table to the page: memory, and how much is said.

Each command is a process of its own. Run it with:
    python benchmarks/many_classes.py [--quick] [--json FILE]
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import polars as pl
from _claims import claim, parser, write

CLASSES = 600
MEMORY, LINES, PAGE = 1000, 60, 2.0  # MB, lines, MB


def write_table(path: Path, rows: int) -> Path:
    """Texts whose words tell the topic and, less well, the grade; few classes are frequent."""
    rng = np.random.default_rng(0)
    topic = (rng.zipf(1.3, rows) - 1) % CLASSES
    grade = np.clip(topic + rng.integers(-3, 4, rows), 0, CLASSES - 1)
    others = rng.integers(0, 20_000, (rows, 4))
    table = {
        "id": [f"u{i:06d}" for i in range(rows)],
        "text": [
            f"{3 * a}번 {b}째 " + " ".join(f"{chr(0xAC00 + k // 4)}{k}" for k in words) + f" {i}"
            for i, (a, b, words) in enumerate(zip(topic, grade, others, strict=True))
        ],
        "speaker": [f"s{s:05d}" for s in rng.integers(0, rows // 50, rows)],
        "place": [f"p{k}" for k in rng.integers(0, rows // 2, rows)],
        "topic": [f"t{k:03d}" for k in topic],
        "grade": [f"{k:03d}" for k in grade],
    }
    pl.DataFrame(table).write_csv(path)
    return path


def measured(command: list[str]) -> tuple[float, float, int]:
    """Runs a command: MB of its process at its largest, seconds, and lines on its output."""
    began = time.monotonic()
    environment = {**os.environ, "OMP_NUM_THREADS": "2", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "malsori", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watcher.start()
    out, errors = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise SystemExit(f"malsori {' '.join(command)}\n{errors.decode()}")
    return peak[0], time.monotonic() - began, len(out.decode().splitlines())


def _watch(pid: int, peak: list[float], done: threading.Event) -> None:
    """What the kernel has counted last; getrusage may tell this process' own peak for a child."""
    while not done.wait(0.02):
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except OSError:
            return
        peak[0] = max([peak[0], *(int(x.split()[1]) / 1e3 for x in lines if "VmHWM" in x)])


def main() -> None:
    chosen, rows = parser(__doc__.splitlines()[0]).parse_args(), []
    count = 15_000 if chosen.quick else 100_000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        table = write_table(folder / "many.csv", count)
        corpus, run = str(folder / "many"), str(folder / "run")
        grades = ",".join(f"{k:03d}" for k in range(CLASSES))
        tasks = [
            "--map",
            "meta.place=place",
            "--task",
            "topic=nominal",
            "--task",
            f"grade=ordinal:{grades}",
        ]
        chose = {
            "corpus.path": corpus, "tasks": "[topic,grade]", "encoders.speech": "null",
            "training.epochs": "1", "training.batch_size": "256",
        }  # fmt: skip
        commands = {
            "import": ["corpus", "import", "table", str(table), corpus, *tasks],
            "split": ["corpus", "split", corpus, "--name", "by-speaker", "--by", "speaker"],
            "folds": [
                *("corpus", "split", corpus, "--name", "cv", "--by", "speaker"),
                *("--folds", "5", "--stratify", "topic"),
            ],
            "show": ["corpus", "show", corpus, "--split", "by-speaker"],
            "audit": ["corpus", "audit", corpus, "--split", "by-speaker"],
            "train": [
                *("train", "demo", "--out", run),
                *(x for key, value in chose.items() for x in ("--set", f"{key}={value}")),
            ],
            "evaluate": ["evaluate", run],
            "report": ["report", run],
            "predict": ["predict", run, str(folder / "one.txt")],
        }
        (folder / "one.txt").write_text("3번 2째", "utf-8")
        for name, command in commands.items():
            memory, took, lines = measured(command)
            # Two tasks: a page of classes for each where classes are what is looked at.
            most = 2 * LINES if name in {"show", "audit", "train", "evaluate"} else LINES
            rows += [
                claim(f"{name}: largest process", memory, "MB", MEMORY),
                claim(f"{name}: lines", lines, "lines", most),
                claim(f"{name}: took", took, "s"),
            ]
        page = folder / "run/report.html"
        rows.append(claim("size of the page", page.stat().st_size / 1e6, "MB", PAGE))
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
