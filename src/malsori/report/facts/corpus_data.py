"""What a run's `corpus.json` says of its data; no transcript, no name of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from malsori.schema import SPLITS


@dataclass(frozen=True)
class LeakCount:
    """What several parts share although it was asked that they should not; examples stay out.

    Attributes:
        kind: `group`, `audio` or `text`.
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
        leaks: What was found and explicitly allowed.
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
        classes: Task → class → part → rows.
        unlabelled: Task → part → rows.
        split: How it was divided.
        notes: What is worth knowing (English, as recorded).
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
    split: SplitFacts
    notes: tuple[str, ...]
    bounds: dict[str, dict[str, dict[str, float]]]

    @property
    def parts(self) -> list[str]:
        """The parts that have rows, in their order."""
        return [p for p in (*SPLITS, "dropped") if self.split.counts.get(p)]

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
        split=_split(found.get("split") or {}, summary),
        notes=tuple(summary["notes"]),
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
        leaks=tuple(LeakCount(x["kind"], x["column"], x["count"], x["rows"]) for x in leaks),
        notes=tuple(found.get("notes") or ()),
    )
