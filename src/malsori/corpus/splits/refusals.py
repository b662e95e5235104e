"""What a split may not be: a request without sense, a name that is taken, an empty part, a leak."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

from malsori.corpus.columns import META, UTTERANCES
from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import counted
from malsori.corpus.grouping import TEXT, columns_with_values, find_column, values_of
from malsori.corpus.leaks import LEAK_KINDS, Leak, LeakKind
from malsori.corpus.near import NEAR, with_near
from malsori.corpus.splits.info import SplitInfo
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.trying import Trouble, is_label
from malsori.errors import MalsoriError
from malsori.schema import SPLITS, nearest
from malsori.words import Words

_NAME: Final = re.compile(r"\w[\w.-]*")

# Null here means that there is no such signal, which says nothing and so cannot leak.
_SIGNALS: Final = ("audio", "audio_hash", TEXT, *NEAR)
_MOST: Final = 0.5


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
    if options.inner_folds is not None and options.inner_folds < 2:
        raise MalsoriError(f"inner_folds = {options.inner_folds} is too few", hint="use 2 or more")
    if options.folds is not None and options.column is not None:
        raise MalsoriError(
            "the publisher's split has no folds", hint="leave out the column or the folds"
        )
    if options.leave_one_out is not None and (options.folds or options.column):
        raise MalsoriError(
            f"leaving out one {options.leave_one_out} at a time tests each in a split of its own",
            hint="leave out the folds and the column, or group by it: "
            f"--by {options.leave_one_out.removeprefix(META)} --folds 10",
        )
    for strange in sorted(set(allow_leaks) - set(LEAK_KINDS)):
        hint = f"there is: {', '.join(LEAK_KINDS)}"
        if strange in UTTERANCES or strange in options.by or META + strange in options.by:
            hint = f"that rows share their {strange} is called group: --allow-leak group"
        elif nearest(strange, LEAK_KINDS).startswith("did"):
            hint = f"{nearest(strange, LEAK_KINDS)} {hint}"
        raise MalsoriError(f"no kind of leak {strange!r}", hint=hint)


def check_groups(corpus: Corpus, by: Sequence[str], *, allow_ungrouped: bool) -> None:
    """Refuses columns that hold nothing together, since most of their rows have no value."""
    rows = with_near(corpus, by)
    for column in by:
        missing = values_of(rows, column).null_count()
        name = column.removeprefix(META)
        again = f"import again with --map {name}=COLUMN"
        if missing == rows.height:
            there = [find_column(c, rows.columns) for c in columns_with_values(rows)]
            usable = [c.removeprefix(META) for c in there if not is_label(corpus, c)]
            known = ", ".join(usable) or "no column"
            raise MalsoriError(
                f"no row has a {name}, so a split by {name} would keep nothing together",
                hint=f"{again}, or group by one that has values: {known}",
            )
        if missing > _MOST * rows.height and column not in _SIGNALS and not allow_ungrouped:
            raise MalsoriError(
                f"{missing:,} of {counted(rows.height, 'row has', 'rows have')} no {name}, "
                f"so a split by {name} would keep little together",
                hint=f"{again}, or accept that each of them is a group of its own "
                "with --allow-ungrouped",
            )


def check_name(name: str) -> None:
    """Refuses a name that is no file's name."""
    if not _NAME.fullmatch(name):
        raise MalsoriError(
            f"split name {name!r} is not usable",
            hint="use letters, digits, '_', '-' and '.', and begin with a letter or digit",
        )


def check_counts(info: SplitInfo, options: Options, *, inner: bool = False) -> None:
    """Refuses a split with an empty part; inner ones test nothing."""
    wanted: Sequence[str] = SPLITS if options.validation else ("train", "test")
    if inner:
        wanted = ("train", "validation")
    empty = [part for part in wanted if not info.counts[part]]
    if empty:
        hint = "use fewer folds or other shares"
        if len(options.by) > 1:
            hint += ", or group by fewer columns: crossed, rows between the parts are dropped"
        raise MalsoriError(
            f"split {info.name!r}: no row would be in {' and '.join(empty)}", hint=hint
        )


def check_leaks(
    name: str,
    leaks: Sequence[Leak],
    options: Options,
    without: Callable[[tuple[str, ...]], Options | Trouble],
) -> None:
    """Refuses leaks: names each kind with examples, what mends it and what accepts it.

    Args:
        name: Of the split.
        leaks: What its parts share.
        options: What was asked for.
        without: The same split grouped by some columns as well, or what is wrong with it.
    """
    if not leaks:
        return
    lines = []
    for leak in leaks:
        lines.append(f"  {leak}")
        lines.extend(f"    {example}" for example in leak.examples)
    kinds = dict.fromkeys(leak.kind for leak in leaks)
    allow = " ".join(f"--allow-leak {kind}" for kind in kinds)
    mended = _mended(leaks, options, without)
    raise MalsoriError(
        "\n".join([f"split {name!r} leaks:", *lines]),
        hint=f"{mended} accept it and have it recorded with {allow}",
    )


def _mended(
    leaks: Sequence[Leak],
    options: Options,
    without: Callable[[tuple[str, ...]], Options | Trouble],
) -> str:
    """How to ask for a split without these leaks, if that leaves a task to learn; then an "or"."""
    columns = tuple(dict.fromkeys(leak.column for leak in leaks))
    tried = without(columns)
    if isinstance(tried, Trouble):
        return f"{Words().say(tried.note)};"
    left_out = options.leave_one_out
    by = " ".join(f"--leave-one-out {c}" if c == left_out else f"--by {c}" for c in tried.by)
    by += f" --folds {tried.folds}" if tried.folds != options.folds else ""
    if options.column is not None:  # what was published is taken as it is
        return f"make a split of your own with {by} in place of the published one, or"
    return f"group by {' and '.join(columns)} as well ({by}), or"
