"""Making a split: what was asked for becomes parts, which are checked, recorded and saved."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import find_column, find_task
from malsori.corpus.leaks import MIN_TEXT, LeakKind
from malsori.corpus.near import NEAR
from malsori.corpus.splits.info import SplitInfo
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.planning import plan_split
from malsori.corpus.splits.preset import Preset
from malsori.corpus.splits.refusals import check_groups, check_options
from malsori.corpus.splits.saving import save_splits, taken_names
from malsori.errors import said_twice


def make_split(
    corpus: Corpus,
    name: str,
    *,
    by: Sequence[str] = (),
    stratify: str | None = None,
    test: float = 0.25,
    validation: float = 0.15,
    folds: int | None = None,
    leave_one_out: str | None = None,
    inner_folds: int | None = None,
    seed: int = 0,
    column: str | None = None,
    allow_leaks: Collection[LeakKind] = (),
    strict: bool = False,
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
            (normalised), ``meta.sentence`` or shortly ``sentence`` … and ``near_text`` and
            ``near_audio`` (what is nearly the same, and all that hangs together through such).
            Several columns are crossed: training shares no value of *any* of them with
            validation or test, and rows that fall between are dropped.
        stratify: A task whose classes are spread evenly; rows without label count as one class.
        test: Share of the rows that are tested; crossed: share of the values of each column,
            so of p only about p² of the rows are tested.
        validation: Share of what test leaves, taken in the same way; 0 for none. Without
            ``stratify`` it is balanced over the classes of all tasks, as far as groups allow.
        folds: Makes so many splits instead; every row is tested in one of them (crossed: in
            at most one). By one column without ``stratify`` this is scikit-learn's GroupKFold.
        leave_one_out: Makes a split for each value of this column, which it tests; NAME-0 …
            in natural order, with the value recorded. Rows without a value are only trained on.
        inner_folds: Makes so many further splits NAME-0.0, NAME-0.1 … inside what each split
            does not test, to choose settings by: validation goes round, test rows are dropped.
        seed: Of everything random; GroupKFold knows none.
        column: Takes the publisher's split from this column (usually ``split``). Without
            validation rows there, a share of its training rows is taken.
        allow_leaks: Kinds of leaks (``group``, ``audio``, ``text``, ``near-audio``,
            ``near-text``) that are accepted; they are recorded in the split.
        strict: Refuses nearly the same text in several parts too. By default it is recorded
            and shown as a warning: short everyday sentences and template dialogues repeat with
            small changes wherever people speak. To be rid of it, group by ``near_text``.
        min_text: Texts of fewer normalised characters count as no leak.
        allow_ungrouped: Accepts a column of ``by`` without a value in more than half of the
            rows; each of them is a group of its own.
        overwrite: Replaces splits of the same name: all that were saved under it, so that no
            fold of an earlier request stays beside those of this one.

    Returns:
        The split, or one for each fold, each followed by its inner folds.

    Raises:
        MalsoriError: The request cannot be met, a column of ``by`` has no values, a part
            would be empty, a split of this name exists, or the parts share a group, audio or
            text that is not allowed.

    Example:
        >>> import polars as pl, tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": list("abcdefgh"), "speaker": list("AABBCCDD")})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(folder, spec, rows)
        ...     info, = make_split(corpus, "speakers", by=["speaker"], validation=0.3)
        ...     corpus.split_names(), info.counts
        (['speakers'], {'train': 4, 'validation': 2, 'test': 2, 'dropped': 0})
    """
    left_out = () if leave_one_out is None else (leave_one_out,)
    there = [*corpus.utterances.columns, *NEAR]
    kept = [*(find_column(c, there) for c in left_out), *_each_once(by, there)]
    columns = tuple(dict.fromkeys(kept))
    options = Options(
        by=columns,
        stratify=None if stratify is None else find_task(stratify, corpus),
        test=test,
        validation=validation,
        folds=folds,
        seed=seed,
        column=column,
        min_text=min_text,
        leave_one_out=columns[0] if left_out else None,
        inner_folds=inner_folds,
    )
    return _make(
        corpus, name, options, allow_leaks, strict=strict, allow_ungrouped=allow_ungrouped,
        overwrite=overwrite,
    )  # fmt: skip


def make_preset(
    corpus: Corpus,
    preset: Preset,
    name: str | None = None,
    *,
    validation: float | None = None,
    inner_folds: int | None = None,
    seed: int = 0,
    allow_leaks: Collection[LeakKind] = (),
    strict: bool = False,
    min_text: int = MIN_TEXT,
    overwrite: bool = False,
) -> list[SplitInfo]:
    """Divides a corpus as is usual for it, as a preset says, and saves that under a name.

    The split is called as the preset is without the corpus (``session5``), unless ``name`` is
    given, and ``validation`` takes the place of the preset's share. The leaks that belong to a
    preset are allowed and recorded, beside those of ``allow_leaks``; others are refused. All else
    is as of ``make_split``.

    Raises:
        MalsoriError: As of ``make_split``; or the preset needs columns or labels that the
            corpus does not have.
    """
    options = preset.options(corpus, validation, inner_folds, seed, min_text)
    allowed = {*allow_leaks, *preset.allow}
    return _make(corpus, name or preset.short, options, allowed, strict=strict, overwrite=overwrite)


def _each_once(by: Sequence[str], there: Sequence[str]) -> list[str]:
    """The columns that are meant, however they were called."""
    columns: dict[str, str] = {}
    for name in by:
        column = find_column(name, there)
        if column in columns:
            raise said_twice("the column to group by", columns[column], name)
        columns[column] = name
    return list(columns)


def _make(
    corpus: Corpus,
    name: str,
    options: Options,
    allow_leaks: Collection[LeakKind],
    *,
    strict: bool,
    overwrite: bool,
    allow_ungrouped: bool = False,
) -> list[SplitInfo]:
    check_options(options, allow_leaks)
    check_groups(corpus, options.by, allow_ungrouped=allow_ungrouped)
    taken_names(corpus, name, overwrite=overwrite)  # before long work
    infos = plan_split(corpus, name, options, allow_leaks, strict=strict)
    names = [info.name for info in infos]
    return save_splits(corpus, name, infos, taken_names(corpus, name, names, overwrite=overwrite))
