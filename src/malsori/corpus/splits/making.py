"""Making a split: what was asked for becomes parts, which are checked, recorded and saved."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import (
    Groups,
    find_column,
    find_task,
    group_rows,
    joint_strata,
    strata_of,
)
from malsori.corpus.leaks import MIN_TEXT, LeakKind, find_leaks
from malsori.corpus.splits.checks import (
    check_counts,
    check_groups,
    check_leaks,
    check_names,
    check_options,
)
from malsori.corpus.splits.dividing import (
    Parts,
    Rows,
    divide_folds,
    divide_once,
    name_parts,
    take_validation,
)
from malsori.corpus.splits.info import (
    SplitInfo,
    count_classes,
    count_groups,
    count_parts,
    hash_split,
    save_split,
)
from malsori.corpus.splits.notes import notes_on_parts, notes_on_published, notes_on_rows
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.published import published_parts


def make_split(
    corpus: Corpus,
    name: str,
    *,
    by: Sequence[str] = (),
    stratify: str | None = None,
    test: float = 0.25,
    validation: float = 0.15,
    folds: int | None = None,
    seed: int = 0,
    column: str | None = None,
    allow_leaks: Collection[LeakKind] = (),
    min_text: int = MIN_TEXT,
    allow_ungrouped: bool = False,
    overwrite: bool = False,
) -> list[SplitInfo]:
    """Divides a corpus into train, validation and test once, and saves that under a name.

    The result depends on the rows and the seed, not on the order of the rows.

    Args:
        corpus: The corpus; the split is saved in its folder.
        name: Of the split. With ``folds`` the splits are called NAME-0, NAME-1 …
        by: Columns whose values stay within one part: ``speaker``, ``call``, ``text``
            (normalised), ``meta.sentence`` or shortly ``sentence`` … Several columns are
            crossed: training shares no value of *any* of them with validation or test, and
            rows that fall between are dropped.
        stratify: A task whose classes are spread evenly; rows without label count as one class.
        test: Share of the rows that are tested; crossed: share of the values of each column,
            so of p only about p² of the rows are tested.
        validation: Share of what test leaves, taken in the same way; 0 for none. Without
            ``stratify`` it is balanced over the classes of all tasks, as far as groups allow.
        folds: Makes so many splits instead; every row is tested in one of them (crossed: in
            at most one). By one column without ``stratify`` this is scikit-learn's GroupKFold.
        seed: Of everything random; GroupKFold knows none.
        column: Takes the publisher's split from this column (usually ``split``). Without
            validation rows there, a share of its training rows is taken.
        allow_leaks: Kinds of leaks (``group``, ``audio``, ``text``) that are accepted; they
            are recorded in the split.
        min_text: Texts of fewer normalised characters count as no leak.
        allow_ungrouped: Accepts a column of ``by`` without a value in more than half of the
            rows; each of them is a group of its own.
        overwrite: Replaces splits of the same name.

    Returns:
        The split, or one for each fold.

    Raises:
        MalsoriError: The request cannot be met, a column of ``by`` has no values, a part
            would be empty, a split of this name exists, or the parts share a group, audio or
            text that is not allowed.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": list("abcdefgh"), "speaker": list("AABBCCDD")})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(folder, spec, rows)
        ...     info, = make_split(corpus, "speakers", by=["speaker"], validation=0.3)
        ...     corpus.split_names(), info.counts
        (['speakers'], {'train': 4, 'validation': 2, 'test': 2, 'dropped': 0})
    """
    columns = tuple(dict.fromkeys(find_column(c, corpus.utterances.columns) for c in by))
    task = None if stratify is None else find_task(stratify, corpus)
    options = Options(columns, task, test, validation, folds, seed, column, min_text)
    check_options(options, allow_leaks)
    check_groups(corpus, columns, allow_ungrouped=allow_ungrouped)
    names = [name] if folds is None else [f"{name}-{fold}" for fold in range(folds)]
    check_names(corpus, name, names, overwrite=overwrite)
    infos = plan_split(corpus, names, options, allow_leaks)
    for info in infos:
        save_split(info, corpus)
    return infos


def plan_split(
    corpus: Corpus, names: Sequence[str], options: Options, allow_leaks: Collection[LeakKind]
) -> list[SplitInfo]:
    """Makes the splits that ``make_split`` saves, checked for leaks, without writing anything.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> options = Options((), None, 0.5, 0, None, 0, None, MIN_TEXT)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(folder, spec, pl.DataFrame({"id": list("abcd")}))
        ...     plan_split(corpus, ["half"], options, ())[0].counts["test"]
        2
    """
    # Sorted, so that the order of the rows in the corpus does not matter.
    order = corpus.utterances["id"].arg_sort().to_numpy()
    columns = [group_rows(corpus.utterances, column) for column in options.by]
    codes = np.zeros((len(order), 0), np.int64)
    if columns:
        codes = np.stack([groups.codes for groups in columns], axis=1)
    rows = Rows(codes[order], strata_of(corpus, options.stratify)[order])
    notes = notes_on_rows(corpus, columns, rows, options)
    infos = []
    for name, parts in zip(names, _divide(corpus, order, rows, options, notes), strict=True):
        placed = np.empty_like(parts)
        placed[order] = parts
        frame = pl.DataFrame({"id": corpus.utterances["id"], "split": placed.tolist()})
        info = _describe(corpus, name, frame, columns, options)
        check_counts(info, options)
        refused = [leak for leak in info.leaks if leak.kind not in allow_leaks]
        check_leaks(name, refused, options)
        infos.append(replace(info, notes=(*notes, *notes_on_parts(info))))
    return infos if options.folds is None else _with_tested(infos, crossed=rows.crossed)


def _divide(
    corpus: Corpus, order: Any, rows: Rows, options: Options, notes: list[str]
) -> list[Parts]:
    """The parts of all rows, sorted by id, for every split."""
    if options.column is not None:
        column = find_column(options.column, corpus.utterances.columns)
        parts = published_parts(corpus.utterances[column]).to_numpy()[order].astype(object)
        notes.extend(notes_on_published(parts, column, options))
        done = [parts]
    elif options.folds is not None:
        done = [name_parts(*pair) for pair in divide_folds(rows, options.folds, options.seed)]
    else:
        rng = np.random.default_rng(options.seed)
        done = [name_parts(*divide_once(rows, options.test, rng))]
    if not options.validation or "validation" in done[0]:
        return done
    if options.stratify is None:
        # Training stops on validation, so no task's class should be missing there by chance.
        rows = replace(rows, strata=joint_strata(corpus)[order])
    rngs = [np.random.default_rng([options.seed, 1 + fold]) for fold in range(len(done))]
    return [
        take_validation(parts, rows, options.validation, rng)
        for parts, rng in zip(done, rngs, strict=True)
    ]


def _describe(
    corpus: Corpus, name: str, frame: pl.DataFrame, columns: Sequence[Groups], options: Options
) -> SplitInfo:
    """Counts what one split is."""
    return SplitInfo(
        name=name,
        frame=frame,
        hash=hash_split(frame),
        how=options.data(),
        counts=count_parts(frame),
        groups=count_groups(columns, frame),
        classes=count_classes(corpus, frame),
        leaks=tuple(find_leaks(corpus, frame, groups=options.by, min_text=options.min_text)),
    )


def _with_tested(infos: list[SplitInfo], *, crossed: bool) -> list[SplitInfo]:
    """Adds how many rows are tested over all folds."""
    tested = sum(info.counts["test"] for info in infos)
    rows = infos[0].frame.height
    note = f"over all {len(infos)} folds {tested:,} of {rows:,} rows are tested"
    extra = (note,) if crossed else ()
    return [replace(info, tested=tested, notes=(*info.notes, *extra)) for info in infos]
