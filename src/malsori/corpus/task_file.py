"""The file beside an exported table that says what no table does: its tasks and their classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from malsori.corpus.columns import LABEL
from malsori.corpus.declaring import Declared
from malsori.errors import MalsoriError
from malsori.io import read_yaml, write_yaml
from malsori.schema import Task, once

_IN_FOLDER: Final = "malsori.yaml"


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tasks: tuple[Task, ...] = ()
    columns: dict[str, str] = {}

    @field_validator("tasks")
    @classmethod
    def _distinct(cls, tasks: tuple[Task, ...]) -> tuple[Task, ...]:
        return once(tasks)


@dataclass(frozen=True)
class Tasks:
    """What the file says of a table."""

    file: Path  # where it was read
    tasks: list[Declared] = field(default_factory=list)  # those that the table has a column for
    # The corpus' ``label.*`` and ``meta.*`` columns → the table's
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)  # what was read, and what was left out


def task_file(export: Path) -> Path:
    """Where the file of an export is: in the folder that it is, or beside the table."""
    beside = export.with_name(f"{export.name}.tasks.yaml")
    return export / _IN_FOLDER if export.is_dir() else beside


def write_tasks(file: Path, tasks: Sequence[Task], columns: Mapping[str, str]) -> None:
    """Write the tasks of a table, with their classes in order."""
    written = [t.model_dump(mode="json", exclude_defaults=True) for t in tasks]
    write_yaml(file, {"tasks": written, "columns": dict(columns)})


def read_tasks(file: Path, there: Sequence[str]) -> Tasks:
    """Read what an export says of its tasks; what the table has no column for is left out."""
    try:
        written = _Written.model_validate(read_yaml(file) or {})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise MalsoriError(
            f"{file}: {place}: {first['msg']}",
            hint="malsori's export wrote another; remove it, and declare the tasks with --task",
        ) from error
    columns = {n: c for n, c in written.columns.items() if c in there}
    found = [t for t in written.tasks if LABEL + t.name in columns]
    notes = [f"tasks are read from {file.name}, as declared: {_listed(found)}"]
    lost = [t.name for t in written.tasks if t not in found]
    if lost:
        notes.append(f"{file.name} has tasks without a column in the table: {', '.join(lost)}")
    declared = [Declared(t.name, t.kind, t.classes, t.aliases, t.low, t.high) for t in found]
    return Tasks(file, declared, columns, notes)


def _listed(tasks: Sequence[Task]) -> str:
    described = [f"{t.name} ({t.kind}{_classes(t)})" for t in tasks]
    return ", ".join(described) or "none"


def _classes(task: Task) -> str:
    between = " < " if task.kind == "ordinal" else ", "
    return f": {between.join(task.classes)}" if task.classes else ""
