"""What a corpus is at a glance: how much, of what, labelled how, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from malsori.console import Column, Table, number
from malsori.corpus.columns import FEATURES
from malsori.corpus.corpus import Corpus
from malsori.corpus.counting import counted
from malsori.corpus.grouping import TEXT, values_of
from malsori.corpus.task_summary import TaskSummary, summarise_task
from malsori.io import read_yaml
from malsori.schema import SPLITS
from malsori.words import Words

QUANTILES: Final = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
_FEW_ROWS: Final = 10
_DOMINANT: Final = 0.8


@dataclass(frozen=True)
class Summary:
    """A corpus in numbers.

    Attributes:
        name: The corpus.
        rows: Utterances.
        known: ``call``, ``speaker``, ``dialogue`` → how many different ones; only where known.
        hours: Summed durations, h.
        durations: Quantile (0 … 1) → seconds; empty without durations.
        sample_rates: Hz → rows.
        present: Modality → rows that have it.
        combinations: Modalities that occur together, joined by `` + `` → rows.
        parts: Part of the split (``all`` without a split) → rows.
        tasks: The tasks.
        quarantine: Reason → rows that were left out.
        splits: Names of the saved splits.
        leaky: Those that a leaky preset made → why results on them are too good.
        split: The split that the parts are of, or None.
        notes: What is worth knowing before training.
    """

    name: str
    rows: int
    known: dict[str, int]
    hours: float
    durations: dict[float, float]
    sample_rates: dict[int, int]
    present: dict[str, int]
    combinations: dict[str, int]
    parts: dict[str, int]
    tasks: tuple[TaskSummary, ...]
    quarantine: dict[str, int]
    splits: tuple[str, ...]
    split: str | None = None
    notes: tuple[str, ...] = ()
    leaky: dict[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """The numbers as plain data for JSON; quantiles and rates become text keys."""
        plain = asdict(self)
        plain["durations"] = {f"{q:g}": seconds for q, seconds in self.durations.items()}
        plain["sample_rates"] = {str(rate): rows for rate, rows in self.sample_rates.items()}
        return plain

    def tables(self) -> list[Table]:
        """The numbers as tables for the terminal."""
        tables = [self._overview(), self._modalities()]
        tables += [self._classes(task) for task in self.tasks]
        if self.quarantine:
            rows = [[reason, f"{n:,}"] for reason, n in self.quarantine.items()]
            tables.append(
                Table("Left out (each row: --quarantine)", ["reason", _right("rows")], rows)
            )
        return tables

    def _overview(self) -> Table:
        facts: list[list[object]] = [["utterances", f"{self.rows:,}"]]
        facts += [[f"{what}s", f"{count:,}"] for what, count in self.known.items()]
        if self.durations:
            low, mid, high = (number(self.durations[q], 1) for q in (0.05, 0.5, 0.95))
            longest = number(self.durations[1.0], 1)
            facts.append(["duration", f"{number(self.hours, 2)} h"])
            facts.append(["an utterance", f"{mid} s (5–95 %: {low}–{high} s, longest {longest} s)"])
        if self.sample_rates:
            rates = [f"{rate:,} Hz ({counted(n, 'row')})" for rate, n in self.sample_rates.items()]
            facts.append(["sample rate", ", ".join(rates)])
        facts.append(["splits", ", ".join(_folded(self.splits, self.leaky)) or None])
        notes = [
            *self.notes,
            *(f"split {name} is leaky: {why}" for name, why in self.leaky.items()),
        ]
        return Table(self.name, ["", ""], facts, note="\n".join(notes) or None)

    def _modalities(self) -> Table:
        rows = [
            [name, f"{count:,}", f"{self.rows - count:,}", percent(count, self.rows)]
            for name, count in self.present.items()
        ]
        columns = [Column("modality"), _right("rows"), _right("missing"), _right("present")]
        together = [f"{name} {count:,}" for name, count in self.combinations.items()]
        note = f"together: {', '.join(together)}" if len(together) > 1 else None
        return Table("Modalities", columns, rows, note=note)

    def _classes(self, task: TaskSummary) -> Table:
        columns = [Column(task.name), *(_right(part) for part in self.parts)]
        rows: list[list[object]] = []
        for label, counts in task.classes.items():
            shares = [_counted(counts[part], task.share(label, part)) for part in self.parts]
            rows.append([label, *shares])
        if task.numbers:
            spread = [_spread(task.numbers.get(part)) for part in self.parts]
            rows.append(["mean ± std", *spread])
        if any(task.unlabelled.values()):
            # As wide as a share, so that the counts stand below each other.
            rows.append(["not labelled", *(f"{n:,}{' ' * 9}" for n in task.unlabelled.values())])
        where = f" in split {self.split!r}" if self.split else ""
        several = "a row may have several classes" if task.kind == "multilabel" else None
        return Table(f"{task.name} ({task.kind}){where}", columns, rows, several)


def _folded(names: Sequence[str], leaky: Container[str] = ()) -> list[str]:
    """Folds of one split as one name, those inside others too: ``cv-0 … cv-4``."""
    families: dict[str, list[str]] = {}
    for name in sorted(names, key=_numbered):
        fold = re.fullmatch(r"(.+)-[0-9]+(\.[0-9]+)?", name)
        family = f"{fold[1]}-{'.' if fold[2] else ''}" if fold else name
        families.setdefault(family, []).append(name)
    return [
        (f[0] if len(f) == 1 else f"{f[0]} … {f[-1]}") + (" (leaky)" if f[0] in leaky else "")
        for f in families.values()
    ]


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
    """A share in percent, a dash where there is nothing to share.

    Example:
        >>> percent(1, 3), percent(0, 0)
        ('33.3 %', '–')
    """
    return f"{100 * count / total:.1f} %" if total else "–"


def quarantine_table(corpus: Corpus) -> Table:
    """Every row that was left out, or kept without its broken audio: where it stood, and why.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a"], "text": ["네"]})
        >>> gone = pl.DataFrame([(3, "b", "b.wav", "missing", "there is no file b.wav")],
        ...                     schema=["row", "id", "file", "reason", "detail"], orient="row")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     corpus = write_corpus(folder, spec, rows, quarantine=gone)
        ...     print(quarantine_table(corpus).text())
        Quarantine of toy
        row  id  file   reason   detail
          3  b   b.wav  missing  there is no file b.wav
    """
    columns = [_right("row"), *map(Column, ("id", "file", "reason", "detail"))]
    rows = corpus.quarantine.select(column.name for column in columns).rows()
    return Table(
        f"Quarantine of {corpus.name}", columns, rows, None if rows else "no row was left out"
    )


def summarise(corpus: Corpus, split: str | None = None) -> Summary:
    """Counts what a corpus holds.

    Args:
        corpus: The corpus.
        split: Name of a saved split: classes are counted in each of its parts.

    Raises:
        MalsoriError: There is no such split.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import CorpusSpec, write_corpus
        >>> rows = pl.DataFrame({"id": ["a", "b"], "text": ["불이 났어요", None]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=())
        ...     summary = summarise(write_corpus(folder, spec, rows))
        >>> summary.rows, summary.combinations
        (2, {'nothing': 1, 'text': 1})
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
        known={c: n for c in ("call", "speaker", "dialogue") if (n := _distinct(rows, c))},
        hours=float(seconds.sum()) / 3600,
        durations=_quantiles(seconds),
        sample_rates={int(k): n for k, n in _counts(rows["sample_rate"]).items()},
        present=_present(corpus),
        combinations=_combinations(corpus),
        parts={name: int((parts == name).sum()) for name in names},
        tasks=tasks,
        quarantine=_counts(corpus.quarantine["reason"]),
        splits=tuple(corpus.split_names()),
        split=split,
        notes=tuple(_notes(corpus, tasks)),
        leaky=dict(_leaky(corpus)),
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
    if split is None:
        return np.full(corpus.utterances.height, "all")
    table = corpus.split(split).select("id", part="split")
    joined = corpus.utterances.select("id").join(table, on="id", how="left", maintain_order="left")
    return joined["part"].fill_null("dropped").to_numpy()


def _quantiles(seconds: pl.Series) -> dict[float, float]:
    if not len(seconds):
        return {}
    values = np.quantile(seconds.to_numpy(), QUANTILES)
    return {q: float(value) for q, value in zip(QUANTILES, values, strict=True)}


def _distinct(rows: pl.DataFrame, column: str) -> int:
    return rows[column].drop_nulls().n_unique()


def _counts(values: pl.Series) -> dict[Any, int]:
    """Value → rows, most first."""
    found = values.drop_nulls().value_counts().sort("count", values.name, descending=[True, False])
    return dict(found.iter_rows())


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
        return {"nothing": corpus.utterances.height}
    names = [pl.when(has).then(pl.lit(name)) for name, has in presence.items()]
    joined = corpus.utterances.select(pl.concat_str(names, separator=" + ", ignore_nulls=True))
    return _counts(joined.to_series().replace({"": "nothing"}).alias("modalities"))


def _notes(corpus: Corpus, tasks: Sequence[TaskSummary]) -> list[str]:
    rows, notes = corpus.utterances, []
    for column in ("speaker", "call"):
        missing = rows[column].null_count()
        if 0 < missing < rows.height:
            notes.append(f"{counted(missing, 'row has', 'rows have')} no {column}")
    if not _distinct(rows, "speaker"):
        notes.append("no row has a speaker: a split cannot keep speakers apart")
    if len(rates := _counts(rows["sample_rate"])) > 1:
        notes.append(f"{len(rates)} sample rates: they may tell classes or sources apart")
    for what, column in (("audio", "audio_hash"), ("text", TEXT)):
        if again := _repeated(values_of(rows, column)):
            notes.append(f"{again:,} rows share their {what} with another row")
    for task in tasks:
        notes += _notes_on_classes(task)
    return notes


def _repeated(values: pl.Series) -> int:
    known = values.drop_nulls()
    return int(known.is_duplicated().sum())


def _notes_on_classes(task: TaskSummary) -> list[str]:
    if task.kind == "regression":
        return []
    totals = {label: sum(counts.values()) for label, counts in task.classes.items()}
    labelled = sum(task.rows(part) for part in task.unlabelled)
    rare = [f"{label} ({n})" for label, n in totals.items() if n < _FEW_ROWS]
    notes = [f"{task.name}: fewer than {_FEW_ROWS} rows of {', '.join(rare)}"] if rare else []
    notes += [
        f"{task.name}: {n / labelled:.0%} are {label}; accuracy says little"
        for label, n in totals.items()
        if labelled and n / labelled >= _DOMINANT
    ]
    return notes
