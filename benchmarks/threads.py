"""Whether threads of libraries get in each other's way: commands as they are, and with one thread.

Import, audit and embedding of generated 48 kHz recordings, and the demo, each as it is and with
OMP_NUM_THREADS=1, in turns; processor time of the command and its workers. Run it with:
    python benchmarks/threads.py [--quick] [--json FILE]
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import yaml
from _claims import claim, parser, write

RATE = 48_000
VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def generate(folder: Path, calls: int) -> None:
    """Writes recordings of 2 to 3 s, noise in syllables, and a table of them."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 1, 4 * RATE)
    lines = ["id,audio,text,speaker,mood"]
    for i in range(calls):
        count, start = int(rng.uniform(2, 3) * RATE), int(rng.integers(0, RATE))
        levels = np.repeat(rng.uniform(0.01, 0.2, count // 4800 + 1), 4800)[:count]
        samples = (noise[start : start + count] * levels).clip(-1, 1)
        soundfile.write(folder / f"{i}.wav", samples, RATE, subtype="PCM_16")
        lines.append(f"{i},{i}.wav,불이 났어요 {i} 번지,s{i % 40},{'good' if i % 3 else 'bad'}")
    (folder / "calls.csv").write_text("\n".join(lines) + "\n", "utf-8")


def seconds(command: list[str | Path], *, one: bool) -> float:
    """Processor time of a command and all its processes."""
    environment = {name: v for name, v in os.environ.items() if name not in VARIABLES}
    if one:
        environment["OMP_NUM_THREADS"] = "1"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    malsori = [sys.executable, "-m", "malsori"]
    subprocess.run([*malsori, *command], check=True, capture_output=True, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def commands(place: Path, turn: str) -> dict[str, list[str | Path]]:
    """The commands of one turn, by name; each writes to places of its own."""
    corpus, recipe = place / f"corpus-{turn}", place / f"{turn}.yaml"
    data = {
        "corpus": {"path": str(corpus), "split": "by-speaker"},
        "tasks": ["mood"],
        "encoders": {"speech": {"kind": "logmel"}, "text": {"kind": "jamo"}},
    }
    recipe.write_text(yaml.safe_dump(data), "utf-8")
    table: list[str | Path] = [place / "calls" / "calls.csv", corpus]
    return {
        "import": ["corpus", "import", "table", *table, "--task", "mood=nominal:bad,good"],
        "audit": ["corpus", "audit", corpus],
        "embed": ["embed", recipe],
        "demo": ["demo", "--calls", "200", "--out", place / f"demo-{turn}"],
    }


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    calls, turns = (120, 1) if chosen.quick else (1440, 3)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        generate(place / "calls", calls)
        found: dict[str, dict[bool, list[float]]] = {}
        for turn in range(turns):
            for one in (False, True) if turn % 2 == 0 else (True, False):
                for name, command in commands(place, f"{turn}-{int(one)}").items():
                    if name == "demo" and chosen.quick:
                        continue  # it takes longer than all others
                    spent = seconds(command, one=one)
                    found.setdefault(name, {True: [], False: []})[one].append(spent)
        for name, spent in found.items():
            here, alone = statistics.median(spent[False]), statistics.median(spent[True])
            rows.append(claim(f"{name}: processor time", here, "s"))
            rows.append(claim(f"{name}: with OMP_NUM_THREADS=1", alone, "s"))
            rows.append(claim(f"{name}: ratio", here / alone, "x", 1.2))
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
