"""How fast calls are generated: seconds of speech per second, and the same bytes each time.

Run it with:
    python benchmarks/generating.py [--quick] [--json FILE]
"""

import hashlib
import tempfile
import time
from pathlib import Path

from _claims import claim, parser, write

from malsori.corpus.synth import synthesize
from malsori.parallel import cores


def fingerprint(folder: Path) -> str:
    """One hash over every file."""
    whole = hashlib.sha256()
    for file in sorted(p for p in folder.rglob("*") if p.is_file()):
        whole.update(str(file.relative_to(folder)).encode() + file.read_bytes())
    return whole.hexdigest()


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    calls = 60 if chosen.quick else 600
    rows, prints = [], set()
    for workers in (1, cores()):
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            corpus = synthesize(Path(folder) / "calls", calls=calls, workers=workers)
            speed = float(corpus.utterances["duration"].sum()) / (time.perf_counter() - start)
            prints.add(fingerprint(corpus.path))
            name = f"{calls} calls, {workers} worker{'s' * (workers > 1)}"
            rows.append(claim(name, speed, "x real time", 50, "at least"))
    rows.append(claim("different corpora among these", len(prints), "", 1))
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
