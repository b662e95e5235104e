"""A corpus with other labels: another rule, other classes, another order; the sound stays."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from malsori import __version__
from malsori.console import Column, Table
from malsori.corpus.columns import LABEL
from malsori.corpus.corpus import Corpus, CorpusSpec
from malsori.corpus.counting import counted, few, value_counts
from malsori.corpus.labels.agreeing import task_of
from malsori.corpus.labels.redeciding import decide
from malsori.corpus.labels.regrouping import Regrouping, regroup
from malsori.corpus.labels.rewriting import rewrite
from malsori.corpus.labels.rules import parse_rule
from malsori.corpus.writing import check_destination, staged, write_tables
from malsori.errors import MalsoriError
from malsori.schema import Task, TaskKind

_LEFT_OUT: Final = "class left out"

FloatArray = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class RelabelReport:
    """What relabelling did."""

    corpus: Corpus
    task: str
    # Class → rows of the old corpus (multilabel: a row counts for each of its classes)
    before: dict[str, int]
    after: dict[str, int]  # class → rows of the new one
    unlabelled: dict[str, int]  # why a row of the old corpus has no label now → rows
    without: int  # rows of the old corpus that had no label of the task
    dropped: int  # rows that are not in the new corpus, all of them unlabelled
    notes: list[str] = field(default_factory=list)  # what a user should know of it

    def data(self) -> dict[str, Any]:
        """All of it for JSON."""
        fields = {k: v for k, v in vars(self).items() if k != "corpus"}
        return {"corpus": self.corpus.name, "path": str(self.corpus.path), **fields}

    def tables(self) -> list[Table]:
        """Rows of each class before and after, and why others have none."""
        names = dict.fromkeys([*self.after, *self.before])
        rows: list[list[object]] = [[c, self.before.get(c), self.after.get(c)] for c in names]
        rows += [["unlabelled before", self.without, None]] if self.without else []
        rows += [[f"unlabelled: {why}", None, n] for why, n in self.unlabelled.items()]
        columns = [Column(self.task), Column("before", "right"), Column("after", "right")]
        note = "\n".join(f"- {note}" for note in self.notes) or None
        return [Table(f"Relabelled {self.task} to {self.corpus.path}", columns, rows, note)]


def relabel(
    corpus: Corpus,
    destination: str | Path,
    task: str,
    *,
    rule: str | None = None,
    keep: Sequence[str] = (),
    merge: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    kind: TaskKind | None = None,
    drop_unlabelled: bool = False,
    name: str | None = None,
    overwrite: bool = False,
) -> RelabelReport:
    """Derive a corpus whose task has other labels; everything else is as it was.

    First the rule decides over the classes that the raters chose from, then classes are merged,
    then left out, then ordered. Audio is referred to where it lies; vectors and what was measured
    of the sound are copied. Saved splits are not: which rows they hold was decided for the old
    labels.

    Args:
        corpus: the corpus; it is not changed.
        destination: folder of the new corpus.
        task: the task's name; it keeps it.
        rule: see ``parse_rule``; needs the raters. None keeps the labels as they are.
        keep: classes that stay, by their names after merging; none given: all.
        merge: class → the class that it becomes part of, an old one or a new name.
        order: the classes that are left in their order (ordinal: rank 0 first).
        kind: ``ordinal`` or ``nominal``, where that changes.
        drop_unlabelled: leave out rows without label for the task instead of keeping them for
            other tasks.
        name: the new corpus' name; None takes the folder's.
        overwrite: replace a corpus at ``destination``.

    Raises:
        MalsoriError: no such task, rule or class (naming the nearest), nothing to change, no
            raters to decide from, the destination is taken, or no row is left.

    Example:
        >>> import tempfile
        >>> from malsori.corpus import write_corpus
        >>> emotion = Task(name="emotion", kind="nominal", classes=("hap", "exc", "sad", "xxx"))
        >>> labels = ["hap", "exc", "sad", "xxx"]
        >>> rows = pl.DataFrame({"id": list("abcd"), "label.emotion": labels})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     spec = CorpusSpec(name="toy", adapter="table", tasks=(emotion,))
        ...     corpus = write_corpus(Path(folder) / "toy", spec, rows)
        ...     done = relabel(corpus, Path(folder) / "two", "emotion", merge={"exc": "hap"},
        ...                    keep=["hap", "sad"])
        >>> done.after, done.unlabelled
        ({'hap': 2, 'sad': 1}, {'class left out': 1})
    """
    destination = Path(destination)
    old = task_of(corpus, task)
    chosen = None if rule is None else parse_rule(rule)
    plan = regroup(old, keep=keep, merge=merge, order=order, kind=kind)
    if chosen is None and not plan.changes and not drop_unlabelled:
        raise MalsoriError(
            f"relabelling {task!r} would change nothing", hint="name a rule, or other classes"
        )
    check_destination(destination, overwrite=overwrite)
    _check_apart(corpus.path, destination)
    rows, why = decide(corpus, task, chosen) if chosen else _as_it_is(corpus, task)
    rows = rewrite(rows, plan)
    why = _reasons(rows[LABEL + task], why)
    if drop_unlabelled:
        rows = rows.filter(pl.col(LABEL + task).is_not_null())
        if rows.is_empty():
            raise MalsoriError(f"no row of {corpus.name!r} would have a label of {task!r}")
    change = {
        "task": task,
        "rule": chosen.name if chosen else None,
        "merge": dict(merge or {}),
        "keep": list(keep),
        "order": list(order),
        "drop_unlabelled": drop_unlabelled,
    }
    spec = _spec(corpus, destination, plan, change, dropped=corpus.utterances.height - rows.height)
    spec = spec.model_copy(update={"name": name or destination.resolve().name})
    _write(corpus, destination, spec, rows, overwrite=overwrite)
    derived = Corpus.open(destination)
    return RelabelReport(
        derived,
        task,
        before=_class_counts(corpus, old),
        after=_class_counts(derived, plan.new),
        unlabelled=value_counts(why),
        without=int(_as_it_is(corpus, task)[1].count()),
        dropped=corpus.utterances.height - rows.height,
        notes=_notes(corpus, derived, plan, dropped=corpus.utterances.height - rows.height),
    )


def _check_apart(path: Path, destination: Path) -> None:
    here, there = path.resolve(), destination.resolve()
    if here.is_relative_to(there) or there.is_relative_to(here):
        raise MalsoriError(
            f"{destination} and the corpus {path} lie in one another",
            hint="name another destination; a corpus is never changed in place",
        )


def _as_it_is(corpus: Corpus, task: str) -> tuple[pl.DataFrame, pl.Series]:
    rows = corpus.utterances
    if LABEL + task not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.String).alias(LABEL + task))
    had_none = pl.when(pl.col(LABEL + task).is_null()).then(pl.lit("had no label"))
    return rows, rows.select(had_none).to_series()


def _reasons(label: pl.Series, why: pl.Series) -> pl.Series:
    """Why a row has no label, also where its class was left out just now."""
    chosen = pl.when(label.is_null()).then(why.fill_null(_LEFT_OUT))
    return pl.select(chosen).to_series().alias("why")


# -- writing ------------------------------------------------------------------------------------


def _spec(
    corpus: Corpus, destination: Path, plan: Regrouping, change: dict[str, Any], *, dropped: int
) -> CorpusSpec:
    """``corpus.yaml`` of the new corpus: where it comes from, and what was changed."""
    made = [*corpus.spec.provenance.get("relabelled", []), {
        "from": str(corpus.path.resolve()), "digest": corpus.digest, **change,
    }]  # fmt: skip
    # The best possible scores were those of the old labels on all rows.
    bounds = {t: b for t, b in (corpus.spec.bounds or {}).items() if t != plan.old.name}
    counts = {k: n for k, n in corpus.spec.counts.items() if k != "utterances"}
    update = {
        "created_by": f"malsori {__version__}",
        "tasks": tuple(plan.new if t.name == plan.old.name else t for t in corpus.spec.tasks),
        "audio_root": _audio_root(corpus, destination),
        "features": {},
        "provenance": {**corpus.spec.provenance, "relabelled": made},
        "counts": counts | ({"dropped": counts.get("dropped", 0) + dropped} if dropped else {}),
        "bounds": (bounds or None) if not dropped else None,
    }
    return corpus.spec.model_copy(update=update)


def _audio_root(corpus: Corpus, destination: Path) -> str | None:
    """Where the audio lies: relative if beside the new corpus, so that both can move together."""
    if corpus.spec.audio_root is None:
        return None
    root = (corpus.path / corpus.spec.audio_root).resolve()
    folder = destination.resolve()
    return os.path.relpath(root, folder) if root.is_relative_to(folder.parent) else str(root)


class _Vectors(Sequence["FloatArray | None"]):
    """One modality's vectors of some utterances, read only when asked for."""

    def __init__(self, corpus: Corpus, rows: pl.DataFrame, modality: str) -> None:
        self._corpus, self._modality = corpus, modality
        self._references = rows[f"features.{modality}"].to_list()

    def __len__(self) -> int:
        return len(self._references)

    def __getitem__(self, index: Any) -> Any:
        row = {f"features.{self._modality}": self._references[index]}
        return self._corpus.signal(row, "features", self._modality)


