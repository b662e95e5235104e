"""Whether the runs of one folder are, bit for bit, those of another: a witness for refactorings.

Run it with:
    python benchmarks/same_bits.py BEFORE AFTER [--json FILE]

Every run (a folder with a `run.json`) below BEFORE is looked for at the same path below AFTER, and
compared: weights, history, predictions and what the gradient monitor saw. Runs of versions that
kept weights as `best.pt` are read as well. Train the two folders with the two versions, on the same
machine with the same threads:

    for each version:  malsori demo --out FOLDER/demo
                       python examples/emotiontts.py --out FOLDER/emotiontts
                       python examples/mosi.py --out FOLDER/mosi

A column or an entry of history that only one side has does not count; it is named.
"""

import json
from pathlib import Path
from typing import Any

import polars as pl
import torch
from _claims import claim, parser, write


def weights_of(run: Path) -> dict[str, torch.Tensor]:
    """The best weights, whatever version wrote them."""
    old = run / "checkpoints" / "best.pt"
    if old.exists():
        found: dict[str, torch.Tensor] = torch.load(old, weights_only=True)
        return found
    from malsori.training import Run
    from malsori.training.checkpoints import read_best

    return read_best(Run(run))[0]


def table_of(run: Path, folder: str) -> pl.DataFrame | None:
    """All Parquet parts of a folder, in an order that does not depend on how they were cut."""
    parts = [pl.read_parquet(part) for part in sorted((run / folder).glob("*.parquet"))]
    if not parts:
        return None
    table = pl.concat(parts)
    keys = [c for c in ("split", "condition", "task", "id", "step", "space", "group", "task_i",
                        "task_j") if c in table.columns]  # fmt: skip
    return table.sort(keys)


def history_of(run: Path) -> list[dict[str, Any]]:
    """The rows of history."""
    return [json.loads(line) for line in (run / "history.jsonl").read_text("utf-8").splitlines()]


def differences(one: Path, two: Path) -> list[str]:
    """What differs between two runs; nothing if they are the same."""
    found = []
    a, b = weights_of(one), weights_of(two)
    if a.keys() != b.keys():
        found.append(f"weights: names {sorted(a.keys() ^ b.keys())[:3]}")
    elif odd := [k for k in a if not torch.equal(a[k], b[k])]:
        found.append(f"weights: {len(odd)} of {len(a)} tensors, first {odd[0]}")
    if history_of(one) != history_of(two):
        found.append("history")
    for folder in ("predictions", "gradients"):
        x, y = table_of(one, folder), table_of(two, folder)
        if x is None or y is None:
            found += [] if x is y else [f"{folder}: on one side only"]
            continue
        both = [c for c in x.columns if c in y.columns]
        if set(x.columns) ^ set(y.columns):
            print(f"{two}: {folder}: only on one side {sorted(set(x.columns) ^ set(y.columns))}")
        if not x.select(both).equals(y.select(both)):
            found.append(folder)
    return found


def main() -> None:
    """Compares all runs."""
    line = parser(__doc__.splitlines()[0])
    line.add_argument("before", type=Path)
    line.add_argument("after", type=Path)
    options = line.parse_args()
    runs = sorted(file.parent for file in options.before.rglob("run.json"))
    same = 0
    for run in runs:
        name = run.relative_to(options.before)
        found = ["is not there"]
        if (options.after / name / "run.json").exists():
            found = differences(run, options.after / name)
        same += not found
        if found:
            print(f"{name}: {'; '.join(found)}")
    print(f"{same} of {len(runs)} runs are the same bit for bit")
    share = same / max(len(runs), 1)
    write([claim("share of runs that are the same", share, "", 1.0, "at least")], options.json)


if __name__ == "__main__":
    main()
