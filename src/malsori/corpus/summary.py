"""What a corpus is at a glance: how much, of what, labelled how, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.console import Column, Table, largest, number
from malsori.corpus.audit import CHECKS, Case
from malsori.corpus.audit.checks import QUICK
from malsori.corpus.audit.saying import counted
from malsori.corpus.columns import FEATURES
from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import value_counts
from malsori.corpus.splits.published import parts_said, published_counts, taken_as_published
from malsori.corpus.task_summary import TaskSummary, summarise_task
from malsori.findings import Finding, Say
from malsori.io import read_yaml
from malsori.notes import Note
from malsori.registry import ComponentConfig
from malsori.schema import SPLITS
from malsori.words import Words

QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_NOTHING: Final = "nothing"


@dataclass(frozen=True)
class Summary:
    """A corpus in numbers."""

    name: str
    rows: int  # utterances
    # ``call``, ``speaker``, ``dialogue`` → how many different ones; only where known
    known: dict[str, int]
    hours: float  # summed durations, h
    durations: dict[float, float]  # quantile (0 … 1) → seconds; empty without durations
    sample_rates: dict[int, int]  # Hz → rows
    present: dict[str, int]  # modality → rows that have it
    combinations: dict[str, int]  # modalities that occur together, joined by `` + `` → rows
    parts: dict[str, int]  # part of the split (``all`` without a split) → rows
    tasks: tuple[TaskSummary, ...]
    quarantine: dict[str, int]  # reason → rows that were left out
    splits: tuple[str, ...]  # names of the saved splits
    split: str | None = None  # the split that the parts are of, or None
    findings: tuple[Finding, ...] = ()  # what the quick checks of an audit saw
    # Those that a leaky preset made → why results on them are too good
    leaky: dict[str, str] = field(default_factory=dict)
    dropped: int = 0  # rows that were left out by hand
    # Part → rows of the split that the source publishes, until one is made from it
    published: dict[str, int] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[Note, ...]:
        """What is worth knowing before training."""
        tasks = {task.name for task in self.tasks}
        return tuple(
            Note("summary.of", {"task": finding.subject, "said": finding.message})
            if finding.subject.partition(":")[0] in tasks
            else finding.message
            for finding in self.findings
        )

    def data(self, say: Say = Note.data) -> dict[str, Any]:
        """The numbers as plain data for JSON; quantiles and rates become text keys."""
        plain = asdict(self) | {"notes": [say(note) for note in self.notes]}
        del plain["findings"]
        plain["durations"] = {f"{q:g}": seconds for q, seconds in self.durations.items()}
        plain["sample_rates"] = {str(rate): rows for rate, rows in self.sample_rates.items()}
        return plain

    def tables(self, words: Words) -> list[Table]:
        """The numbers as tables for the terminal."""
        tables = [self._overview(words), self._modalities(words)]
        tables += [self._classes(task, words) for task in self.tasks]
        if self.quarantine:
            rows = [[_named(words, "reason", r), f"{n:,}"] for r, n in self.quarantine.items()]
            columns = [Column(words("summary.reason")), _right(words("summary.rows"))]
            tables.append(Table(words("summary.left_out"), columns, rows))
        return tables

    def _overview(self, words: Words) -> Table:
        facts: list[list[object]] = [[words("summary.utterances"), f"{self.rows:,}"]]
        if self.dropped:
            facts.append([words("summary.dropped"), f"{self.dropped:,}"])
        facts += [[words(f"summary.{what}"), f"{count:,}"] for what, count in self.known.items()]
        if self.durations:
            quantiles = {"low": 0.05, "median": 0.5, "high": 0.95, "longest": 1.0}
            shown = {name: number(self.durations[q], 1) for name, q in quantiles.items()}
            hours = words("summary.hours", hours=number(self.hours, 2))
            facts.append([words("summary.duration"), hours])
            facts.append([words("summary.utterance"), words("summary.seconds", **shown)])
        if self.sample_rates:
            rates = [
                words("summary.rate", rate=rate, rows=words.say(counted(n)))
                for rate, n in self.sample_rates.items()
            ]
            facts.append([words("summary.sample_rate"), ", ".join(rates)])
        splits = ", ".join(_folded(self.splits, self.leaky, words))
        facts.append([words("summary.splits"), splits or None])
        if self.published:
            facts.append([words("summary.published"), parts_said(self.published, words)])
        leaky = [words("summary.leaky", name=name, why=why) for name, why in self.leaky.items()]
        notes = [*map(words.say, self.notes), *leaky]
        return Table(self.name, ["", ""], facts, note="\n".join(notes) or None)

    def _modalities(self, words: Words) -> Table:
        rows = [
            [_named(words, "finding.subject", name), f"{count:,}", f"{self.rows - count:,}",
             percent(count, self.rows)]
            for name, count in self.present.items()
        ]  # fmt: skip
        heads = [_right(words(f"summary.{name}")) for name in ("rows", "missing", "present")]
        together = [f"{_joined(words, names)} {n:,}" for names, n in self.combinations.items()]
        note = words("summary.together", modalities=", ".join(together))
        columns = [Column(words("summary.modality")), *heads]
        return Table(words("summary.modalities"), columns, rows, note if together[1:] else None)

    def _classes(self, task: TaskSummary, words: Words) -> Table:
        heads = [_right(words(f"summary.part.{part}")) for part in self.parts]
        rows: list[list[object]] = []
        named = list(task.classes.items())
        shown = largest([sum(counts.values()) for _, counts in named])
        for label, counts in (named[k] for k in shown):
            shares = [_counted(counts[part], task.share(label, part)) for part in self.parts]
            rows.append([label, *shares])
        if task.numbers:
            spread = [_spread(task.numbers.get(part)) for part in self.parts]
            rows.append([words("summary.mean"), *spread])
        if any(task.unlabelled.values()):
            # As wide as a share, so that the counts stand below each other.
            counts_of = (f"{n:,}{' ' * 9}" for n in task.unlabelled.values())
            rows.append([words("summary.unlabelled"), *counts_of])
        kind = words(f"summary.kind.{task.kind}")
        title = words("summary.classes", task=task.name, kind=kind)
        if self.split:
            title = words("summary.classes_in", task=task.name, kind=kind, split=self.split)
        hidden = len(named) - len(shown)
        notes = [words("audit.table.hidden", n=hidden)] if hidden else []
        notes += [words("summary.several")] if task.kind == "multilabel" else []
        return Table(title, [Column(task.name), *heads], rows, "\n".join(notes) or None)


def _named(words: Words, family: str, name: str) -> str:
    """A name as it is said, if it is one of malsori's own."""
    return words(f"{family}.{name}") if words.has(f"{family}.{name}") else name


