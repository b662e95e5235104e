"""How long a person waits: for `malsori --help`, and for the first step of a training.

Run it with:
    python benchmarks/starting.py [--quick] [--json FILE]

Whole fresh processes, the median of several. A training begins with its features stored, as every
run but the first of a corpus does, and with modules compiled, as every process but the first has
them; the time of `python -c "import torch"` is taken off, since nobody can have less of it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _claims import claim, parser, write

# Both end at once, without the half second in which Python takes a process apart.
IMPORT = "import os, torch; os._exit(0)"
# `malsori train`, to the first optimiser step.
FIRST_STEP = """
import os, sys
from malsori.cli import main, prepare
prepare()
from malsori.training import loop
step = loop.Loop.step

def first(self, rows):
    step(self, rows)
    os._exit(0)

loop.Loop.step = first
sys.argv = ["malsori", "train", *sys.argv[1:]]
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
    """Median seconds of whole processes: to the first step on 600 generated calls, and `import`.

    Args:
        runs: Fresh processes of each, in turns, after one that encodes and compiles.
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
        compiled = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        compiled.pop("PYTHONDONTWRITEBYTECODE", None)
        found: dict[str, list[float]] = {"import": [], "step": []}
        for run in range(runs + 1):
            step = ["-c", FIRST_STEP, str(file), "--out", str(folder / f"run-{run}")]
            for name, arguments in {"import": ["-c", IMPORT], "step": step}.items():
                start = time.perf_counter()
                command = [sys.executable, *arguments]
                subprocess.run(command, check=True, capture_output=True, env=compiled)
                found[name].append(time.perf_counter() - start)
        return {name: statistics.median(times[1:]) for name, times in found.items()}


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    runs = 5 if chosen.quick else 25
    malsori = str(Path(sys.executable).with_name("malsori"))
    step = first_step(3 if chosen.quick else 15)
    rows = [
        claim("malsori --help", seconds([malsori, "--help"], runs), "s", 0.3),
        claim("python -c pass", seconds([sys.executable, "-c", "pass"], runs), "s"),
        claim("python -c 'import torch'", step["import"], "s"),
        claim("malsori train, to the first step", step["step"], "s"),
        claim("the same, less import torch", step["step"] - step["import"], "s", 0.5),
    ]
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
