"""What a user should know of a split that is allowed and yet weak."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import TEXT, Groups, strata_names
from malsori.corpus.leaks import ALWAYS
from malsori.corpus.spellings import alike, respelled
from malsori.corpus.splits.dividing import Assignment, Rows
from malsori.corpus.splits.info import SplitInfo
from malsori.corpus.splits.options import Options
from malsori.notes import Note
from malsori.schema import SPLITS

_FEW_ROWS: Final = 20
_NAMES: Final = 8  # so many classes are named


def notes_on_rows(
    corpus: Corpus, columns: Sequence[Groups], rows: Rows, options: Options
) -> list[Note]:
    """Rows without group, and classes with fewer rows than folds."""
    total = corpus.utterances.height
    notes = [
        Note("split.own_group", {"n": g.nulls, "column": g.column, "share": g.nulls / total})
        for g in columns
        if g.nulls
    ]
    if options.stratify is not None and options.folds is not None:
        classes = strata_names(corpus, options.stratify)
        about: dict[str, object] = {"task": options.stratify, "folds": options.folds}
        counts = zip(*np.unique(rows.strata, return_counts=True), strict=True)
        few = {classes[code]: int(n) for code, n in counts if n < options.folds}
        if len(few) > _NAMES:
            said = {"n": len(few), "classes": named(list(few))}
            notes.append(Note("split.many_fewer_than_folds", {**about, **said}))
        else:
            each = [{**about, "class": name, "n": n} for name, n in few.items()]
            notes += [Note("split.fewer_than_folds", what) for what in each]
    return notes


def named(classes: Sequence[str]) -> str:
    """Classes one after the other; of hundreds the first, and how many more.

    Example:
        >>> named(["a", "b"]), named([str(n) for n in range(600)])
        ('a, b', '0, 1, 2, 3, 4, 5, 6, 7 … (+592)')
    """
    more = len(classes) - _NAMES
    return ", ".join(classes[:_NAMES]) + (f" … (+{more:,})" if more > 0 else "")


def notes_on_preset(options: Options) -> list[Note]:
    """That results on a leaky preset are too good, since the preset means it so."""
    said = dict(options.preset)
    if "leaky" not in said:
        return []
    return [Note("split.leaky_preset", {"preset": said["name"], "why": said["leaky"]})]


def notes_on_published(parts: Assignment, column: str, options: Options) -> list[Note]:
    """What the publisher's column leaves open."""
    notes = []
    if missing := int((parts == "dropped").sum()):
        notes.append(Note("split.dropped", {"n": missing, "column": column}))
    for part, becomes in options.renamed:
        notes.append(Note("split.renamed", {"part": part, "to": becomes}))
    if options.validation and "validation" not in parts:
        made = {"column": column, "share": options.validation}
        grouped = {"by": list(options.by)} if options.by else {}
        notes.append(
            Note("split.made_grouped" if grouped else "split.made_validation", {**made, **grouped})
        )
    return notes


def notes_on_names(corpus: Corpus, by: Sequence[str]) -> list[Note]:
    """How the names of groups are written: what counts as one, and what does not and might."""
    rows = corpus.utterances
    notes = []
    for column in dict.fromkeys([*by, *ALWAYS]):
        if column not in rows.columns or column == TEXT:
            continue
        done = corpus.respelled.get(column) or respelled(rows[column])
        if done is not None and done.merged:
            counts = {"written": done.written, "names": done.names}
            said = {"column": column, **counts, "example": done.pair()}
            notes.append(Note("split.respelled", said))
        if sets := alike(rows[column]):
            example = [repr(name) for name in sets[0]]
            notes.append(
                Note("split.alike", {"column": column, "n": len(sets), "example": example})
            )
    return notes


def notes_on_parts(info: SplitInfo) -> list[Note]:
    """What makes a part weak: few rows, or a class that it lacks."""
    notes = [
        Note("split.few_in_part", {"part": part, "n": _FEW_ROWS})
        for part in ("validation", "test")
        if 0 < info.counts[part] < _FEW_ROWS
    ]
    for task, parts in info.classes.items():
        present = {c for of_part in parts.values() for c, n in of_part.items() if n}
        for part in SPLITS:
            missing = [c for c, n in parts[part].items() if not n and c in present]
            if missing and info.counts[part]:
                said = {"part": part, "task": task, "classes": named(missing)}
                notes.append(Note("split.part_lacks", said))
    return notes