def _joined(words: Words, names: str) -> str:
    """Modalities that occur together."""
    if names == _NOTHING:
        return words("summary.nothing")
    return " + ".join(_named(words, "finding.subject", name) for name in names.split(" + "))


def _folded(names: Sequence[str], leaky: Container[str], words: Words) -> list[str]:
    """Folds of one split as one name, those inside others too: ``cv-0 … cv-4``."""
    families: dict[str, list[str]] = {}
    for name in sorted(names, key=_numbered):
        fold = re.fullmatch(r"(.+)-[0-9]+(\.[0-9]+)?", name)
        family = f"{fold[1]}-{'.' if fold[2] else ''}" if fold else name
        families.setdefault(family, []).append(name)
    shown = [(f[0], f[0] if len(f) == 1 else f"{f[0]} … {f[-1]}") for f in families.values()]
    return [words("summary.leaky_split", names=n) if f in leaky else n for f, n in shown]


def _numbered(name: str) -> list[tuple[str, int]]:
    """A name's place: ``cv-2`` comes before ``cv-10``."""
    parts = re.findall(r"([^0-9]*)([0-9]*)", name)
    return [(text, int(number or -1)) for text, number in parts]


def _right(name: str) -> Column:
    return Column(name, "right")


def _counted(count: int, share: float | None) -> str:
    return f"{count:,}" if share is None else f"{count:,}  {100 * share:5.1f} %"


def _spread(numbers: dict[str, float] | None) -> str:
    return f"{numbers['mean']:.2f} ± {numbers['std']:.2f}" if numbers else "–"


def percent(count: int, total: int) -> str:
    """A share in percent, a dash where there is nothing to share."""
    return f"{100 * count / total:.1f} %" if total else "–"


