"""Channels: what is lost or mixed where the channels of a recording are averaged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from malsori.checks import Check
from malsori.corpus.audit.case import Case
from malsori.corpus.audit.saying import of_all
from malsori.findings import MANY, Finding, found
from malsori.notes import Note
from malsori.signals.channels import ALIKE, CANCELLED


class Channels(Check[Case]):
    """Opposite channels leave nothing of each other, two speakers are heard as one."""

    def missing(self, case: Case) -> Note | None:
        """Sounds must have been measured."""
        return case.no_sounds

    def examine(self, case: Case) -> Iterator[Finding]:
        """Looks at recordings whose channels were averaged."""
        change, dead = case.numbers("mixed"), case.numbers("dead")
        cancelled = change <= CANCELLED
        one_sided = (dead > 0) & ~cancelled
        alive = case.numbers("channels") - dead > 1
        with np.errstate(invalid="ignore"):
            different = alive & (np.abs(case.numbers("alike")) < ALIKE) & ~cancelled & ~one_sided
        kinds = {"cancelled": cancelled, "dead": one_sided, "different": different}
        for kind, rows in kinds.items():
            if rows.any():
                yield _finding(case, kind, rows, alone=not one_sided.any())


def _finding(case: Case, kind: str, rows: Any, *, alone: bool) -> Finding:
    """One kind of fault; `alone` if no recording has a silent side, so that any channel sounds."""
    count = int(rows.sum())
    serious = kind == "cancelled" and count >= MANY * case.measured
    if kind == "dead":  # beside the channel that sounds: the average of one and nothing is half
        count_of = case.numbers("channels")[rows]
        change = 20 * np.log10((count_of - case.numbers("dead")[rows]) / count_of)
    else:
        change = case.numbers("mixed")[rows]
    middle = float(np.median(change))
    return found(
        f"audit.channels.{kind}",
        "serious" if serious else "warning",
        "speech",
        numbers={"rows": count, "of": case.measured, "change_db": middle},
        loss_db=-middle,
        do=None if alone or kind == "dead" else Note(f"audit.channels.{kind}.do_some"),
        recordings=of_all(count, case.measured, "recording"),
        otherwise=kind != "dead",
        examples=case.ids(rows),
    )