def _write(
    corpus: Corpus, destination: Path, spec: CorpusSpec, rows: pl.DataFrame, *, overwrite: bool
) -> None:
    columns = {m: rows[f"features.{m}"] for m in corpus.spec.features}
    features = {
        m: _Vectors(corpus, rows, m) for m, c in columns.items() if c.null_count() < rows.height
    }
    sounds = corpus.sounds.join(rows.select("id"), on="id", how="semi")
    with staged(destination, overwrite=overwrite) as folder:
        write_tables(
            folder,
            spec,
            rows,
            quarantine=corpus.quarantine,
            features=features,
            sounds=sounds if sounds.height else None,
        )


# -- reporting ----------------------------------------------------------------------------------


def _class_counts(corpus: Corpus, task: Task) -> dict[str, int]:
    column = LABEL + task.name
    rows = corpus.utterances
    if column not in rows.columns:
        return dict.fromkeys(task.classes, 0)
    labels = rows[column].explode() if task.kind == "multilabel" else rows[column]
    found = {task.label(task.index(v)): n for v, n in value_counts(labels).items()}
    return {c: found.get(c, 0) for c in task.classes}


def _notes(corpus: Corpus, derived: Corpus, plan: Regrouping, *, dropped: int) -> list[str]:
    notes = []
    new = [c for c in plan.new.classes if c not in plan.old.classes]
    if new:
        notes.append(f"new {'class' if len(new) == 1 else 'classes'}: {', '.join(new)}")
    after = _class_counts(derived, plan.new)
    if empty := [c for c, n in after.items() if not n]:
        notes.append(f"no row is labelled {', '.join(empty)}")
    if plan.new.kind == "ordinal":
        notes.append(f"order from the lowest: {', '.join(plan.new.classes)}")
    if dropped:
        notes.append(f"{counted(dropped, 'row')} without label left out")
    if derived.spec.audio_root is not None:
        root = derived.path / derived.spec.audio_root
        notes.append(f"audio stays where it is: {os.path.normpath(root)}")
    if names := corpus.split_names():
        notes.append(
            f"saved splits are not copied ({few(names)}): make them again with "
            f"`malsori corpus split {derived.path} --name NAME`"
        )
    if corpus.spec.bounds and not derived.spec.bounds:
        notes.append("the best possible scores were those of the old labels and are left out")
    return notes
