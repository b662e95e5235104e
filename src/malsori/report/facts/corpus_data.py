"""What a run's `corpus.json` says of its data; no transcript, no name of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from malsori.notes import Note
from malsori.schema import SPLITS


@dataclass(frozen=True)
class LeakCount:
    """What several parts share although it was asked that they should not; examples stay out.

    Attributes:
        kind: `group`, `audio`, `text`, `near-audio` or `near-text`.
        column: Where it was found.
        count: Values in several parts.
        rows: Rows that hold them.
    """

    kind: str
    column: str
    count: int
    rows: int


@dataclass(frozen=True)
class SplitFacts:
    """How the data was divided.

    Attributes:
        name: The split's name.
        by: Columns whose groups lie in one part only.
        stratify: Task whose classes were balanced, or None.
        folds: Number of folds, or None.
        column: The publisher's column that it follows, or None.
        seed: Of the draw.
        method: In words, as the split records it (English).
        counts: Part → rows.
        groups: Column → part → groups.
        left_out: Column of which one value is tested, or None.
        ranges: Column of which fixed values are tested, or None.
        outer: The split in whose training part this one lies, or None.
        leaks: What was found: what was explicitly allowed, and nearly the same text.
        notes: What a user should know (English, as recorded).
    """

    name: str
    by: tuple[str, ...]
    stratify: str | None
    folds: int | None
    column: str | None
    seed: int | None
    method: str
    counts: dict[str, int]
    groups: dict[str, dict[str, int]]
    left_out: str | None
    ranges: str | None
    outer: str | None
    leaks: tuple[LeakCount, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class DataFacts:
    """The corpus at a glance.

    Attributes:
        name: The corpus.
        adapter: What made it.
        rows: Utterances.
        known: `call`, `speaker`, `dialogue` → how many different ones.
        hours: Summed durations.
        durations: Quantile as text (`0.5`) → seconds.
        sample_rates: Hz as text → rows.
        present: Modality → rows that have it.
        quarantine: Reason → rows left out.
        classes: Task → class, or range of a number → part → rows.
        unlabelled: Task → part → rows.
        labelled: Task → part → rows; empty for a run of before tasks could have several classes.
        numbers: Task → part → `mean`, `std`, `min` and `max` of its numbers; only regression.
        split: How it was divided.
        notes: What is worth knowing; of older runs in English, as recorded.
        bounds: Task → condition → the best score possible and the prior's, where known.
    """

    name: str
    adapter: str
    rows: int
    known: dict[str, int]
    hours: float
    durations: dict[str, float]
    sample_rates: dict[str, int]
    present: dict[str, int]
    quarantine: dict[str, int]
    classes: dict[str, dict[str, dict[str, int]]]
    unlabelled: dict[str, dict[str, int]]
    labelled: dict[str, dict[str, int]]
    numbers: dict[str, dict[str, dict[str, float]]]
    split: SplitFacts
    notes: tuple[Note | str, ...]
    bounds: dict[str, dict[str, dict[str, float]]]

    @property
    def parts(self) -> list[str]:
        """The parts that have rows, in their order."""
        return [p for p in (*SPLITS, "dropped") if self.split.counts.get(p)]

    def labelled_rows(self, task: str, part: str) -> int:
        """Labelled rows of a task in a part."""
        by_class = sum(counts.get(part, 0) for counts in self.classes[task].values())
        return self.labelled.get(task, {}).get(part, by_class)

    def best_skill(self, task: str, condition: str) -> float | None:
        """The skill that the best possible answer would have; None where it is not known."""
        bounds = self.bounds.get(task, {})
        if condition not in bounds or "prior" not in bounds:
            return None
        return 1 - bounds[condition]["score"] / bounds["prior"]["score"]


def data_of(found: Mapping[str, Any], tasks: tuple[str, ...]) -> DataFacts:
    """Reads `corpus.json`.

    Args:
        found: Its content.
        tasks: Of the run; other tasks of the corpus are left out.
    """
    summary = found["summary"]
    asked = [t for t in summary["tasks"] if t["name"] in tasks]
    return DataFacts(
        name=summary["name"],
        adapter=found["adapter"],
        rows=summary["rows"],
        known=summary["known"],
        hours=summary["hours"],
        durations=summary["durations"],
        sample_rates=summary["sample_rates"],
        present=summary["present"],
        quarantine=summary["quarantine"],
        classes={t["name"]: t["classes"] for t in asked},
        unlabelled={t["name"]: t["unlabelled"] for t in asked},
        labelled={t["name"]: t["labelled"] for t in asked if t.get("labelled")},
        numbers={t["name"]: t["numbers"] for t in asked if t.get("numbers")},
        split=_split(found.get("split") or {}, summary),
        notes=tuple(Note.of(n) if isinstance(n, Mapping) else n for n in summary["notes"]),
        bounds={t: b for t, b in (found.get("bounds") or {}).items() if t in tasks},
    )


def _split(found: Mapping[str, Any], summary: Mapping[str, Any]) -> SplitFacts:
    how = found.get("how") or {}
    leaks = found.get("leaks_allowed") or ()
    return SplitFacts(
        name=found.get("name") or summary["split"] or "",
        by=tuple(how.get("by") or ()),
        stratify=how.get("stratify"),
        folds=how.get("folds"),
        column=how.get("column"),
        seed=how.get("seed"),
        method=how.get("method") or "",
        counts=found.get("counts") or summary["parts"],
        groups=found.get("groups") or {},
        left_out=how.get("leave_one_out"),
        ranges=how.get("range_column"),
        outer=(how.get("fold") or {}).get("inside"),
        leaks=tuple(LeakCount(x["kind"], x["column"], x["count"], x["rows"]) for x in leaks),
        notes=tuple(found.get("notes") or ()),
    )
