"""What a run's `corpus.json` says of its data; no transcript, no name of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from malsori.corpus.leaks import Leak
from malsori.notes import Note
from malsori.report.facts.privacy import Quotes
from malsori.schema import SPLITS


@dataclass(frozen=True)
class SplitFacts:
    """How the data was divided."""

    name: str
    by: tuple[str, ...]  # columns whose groups lie in one part only
    stratify: str | None  # task whose classes were balanced
    folds: int | None  # number of folds
    column: str | None  # the publisher's column that it follows
    seed: int | None  # of the draw
    counts: dict[str, int]  # part → rows
    groups: dict[str, dict[str, int]]  # column → part → groups
    left_out: str | None  # column of which one value is tested
    ranges: str | None  # column of which fixed values are tested
    outer: str | None  # the split in whose training part this one lies
    leaks: tuple[Leak, ...]  # explicitly allowed ones, and nearly the same text; no examples
    allowed: tuple[str, ...]  # the kinds of leaks that were explicitly allowed
    notes: tuple[Note, ...]  # what a user should know


@dataclass(frozen=True)
class DataFacts:
    """The corpus at a glance."""

    name: str
    adapter: str  # what made it
    rows: int  # utterances
    known: dict[str, int]  # `call`, `speaker`, `dialogue` → how many
    hours: float  # summed durations
    durations: dict[str, float]  # quantile as text (`0.5`) → seconds
    sample_rates: dict[str, int]  # Hz as text → rows
    present: dict[str, int]  # modality → rows that have it
    quarantine: dict[str, int]  # reason → rows left out
    classes: dict[str, dict[str, dict[str, int]]]  # task → class or range → part → rows
    unlabelled: dict[str, dict[str, int]]  # task → part → rows
    labelled: dict[str, dict[str, int]]  # task → part → rows
    numbers: dict[str, dict[str, dict[str, float]]]  # task → part → mean, std, min, max
    split: SplitFacts
    notes: tuple[Note, ...]
    bounds: dict[str, dict[str, dict[str, float]]]  # task → condition → best score, the prior's

    @property
    def parts(self) -> list[str]:
        """The parts that have rows, in their order."""
        return [p for p in (*SPLITS, "dropped") if self.split.counts.get(p)]

    def labelled_rows(self, task: str, part: str) -> int:
        """Labelled rows of a task in a part."""
        return self.labelled[task].get(part, 0)

    def best_skill(self, task: str, condition: str) -> float | None:
        """The skill that the best possible answer would have; None where it is not known."""
        bounds = self.bounds.get(task, {})
        if condition not in bounds or "prior" not in bounds:
            return None
        return 1 - bounds[condition]["score"] / bounds["prior"]["score"]


def data_of(found: Mapping[str, Any], tasks: tuple[str, ...], quotes: Quotes) -> DataFacts:
    """Reads `corpus.json`; of its tasks only those of the run."""
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
        labelled={t["name"]: t["labelled"] for t in asked},
        numbers={t["name"]: t["numbers"] for t in asked if t.get("numbers")},
        split=_split(found.get("split") or {}, summary, quotes),
        notes=_notes(summary["notes"], quotes),
        bounds={t: b for t, b in (found.get("bounds") or {}).items() if t in tasks},
    )


def _split(found: Mapping[str, Any], summary: Mapping[str, Any], quotes: Quotes) -> SplitFacts:
    how = found.get("how") or {}
    leaks = found.get("leaks_allowed") or ()
    return SplitFacts(
        name=found.get("name") or summary["split"] or "",
        by=tuple(how.get("by") or ()),
        stratify=how.get("stratify"),
        folds=how.get("folds"),
        column=how.get("column"),
        seed=how.get("seed"),
        counts=found.get("counts") or summary["parts"],
        groups=found.get("groups") or {},
        left_out=how.get("leave_one_out"),
        ranges=how.get("range_column"),
        outer=(how.get("fold") or {}).get("inside"),
        leaks=tuple(Leak(x["kind"], x["column"], x["count"], x["rows"], ()) for x in leaks),
        allowed=tuple(x["kind"] for x in leaks if x.get("asked", True)),
        notes=_notes(found.get("notes") or (), quotes),
    )


def _notes(found: Iterable[Any], quotes: Quotes) -> tuple[Note, ...]:
    """Notes as they were recorded, without what they quote."""
    notes = (each if isinstance(each, str) else Note.of(each) for each in found)
    return tuple(map(quotes.shown, notes))
