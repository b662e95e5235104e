"""What every benchmark shares: a claim, its goal, and how both are shown."""

import argparse
import json
from pathlib import Path
from typing import Any, Literal


def claim(
    name: str,
    value: float,
    unit: str,
    goal: float | None = None,
    sense: Literal["at most", "at least"] = "at most",
) -> dict[str, Any]:
    """One line of a report; `holds` is None where there is no goal."""
    holds = None
    if goal is not None:
        holds = bool(value <= goal if sense == "at most" else value >= goal)
    line = {"name": name, "value": round(float(value), 3), "unit": unit, "goal": goal}
    show = (
        "" if goal is None else f"goal: {sense} {goal:g}, {'holds' if holds else 'DOES NOT HOLD'}"
    )
    print(f"{name:<52} {line['value']:9.3f} {unit:<12} {show}", flush=True)
    return {**line, "holds": holds}


def parser(description: str) -> argparse.ArgumentParser:
    """The options that all benchmarks have."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--quick", action="store_true", help="less of everything: under a minute")
    options.add_argument("--json", type=Path, help="write the rows to this file")
    return options


def write(rows: list[dict[str, Any]], path: Path | None) -> None:
    """Writes the rows as JSON, if a file was asked for."""
    if path is not None:
        path.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", "utf-8")
