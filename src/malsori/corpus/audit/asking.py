"""The command that makes a split better than the named one, or a first split."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any, Final

from malsori.corpus.audit.case import Case
from malsori.corpus.columns import META
from malsori.corpus.grouping import group_rows
from malsori.io import read_yaml

_PEOPLE: Final = ("call", "dialogue", "speaker")
_KEPT: Final = {"test": "--test", "validation": "--validation", "folds": "--folds"}
_USUAL: Final = {"--test": 0.25, "--validation": 0.15}


def split_command(case: Case, *, by: Sequence[str] = (), stratify: str | None = None) -> str:
    """A command for `malsori corpus split` that is not refused for what the audit knows.

    It asks for what the named split was made with, and for more. Where that is grouped by
    nothing, or none is named, rows are grouped by call, dialogue and speaker as far as the
    corpus has them and one is not within another.
    """
    made = _named(case)
    how = made.get("how") or {}
    left_out = _short(how.get("leave_one_out") or "")
    columns = list(dict.fromkeys(map(_short, (*(how.get("by") or _people(case, by)), *by))))
    words = [f"{'--leave-one-out' if c == left_out else '--by'} {shlex.quote(c)}" for c in columns]
    task = stratify or how.get("stratify")
    words += [f"--stratify {shlex.quote(task)}"] if task else []
    words += _shares(how) + _allowed(made, columns)
    path = shlex.quote(str(case.corpus.path))
    return " ".join([f"malsori corpus split {path} --name …", *words])


def _short(column: str) -> str:
    return column.removeprefix(META)


def _named(case: Case) -> dict[str, Any]:
    """What was recorded with the named split; nothing where that is not known."""
    file = case.corpus.path / "splits" / f"{case.split}.yaml"
    data = read_yaml(file) if case.split is not None and file.is_file() else None
    return data if isinstance(data, dict) else {}


def _people(case: Case, wanted: Sequence[str]) -> list[str]:
    """Columns of people that most rows have; those within others only where they are wanted."""
    rows = case.corpus.utterances
    found = [group_rows(rows, column) for column in _PEOPLE]
    held = [g.column for g in found if g.nulls <= rows.height / 2 and g.count > 1]
    kept: list[str] = []
    for column in sorted(held, key=lambda c: rows[c].n_unique()):  # the coarsest first
        known = rows.select("id", column, *kept).drop_nulls()
        count = known[column].n_unique()
        inside = any(known.select(column, k).n_unique() == count for k in kept)
        if column in wanted or not inside:
            kept.append(column)
    return kept


def _shares(how: dict[str, Any]) -> list[str]:
    """Shares and folds that differ from the usual ones, and the seed."""
    given = {flag: how.get(name) for name, flag in _KEPT.items()}
    given["--seed"] = how.get("seed") or None
    return [f"{f} {v:g}" for f, v in given.items() if v is not None and v != _USUAL.get(f)]


def _allowed(made: dict[str, Any], columns: Sequence[str]) -> list[str]:
    """Leaks that were accepted, unless they are mended now: groups are, by the rule above."""
    leaks = made.get("leaks_allowed") or []
    kinds = dict.fromkeys(
        leak["kind"]
        for leak in leaks
        if leak.get("asked") and leak["kind"] != "group" and _short(leak["column"]) not in columns
    )
    return [f"--allow-leak {kind}" for kind in kinds]
