"""The command that makes a split better than the named one, or a first split; tried before."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from malsori.corpus.audit.case import Case
from malsori.corpus.columns import META
from malsori.corpus.grouping import find_column, group_rows
from malsori.corpus.leaks import MIN_TEXT, WARNED
from malsori.corpus.near import NEAR
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.planning import leaks_of, try_split
from malsori.corpus.splits.trying import Must, Trouble
from malsori.io import read_yaml
from malsori.notes import Note

_PEOPLE: Final = ("call", "dialogue", "speaker")
_KEPT: Final = {"test": "--test", "validation": "--validation", "folds": "--folds"}
_USUAL: Final = {"--test": 0.25, "--validation": 0.15}
_SEEDS: Final = 3
"""So many draws are tried before a split counts as one that cannot be had."""


@dataclass(frozen=True)
class Asked:
    """A split that was tried: the command that makes it, or why nobody should."""

    command: str | None
    why_not: Note | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """What a finding says to do: its own words with the command, or why there is no split.

        Example:
            >>> Asked(None, Note("split.tried.label")).fields["do"].key
            'audit.no_split'
        """
        if self.why_not is None:
            return {"command": self.command}
        return {"do": no_split(self.why_not)}


def drawn(case: Case) -> bool:
    """Whether the named split was drawn by us: asked for again, it would be the same."""
    how = _named(case).get("how") or {}
    return bool(how) and not how.get("column")


def no_split(why: Note) -> Note:
    """What is left to do where a split cannot mend it."""
    return Note("audit.no_split", {"why": why})


def why_not(case: Case, by: Sequence[str]) -> Note | None:
    """What is wrong with a split by these columns alone; None if it can be advised."""
    trouble = _tried(case, _options(case, {"how": {"by": by}}, (), None))
    return trouble.note if isinstance(trouble, Trouble) else None


def ask_split(
    case: Case,
    *,
    by: Sequence[str] = (),
    stratify: str | None = None,
    must: Must | None = None,
) -> Asked:
    """A command for `malsori corpus split` that is not refused for what the audit knows.

    It asks for what the named split was made with, and for more. Where that is grouped by
    nothing, or none is named, rows are grouped by call, dialogue and speaker as far as the
    corpus has them and one is not within another. The split is made in memory first, if need be
    stratified or with other seeds; where each leaves some class out of a part, or one out of the
    part where it `must` be, it is not advised.
    """
    key = (*by, "stratify", stratify or "", *(str(m) for m in must or ()))
    if key not in case.asked:
        case.asked[key] = _ask(case, by, stratify, must)
    found: Asked = case.asked[key]
    return found


def _ask(case: Case, by: Sequence[str], stratify: str | None, must: Must | None) -> Asked:
    made = _named(case)
    wanted = _options(case, made, by, stratify)
    options = _tried(case, wanted, must)
    if isinstance(options, Trouble):
        return Asked(None, options.note)
    allowed = _allowed(made, options.by)
    for leak in leaks_of(case.corpus, options):
        if leak.kind not in (*allowed, WARNED):
            more = _tried(case, replace(options, by=(*options.by, leak.column)), must)
            if isinstance(more, Trouble):
                allowed.append(leak.kind)
            else:
                options = more
    return Asked(_command(case, options, made.get("how") or {}, allowed))


def _tried(case: Case, wanted: Options, must: Must | None = None) -> Options | Trouble:
    """What was wanted, if need be stratified or with another seed; or what is wrong with it."""
    trouble = try_split(case.corpus, wanted, must)
    if trouble is None or not trouble.classes:  # another draw would not help
        return trouble or wanted
    balanced = replace(wanted, stratify=wanted.stratify or trouble.task)
    draws = [replace(balanced, seed=wanted.seed + k) for k in range(_SEEDS)]
    if wanted.leave_one_out:
        draws = []
    return next((draw for draw in draws if try_split(case.corpus, draw, must) is None), trouble)


def _options(case: Case, made: dict[str, Any], by: Sequence[str], stratify: str | None) -> Options:
    """What to ask for: what the named split was made with, and more."""
    how = made.get("how") or {}
    there = [*case.corpus.utterances.columns, *NEAR]
    columns = [*(how.get("by") or _people(case, by)), *by]
    test, validation = how.get("test"), how.get("validation")
    return Options(
        by=tuple(dict.fromkeys(find_column(c, there) for c in columns)),
        stratify=stratify or how.get("stratify"),
        test=_USUAL["--test"] if test is None else test,
        validation=_USUAL["--validation"] if validation is None else validation,
        folds=how.get("folds"),
        seed=how.get("seed") or 0,
        column=None,
        min_text=MIN_TEXT,
        leave_one_out=how.get("leave_one_out"),
    )


def _command(case: Case, options: Options, how: dict[str, Any], allowed: Sequence[str]) -> str:
    left_out = options.leave_one_out
    words = [
        f"{'--leave-one-out' if c == left_out else '--by'} {shlex.quote(c.removeprefix(META))}"
        for c in options.by
    ]
    words += [f"--stratify {shlex.quote(options.stratify)}"] if options.stratify else []
    words += _shares({**how, "seed": options.seed})
    words += [f"--allow-leak {kind}" for kind in dict.fromkeys(allowed)]
    path = shlex.quote(str(case.corpus.path))
    return " ".join([f"malsori corpus split {path} --name …", *words])


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
    return [
        leak["kind"]
        for leak in leaks
        if leak.get("asked") and leak["kind"] != "group" and leak["column"] not in columns
    ]
