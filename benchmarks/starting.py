"""How long `malsori --help` takes: whole processes, the median of several.

Run it with:
    python benchmarks/starting.py [--quick] [--json FILE]
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from _claims import claim, parser, write


def seconds(command: list[str], runs: int) -> float:
    """The median wall-clock time of a command, after one run that does not count."""
    found = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        found.append(time.perf_counter() - start)
    return statistics.median(found[1:])


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    runs = 5 if chosen.quick else 25
    malsori = str(Path(sys.executable).with_name("malsori"))
    rows = [
        claim("malsori --help", seconds([malsori, "--help"], runs), "s", 0.3),
        claim("python -c pass", seconds([sys.executable, "-c", "pass"], runs), "s"),
        claim("python -c 'import torch'", seconds([sys.executable, "-c", "import torch"], 3), "s"),
    ]
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