def quarantine_table(corpus: Corpus, words: Words) -> Table:
    """Every row that was left out, or kept without its broken audio: where it stood, and why."""
    names = ("row", "id", "file", "reason", "detail")
    heads = [words(f"summary.{name}") for name in names]
    rows = corpus.quarantine.select(names).rows()
    note = None if rows else words("summary.none_left_out")
    title = words("summary.quarantine", corpus=corpus.name)
    return Table(title, [_right(heads[0]), *map(Column, heads[1:])], rows, note)


def summarise(corpus: Corpus, split: str | None = None) -> Summary:
    """Counts what a corpus holds.

    Args:
        corpus: The corpus.
        split: Name of a saved split: classes are counted in each of its parts.

    Raises:
        MalsoriError: There is no such split.
    """
    rows, parts = corpus.utterances, _parts(corpus, split)
    names = [p for p in (*SPLITS, "dropped") if (parts == p).any()] if split else ["all"]
    seconds = rows["duration"].drop_nulls()
    tasks = tuple(
        summarise_task(task, corpus.labels(name), parts, names)
        for name, task in corpus.tasks.items()
    )
    return Summary(
        name=corpus.name,
        rows=rows.height,
        known={
            c: n for c in ("call", "speaker", "dialogue") if (n := rows[c].drop_nulls().n_unique())
        },
        hours=float(seconds.sum()) / 3600,
        durations=_quantiles(seconds),
        sample_rates={int(k): n for k, n in value_counts(rows["sample_rate"]).items()},
        present=_present(corpus),
        combinations=_combinations(corpus),
        parts={name: int((parts == name).sum()) for name in names},
        tasks=tasks,
        quarantine=value_counts(corpus.quarantine["reason"]),
        splits=tuple(corpus.split_names()),
        split=split,
        findings=tuple(_seen(corpus)),
        leaky=dict(_leaky(corpus)),
        dropped=corpus.dropped.height,
        published={} if taken_as_published(corpus) else published_counts(corpus),
    )


def _leaky(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Splits by leaky presets, and why they leak; hundreds of others need not be parsed."""
    for name in corpus.split_names():
        file = corpus.path / "splits" / f"{name}.yaml"
        if file.is_file() and "leaky:" in file.read_text(encoding="utf-8"):
            why = ((read_yaml(file).get("how") or {}).get("preset") or {}).get("leaky")
            if why:
                yield name, Words().named("leaky", why)


def _parts(corpus: Corpus, split: str | None) -> np.ndarray[Any, np.dtype[Any]]:
    """The part of every utterance, in their order."""
    parts = Case(corpus, split).parts
    return np.full(corpus.utterances.height, "all") if parts is None else parts.to_numpy()


def _quantiles(seconds: pl.Series) -> dict[float, float]:
    if not len(seconds):
        return {}
    values = np.quantile(seconds.to_numpy(), QUANTILES)
    return {q: float(value) for q, value in zip(QUANTILES, values, strict=True)}


def _presence(corpus: Corpus) -> dict[str, pl.Expr]:
    """For each modality, which rows have it: as audio or text, or as precomputed features."""
    raw = {"speech": "audio", "text": "text"}
    found: dict[str, pl.Expr] = {}
    for name in corpus.modalities:
        columns = [c for c in (raw.get(name), FEATURES + name) if c in corpus.utterances.columns]
        found[name] = pl.any_horizontal(pl.col(column).is_not_null() for column in columns)
    return found


def _present(corpus: Corpus) -> dict[str, int]:
    masks = corpus.utterances.select(**_presence(corpus))
    return {name: int(masks[name].sum()) for name in masks.columns}


def _combinations(corpus: Corpus) -> dict[str, int]:
    presence = _presence(corpus)
    if not presence:
        return {_NOTHING: corpus.utterances.height}
    names = [pl.when(has).then(pl.lit(name)) for name, has in presence.items()]
    joined = corpus.utterances.select(pl.concat_str(names, separator=" + ", ignore_nulls=True))
    return value_counts(joined.to_series().replace({"": _NOTHING}).alias("modalities"))


def _seen(corpus: Corpus) -> Iterator[Finding]:
    """What those checks of an audit find that only count in tables, and quote nobody."""
    case = Case(corpus)
    for kind in QUICK:
        check = CHECKS.build(ComponentConfig(kind=kind))
        if check.missing(case) is None:
            yield from check.examine(case)
