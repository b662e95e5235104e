"""How long a person waits: for `malsori --help`, and for the first step of a training.

Run it with:
    python benchmarks/starting.py [--quick] [--json FILE]

Whole fresh processes, the median of several. A training begins with its features stored, as every
run but the first of a corpus does, and with modules compiled, as every process but the first has
them; `import torch` is timed in the same process and taken off, since nobody can have less of it.
Processor time is that of all threads, which a busy machine inflates less than the wall clock.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _claims import claim, parser, write

# Ends the process after the first optimiser step, and says how long the way there took.
FIRST_STEP = """
import json, os, sys, time
clocks = {"wall": time.perf_counter, "processor": time.process_time}
begin = {name: now() for name, now in clocks.items()}
import torch
loaded = {name: now() for name, now in clocks.items()}
from malsori.cli import main
from malsori.training import loop
step = loop.Loop.step

def first(self, rows):
    step(self, rows)
    took = {name: now() - loaded[name] for name, now in clocks.items()}
    took["torch"] = loaded["wall"] - begin["wall"]
    print(json.dumps(took), flush=True)
    os._exit(0)

loop.Loop.step = first
sys.argv = ["malsori", "train", sys.argv[1], "--out", sys.argv[2]]
main()
"""


def seconds(command: list[str], runs: int) -> float:
    """The median wall-clock time of a command, after one run that does not count."""
    found = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - start)
    return statistics.median(found[1:])


def first_step(runs: int) -> dict[str, float]:
    """The median way from `import torch` to the first step, on 600 generated calls.

    Args:
        runs: Fresh processes, after the one that encodes.
    """
    with tempfile.TemporaryDirectory() as place:
        folder, file = Path(place), Path(place) / "recipe.yaml"
        malsori = [sys.executable, "-m", "malsori"]
        corpus = str(folder / "corpus")
        by = ["--name", "by-speaker", "--by", "speaker"]
        for job in (["synth", corpus, "--calls", "600"], ["split", corpus, *by]):
            subprocess.run([*malsori, "corpus", *job], check=True, capture_output=True)
        shown = subprocess.run(
            [*malsori, "recipe", "show", "demo", "--set", f"corpus.path={corpus}"],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        file.write_text(shown.stdout, "utf-8")
        found = []
        compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        compiled.pop("PYTHONDONTWRITEBYTECODE", None)
        for run in range(runs + 1):
            done = subprocess.run(
                [sys.executable, "-c", FIRST_STEP, str(file), str(folder / f"run-{run}")],
                check=True, capture_output=True, text=True, env=compiled,
            )  # fmt: skip
            found.append(json.loads(done.stdout.splitlines()[-1]))
        return {name: statistics.median(f[name] for f in found[1:]) for name in found[0]}


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    runs = 5 if chosen.quick else 25
    malsori = str(Path(sys.executable).with_name("malsori"))
    step = first_step(3 if chosen.quick else 15)
    rows = [
        claim("malsori --help", seconds([malsori, "--help"], runs), "s", 0.3),
        claim("python -c pass", seconds([sys.executable, "-c", "pass"], runs), "s"),
        claim("import torch", step["torch"], "s"),
        claim("import torch done to first step", step["wall"], "s", 0.5),
        claim("the same, processor time", step["processor"], "s"),
    ]
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
