"""What a user should know of a split that is allowed and yet weak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import counted
from malsori.corpus.grouping import Groups, strata_names
from malsori.corpus.splits.dividing import Parts, Rows
from malsori.corpus.splits.info import SplitInfo
from malsori.corpus.splits.options import Options
from malsori.schema import SPLITS

_FEW_ROWS: Final = 20


def notes_on_rows(
    corpus: Corpus, columns: Sequence[Groups], rows: Rows, options: Options
) -> list[str]:
    """Rows without group, and classes with fewer rows than folds."""
    total = corpus.utterances.height
    notes = [
        f"{counted(groups.nulls, 'row has', 'rows have')} no {groups.column} "
        f"({100 * groups.nulls / total:.1f} % of all); each is a group of its own"
        for groups in columns
        if groups.nulls
    ]
    if options.stratify is not None and options.folds is not None:
        classes = strata_names(corpus, options.stratify)
        for code, count in zip(*np.unique(rows.strata, return_counts=True), strict=True):
            if count < options.folds:
                notes.append(
                    f"{options.stratify}: {classes[code]} has {counted(int(count), 'row')}, "
                    f"fewer than {options.folds} folds"
                )
    return notes


def notes_on_preset(options: Options) -> list[str]:
    """That results on a leaky preset are too good, since the preset means it so."""
    said = dict(options.preset)
    return [f"preset {said['name']} is leaky: {said['leaky']}"] if "leaky" in said else []


def notes_on_published(parts: Parts, column: str, options: Options) -> list[str]:
    """What the publisher's column leaves open."""
    notes = []
    if missing := int((parts == "dropped").sum()):
        no = counted(missing, f"row has no {column} and is", f"rows have no {column} and are")
        notes.append(f"{no} dropped")
    for part, becomes in options.renamed:
        notes.append(f"the publisher's {part} part became {becomes}")
    if options.validation and "validation" not in parts:
        how = f"grouped by {' and '.join(options.by)}" if options.by else "not grouped"
        share = f"{options.validation:.0%} of the training rows"
        notes.append(f"{column} has no validation part: {share}, {how}, became it")
    return notes


def notes_on_parts(info: SplitInfo) -> list[str]:
    """What makes a part weak: few rows, or a class that it lacks."""
    notes = [
        f"{part} has fewer than {_FEW_ROWS} rows"
        for part in ("validation", "test")
        if 0 < info.counts[part] < _FEW_ROWS
    ]
    for task, parts in info.classes.items():
        present = {c for of_part in parts.values() for c, n in of_part.items() if n}
        for part in SPLITS:
            missing = [c for c, n in parts[part].items() if not n and c in present]
            if missing and info.counts[part]:
                notes.append(f"{part} has no {task} = {', '.join(missing)}")
    return notes
