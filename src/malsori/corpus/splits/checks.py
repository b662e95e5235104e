"""What a split may not be: a request without sense, a name that is taken, an empty part, a leak."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from malsori.corpus.corpus import Corpus
from malsori.corpus.leaks import LEAK_KINDS, Leak, LeakKind
from malsori.corpus.splits.info import SplitInfo
from malsori.corpus.splits.options import Options
from malsori.errors import MalsoriError
from malsori.schema import SPLITS

_NAME: Final = re.compile(r"\w[\w.-]*")


def check_options(options: Options, allow_leaks: Collection[LeakKind]) -> None:
    """Refuses shares, folds and leaks that have no meaning."""
    if not 0 < options.test < 1:
        raise MalsoriError(f"test = {options.test} is no share", hint="use a number in (0, 1)")
    if not 0 <= options.validation < 1:
        raise MalsoriError(
            f"validation = {options.validation} is no share",
            hint="use a number from 0 (none) to below 1",
        )
    if options.folds is not None and options.folds < 2:
        raise MalsoriError(f"folds = {options.folds} is too few", hint="use 2 or more")
    if options.folds is not None and options.column is not None:
        raise MalsoriError(
            "the publisher's split has no folds", hint="leave out the column or the folds"
        )
    strange = sorted(set(allow_leaks) - set(LEAK_KINDS))
    if strange:
        raise MalsoriError(
            f"no kind of leak {strange[0]!r}", hint=f"there is: {', '.join(LEAK_KINDS)}"
        )


def check_names(corpus: Corpus, name: str, names: Sequence[str], *, overwrite: bool) -> None:
    """Refuses a name that is no file's name, or that is taken."""
    if not _NAME.fullmatch(name):
        raise MalsoriError(
            f"split name {name!r} is not usable",
            hint="use letters, digits, '_', '-' and '.', and begin with a letter or digit",
        )
    taken = sorted(set(names) & set(corpus.split_names()))
    if taken and not overwrite:
        raise MalsoriError(
            f"corpus {corpus.name!r} already has a split {taken[0]!r}",
            hint="choose another name, or pass --overwrite: runs on the old one keep its hash",
        )


def check_counts(info: SplitInfo, options: Options) -> None:
    """Refuses a split with an empty part."""
    wanted = SPLITS if options.validation else ("train", "test")
    empty = [part for part in wanted if not info.counts[part]]
    if empty:
        hint = "use fewer folds or other shares"
        if len(options.by) > 1:
            hint += ", or group by fewer columns: crossed, rows between the parts are dropped"
        raise MalsoriError(
            f"split {info.name!r}: no row would be in {' and '.join(empty)}", hint=hint
        )


def check_leaks(name: str, leaks: Sequence[Leak]) -> None:
    """Refuses leaks: names each kind with examples and the option that accepts it."""
    if not leaks:
        return
    lines = []
    for leak in leaks:
        lines.append(f"  {leak}")
        lines.extend(f"    {example}" for example in leak.examples)
    kinds = dict.fromkeys(leak.kind for leak in leaks)
    columns = dict.fromkeys(leak.column for leak in leaks if leak.kind != "audio")
    allow = " ".join(f"--allow-leak {kind}" for kind in kinds)
    group = f"group by {' and '.join(columns)} as well, or " if columns else ""
    raise MalsoriError(
        "\n".join([f"split {name!r} leaks:", *lines]),
        hint=f"{group}accept it and have it recorded with {allow}",
    )
