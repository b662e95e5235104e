"""Other classes for a task: some merged, some left out, in another order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from pydantic import ValidationError

from malsori.errors import MalsoriError
from malsori.schema import Task, TaskKind, nearest, normal


@dataclass(frozen=True)
class Regrouping:
    """What becomes of each class of a task."""

    old: Task  # the task as it was
    # The task as it will be; spellings of the old one that still mean a class are kept, and a
    # class that was merged is another spelling of its new one
    new: Task
    target: dict[str, str | None]  # old class → new class, None where it is left out

    @property
    def changes(self) -> bool:
        """Whether the classes are any different."""
        return self.old != self.new


def regroup(
    task: Task,
    *,
    keep: Sequence[str] = (),
    merge: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    kind: TaskKind | None = None,
) -> Regrouping:
    """Plan other classes for a task, as of ``relabel``: first merged, then left out, then ordered.

    Raises:
        MalsoriError: a name is no class (naming the nearest), a merge leads nowhere or tears an
            order apart, too few classes are left.
    """
    if task.kind == "regression":
        raise MalsoriError(f"task {task.name!r} is a number: it has no classes to change")
    merged = _merged(task, {normal(a): normal(b) for a, b in (merge or {}).items()})
    names = list(dict.fromkeys(merged.values()))
    left = _kept(task, names, [normal(c) for c in keep], merged)
    placed = _ordered(task, left, [normal(c) for c in order])
    chosen = _kind(task, kind, order)
    if chosen == "ordinal" and task.kind == "ordinal" and not order:
        _check_neighbours(task, merged)
    target = {c: name if name in left else None for c, name in merged.items()}
    meant = {spelling: target[normal(c)] for spelling, c in task.aliases.items()}
    meant |= {c: name for c, name in target.items() if c != name and c not in placed}
    # A spelling that is the name of a new class now means that one.
    aliases = {s: c for s, c in meant.items() if c is not None and normal(s) not in {*placed} - {c}}
    try:
        new = Task(name=task.name, kind=chosen, classes=tuple(placed), aliases=aliases)
    except ValidationError as error:
        why = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise MalsoriError(
            f"task {task.name!r} would have the classes {', '.join(placed) or 'none'}: {why}",
            hint="keep more of them",
        ) from error
    return Regrouping(task, new, target)


def _merged(task: Task, merge: Mapping[str, str]) -> dict[str, str]:
    """Old class → the class that it is part of after merging."""
    for source, target in merge.items():
        if source not in task.classes:
            raise _no_class(task, source, task.classes)
        if not target:
            raise MalsoriError(f"{source!r} is merged into a class without a name")
        if source == target:
            raise MalsoriError(f"{source!r} is merged into itself", hint="leave it out of merge")
        if target in merge:
            raise MalsoriError(
                f"{source!r} is merged into {target!r}, which is merged itself",
                hint=f"merge both into {merge[target]!r}",
            )
    return {c: merge.get(c, c) for c in task.classes}


def _kept(task: Task, names: list[str], keep: list[str], merged: Mapping[str, str]) -> list[str]:
    """The classes that stay, in the order that they have."""
    for name in keep:
        if name not in names:
            if name in merged:
                raise MalsoriError(
                    f"class {name!r} of task {task.name!r} is merged into {merged[name]!r}",
                    hint=f"keep {merged[name]!r}",
                )
            raise _no_class(task, name, names)
        if keep.count(name) > 1:
            raise MalsoriError(f"class {name!r} is kept twice", hint="name it once")
    return [name for name in names if name in keep] if keep else names


def _ordered(task: Task, names: list[str], order: list[str]) -> list[str]:
    if not order:
        return names
    for name in order:
        if name not in names:
            raise _no_class(task, name, names)
    if sorted(order) != sorted(names):
        missing = [name for name in names if name not in order]
        what = f"lacks {', '.join(missing)}" if missing else "names a class twice"
        raise MalsoriError(
            f"the order of task {task.name!r} {what}", hint=f"name each once of: {', '.join(names)}"
        )
    return order


def _kind(task: Task, kind: TaskKind | None, order: Sequence[str]) -> TaskKind:
    if kind is None or kind == task.kind:
        return task.kind
    if kind not in get_args(TaskKind):
        raise MalsoriError(
            f"there is no kind of task {kind!r}", hint=nearest(kind, ["nominal", "ordinal"])
        )
    if {kind, task.kind} != {"ordinal", "nominal"}:
        raise MalsoriError(
            f"task {task.name!r} is {task.kind} and cannot become {kind}",
            hint="only nominal becomes ordinal, and ordinal nominal",
        )
    if kind == "ordinal" and not order:
        raise MalsoriError(
            f"task {task.name!r} becomes ordinal: only you know the order of its classes",
            hint="name them with order, the lowest first",
        )
    return kind


def _check_neighbours(task: Task, merged: Mapping[str, str]) -> None:
    """A merge of ranks that are no neighbours leaves no order between them."""
    names = [merged[c] for c in task.classes]
    for name in names:
        first, last = names.index(name), len(names) - 1 - names[::-1].index(name)
        between = [n for n in names[first:last] if n != name]
        if between:
            raise MalsoriError(
                f"task {task.name!r} is ordinal, and {between[0]!r} lies between the classes that "
                f"become {name!r}",
                hint="merge neighbours, or give the new order",
            )


def _no_class(task: Task, name: str, classes: Sequence[str]) -> MalsoriError:
    return MalsoriError(
        f"task {task.name!r} has no class {name!r}", hint=nearest(name, list(classes))
    )
