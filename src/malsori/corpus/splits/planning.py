"""From what is asked of a split to its parts, checked for leaks; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import (
    Groups,
    find_column,
    group_rows,
    joint_strata,
    strata_of,
    values_of,
)
from malsori.corpus.leaks import WARNED, Leak, LeakKind, find_leaks
from malsori.corpus.near import with_near
from malsori.corpus.splits.dividing import (
    Rows,
    divide_folds,
    divide_once,
    name_parts,
    take_validation,
)
from malsori.corpus.splits.folds import (
    Fold,
    by_ranges,
    inner_folds,
    leave_one_out,
    number_folds,
    with_partners,
)
from malsori.corpus.splits.info import (
    SplitInfo,
    count_classes,
    count_groups,
    count_parts,
    hash_split,
)
from malsori.corpus.splits.notes import (
    notes_on_names,
    notes_on_parts,
    notes_on_preset,
    notes_on_published,
    notes_on_rows,
)
from malsori.corpus.splits.options import Options
from malsori.corpus.splits.portions import Mask
from malsori.corpus.splits.preset import presets
from malsori.corpus.splits.published import published_parts
from malsori.corpus.splits.refusals import check_counts, check_leaks
from malsori.corpus.splits.trying import Must, Trouble, trouble_of
from malsori.errors import MalsoriError
from malsori.notes import Note


def plan_split(
    corpus: Corpus,
    name: str,
    options: Options,
    allow_leaks: Collection[LeakKind],
    *,
    strict: bool = False,
) -> list[SplitInfo]:
    """Makes the splits that ``make_split`` saves, checked for leaks, without writing anything."""
    plan = _Plan(corpus, options)
    plan.notes = [*notes_on_names(corpus, options.by), *plan.notes]
    infos = []
    for fold in plan.folds(name):
        info = plan.describe(fold)
        check_counts(info, options, inner=fold.inner)
        refused = [
            leak
            for leak in info.leaks
            if leak.kind not in allow_leaks and (strict or leak.kind != WARNED)
        ]
        check_leaks(fold.name, refused, options, plan.without)
        notes = (*plan.notes, *fold.notes, *notes_on_parts(info))
        leaks = tuple(replace(leak, mended=plan.mended_by(leak)) for leak in info.leaks)
        allowed = tuple(sorted(allow_leaks))
        infos.append(replace(info, allowed=allowed, notes=notes, leaks=leaks))
    return _with_tested(infos, crossed=plan.rows.crossed)


def try_split(corpus: Corpus, options: Options, must: Must | None = None) -> Trouble | None:
    """What is wrong with a split that nobody has made yet; None if it can be advised.

    It is made in memory only, and must leave every class in every part: see ``trouble_of``.
    """
    try:
        plan = _Plan(corpus, options)
        parts = [fold.parts for fold in plan.folds("tried")[:_TRIED] if not fold.inner]
    except MalsoriError:
        return Trouble(options.by)
    return trouble_of(corpus, options, plan.rows.codes, plan.order, parts, must)


def leaks_of(corpus: Corpus, options: Options) -> tuple[Leak, ...]:
    """What the parts of a split that nobody has made yet would share; of folds the first."""
    plan = _Plan(corpus, options)
    return plan.describe(plan.folds("tried")[0]).leaks


_TRIED: Final = 10
"""So many folds are looked at before a split is advised; there may be hundreds of them."""


class _Plan:
    """The rows of a corpus, sorted by id, so that their order in the corpus does not matter.

    Attributes:
        rows: Groups and strata of the sorted rows.
        notes: What holds for all splits of this plan.
    """

    def __init__(self, corpus: Corpus, options: Options) -> None:
        self.corpus, self.options = corpus, options
        self.order: Any = corpus.utterances["id"].arg_sort().to_numpy()
        table = with_near(corpus, options.by)
        self.columns: Sequence[Groups] = [group_rows(table, column) for column in options.by]
        codes = np.zeros((len(self.order), 0), np.int64)
        if self.columns:
            codes = np.stack([groups.codes for groups in self.columns], axis=1)
        self.table = table[self.order]
        self.rows = Rows(codes[self.order], strata_of(corpus, options.stratify)[self.order])
        self.notes = [
            *notes_on_preset(options),
            *notes_on_rows(corpus, self.columns, self.rows, options),
        ]
        self.without = cache(self._without)

    def _without(self, columns: tuple[str, ...]) -> Options | Trouble:
        """The same split grouped by these columns as well, in fewer folds if it takes that.

        Or what is wrong with it.
        """
        by = tuple(dict.fromkeys((*self.options.by, *columns)))
        same = replace(self.options, by=by, column=None, inner_folds=None)
        folds = self.options.folds or 0
        fewer = dict.fromkeys(k for k in (folds - 1, folds // 2, 2) if 1 < k < folds)
        trouble = try_split(self.corpus, same)
        if trouble is None:
            return same
        asked = [replace(same, folds=number) for number in fewer]
        return next((a for a in asked if try_split(self.corpus, a) is None), trouble)

    def mended_by(self, leak: Leak) -> bool:
        """Whether grouping by its column is worth a word: of warnings, where it can be done."""
        return leak.kind == WARNED and isinstance(self.without((leak.column,)), Options)

    def folds(self, name: str) -> list[Fold]:
        """All splits that are to be made, each followed by its inner folds."""
        outer = self._with_validation(self._tested(name))
        if not self.options.inner_folds:
            return outer
        done = []
        for number, fold in enumerate(outer):
            draw = np.random.SeedSequence([self.options.seed, 2, number]).generate_state(1)[0]
            done.append(fold)
            done += inner_folds(fold, self.rows, self.options.inner_folds, int(draw))
        return done

    def _tested(self, name: str) -> list[Fold]:
        """What is tested in each split; the rest is for training, or dropped."""
        options, rows = self.options, self.rows
        if options.column is not None:
            return [self._published(name, options.column)]
        if options.ranges and options.range_column is not None:
            ranged = values_of(self.table, options.range_column)
            return by_ranges(name, ranged, rows, options.ranges)
        if options.leave_one_out is not None:
            values = values_of(self.table, options.leave_one_out)
            folds = leave_one_out(name, values, rows)
            return folds if options.partner is None else self._with_partners(folds)
        among = self._among()
        inside = rows if among is None else rows.take(among)
        if options.folds is not None:
            pairs = divide_folds(inside, options.folds, options.seed)
            return number_folds(name, [_placed(name_parts(*p), among) for p in pairs])
        divided = divide_once(inside, options.test, np.random.default_rng(options.seed))
        return [Fold(name, _placed(name_parts(*divided), among))]

    def _published(self, name: str, wanted: str) -> Fold:
        try:
            column = find_column(wanted, self.corpus.utterances.columns)
            parts = published_parts(values_of(self.table, column), dict(self.options.renamed))
        except MalsoriError as error:
            raise self._with_presets(error) from error
        placed = parts.to_numpy().astype(object)
        return Fold(name, placed, notes=tuple(notes_on_published(placed, column, self.options)))

    def _with_presets(self, error: MalsoriError) -> MalsoriError:
        """The same error, naming the presets that know this corpus' published parts."""
        fitting = [preset for preset in presets() if preset.fits(self.corpus)]
        same = [preset for preset in fitting if preset.column == self.options.column]
        usual = [preset.name for preset in same or fitting]
        if not usual or self.options.preset:
            return error
        return MalsoriError(
            error.message, hint=f"{error.hint}; usual for it: --preset {' or '.join(usual)}"
        )

    def _with_partners(self, folds: list[Fold]) -> list[Fold]:
        column = find_column(self.options.partner or "", self.corpus.utterances.columns)
        return with_partners(folds, values_of(self.table, column))

    def _with_validation(self, folds: list[Fold]) -> list[Fold]:
        options, rows = self.options, self.rows
        if not options.validation or "validation" in folds[0].parts:
            return folds
        if options.stratify is None:
            # Training stops on validation, so no task's class should be missing there by chance.
            rows = replace(rows, strata=joint_strata(self.corpus)[self.order])
        among = self._among()
        done = []
        for number, fold in enumerate(folds):
            rng = np.random.default_rng([options.seed, 1 + number])
            parts = take_validation(fold.parts, rows, options.validation, rng, among)
            done.append(replace(fold, parts=parts))
        return done

    def _among(self) -> Mask | None:
        """The rows that are divided at all ``[N]``; None for all."""
        if self.options.among is None:
            return None
        labelled: Mask = strata_of(self.corpus, self.options.among)[self.order] > 0
        return labelled

    def describe(self, fold: Fold) -> SplitInfo:
        """Counts what one split is."""
        placed = np.empty_like(fold.parts)
        placed[self.order] = fold.parts
        frame = pl.DataFrame({"id": self.corpus.utterances["id"], "split": placed.tolist()})
        said = {"fold": fold.said} if fold.said else {}
        leaks = find_leaks(
            self.corpus, frame, groups=self.options.by, min_text=self.options.min_text
        )
        return SplitInfo(
            name=fold.name,
            frame=frame,
            hash=hash_split(frame),
            how={**self.options.data(), **said},
            counts=count_parts(frame),
            groups=count_groups(self.columns, frame),
            classes=count_classes(self.corpus, frame),
            leaks=tuple(leaks),
        )


def _placed(parts: Any, among: Mask | None) -> Any:
    """The parts of some rows among all; the others train."""
    if among is None:
        return parts
    placed = np.full(len(among), "train", dtype=object)
    placed[among] = parts
    return placed


def _with_tested(infos: list[SplitInfo], *, crossed: bool) -> list[SplitInfo]:
    """Adds how many rows are tested over all folds; inner folds test none."""
    outer = [info for info in infos if info.counts["test"]]
    if len(outer) < 2:
        return infos
    tested = sum(info.counts["test"] for info in outer)
    rows = infos[0].frame.height
    note = Note("split.tested", {"folds": len(outer), "n": tested, "rows": rows})
    extra = (note,) if crossed or tested < rows else ()
    return [
        replace(info, tested=tested, notes=(*info.notes, *extra)) if info.counts["test"] else info
        for info in infos
    ]
