"""Acted Korean speech with its script: emotion and gender, from audio, from text, and from both.

    MALSORI_DATA=folder python examples/emotiontts.py [--quick] [--out FOLDER] [--json FILE]

Imports `emotiontts/` of that folder (300 utterances of 15 speakers), trains one network for each
fold and seed with both tasks at once, and compares them with a support vector machine on
statistics of the sound, on the same rows. Two protocols:

- *speakers held out*: GroupKFold(5) by speaker. The texts stand on both sides of the folds, which
  is allowed explicitly and is a leak: in `emotional-to-emotional` a sentence belongs to one
  emotion, so text alone knows the answer. In `plain-to-emotional` every sentence is spoken in every
  emotion, so text alone is chance.
- *speakers and texts held out*: crossed folds; training shares neither with test. Few rows remain.

No statistic uses another utterance of a test speaker. What is found: docs/examples/emotiontts.md.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from _cross_validation import Findings, Seeds, corpus_at, data_folder, run_example, train_folds
from reference_svm import Floats, Part, describe, svm_reference

from malsori.console import Column, Table, show
from malsori.corpus.adapters.table import Table as TableAdapter
from malsori.corpus.corpus import Corpus
from malsori.corpus.splits import make_split
from malsori.schema import Task

FOLDS = 5
TASKS = ["emotion=nominal:neutral,happy,sad,angry", "gender=nominal:female,male"]
# What a network hears → how the recipe changes.
HEARS = {
    "network, audio": ["encoders.text=null"],
    "network, text": ["encoders.speech=null"],
    "network, audio + text": [],
}
SVM = {"SVM, audio, C = 1": 1.0, "SVM, audio, C = 10": 10.0}
BY_SPEAKER, CROSSED = "speakers held out", "speakers and texts held out"


def open_corpus(out: Path) -> Corpus:
    """The corpus with its splits, made by the first call."""
    source = data_folder("emotiontts") / "utterances.csv"
    return corpus_at(out / "corpus", TableAdapter(source, tasks=TASKS))


def make_splits(corpus: Corpus) -> dict[str, list[str]]:
    """Protocol → the names of its folds."""
    names = {
        BY_SPEAKER: [f"speakers-{fold}" for fold in range(FOLDS)],
        CROSSED: [f"crossed-{fold}" for fold in range(FOLDS)],
    }
    there = corpus.split_names()
    if not set(names[BY_SPEAKER]) <= set(there):
        # The leak is real and the tables show what it does.
        make_split(corpus, "speakers", by=["speaker"], folds=FOLDS, allow_leaks=["text"],
                   overwrite=True)  # fmt: skip
    if not set(names[CROSSED]) <= set(there):
        # A large share: crossed, only about its square is validated.
        make_split(corpus, "crossed", by=["speaker", "text"], folds=FOLDS, stratify="emotion",
                   validation=0.3, overwrite=True)  # fmt: skip
    return names


def sizes(corpus: Corpus, protocols: Mapping[str, Sequence[str]]) -> Table:
    """How many rows each protocol trains on and tests."""
    rows: list[list[object]] = []
    for protocol, splits in protocols.items():
        counts = [dict(corpus.split(s)["split"].value_counts().iter_rows()) for s in splits]
        sums = {part: [of.get(part, 0) for of in counts] for part in PARTS}
        rows.append([protocol, *(span(of) for of in sums.values()), sum(sums["test"])])
    heads = [
        *(f"{part} in a fold" for part in PARTS),
        f"tested in all (of {len(corpus.utterances)})",
    ]
    return Table("rows", ["protocol", *(Column(head, "right") for head in heads)], rows)


PARTS = ("train", "validation", "test", "dropped")


def span(counts: Sequence[int]) -> str:
    """Counts of the folds, shortly: 12–14.

    Example:
        >>> span([12, 14, 13]), span([60, 60])
        ('12–14', '60')
    """
    low, high = min(counts), max(counts)
    return str(low) if low == high else f"{low}–{high}"


def parts_of(corpus: Corpus, splits: Sequence[str]) -> Iterator[Part]:
    """Training and test rows of each fold; the SVM needs no validation, so it trains on it."""
    for name in splits:
        split = corpus.split(name)["split"]
        trained = split.is_in(["train", "validation"]).to_numpy()
        yield np.flatnonzero(trained), np.flatnonzero((split == "test").to_numpy())


def machines(corpus: Corpus, features: Floats, splits: Sequence[str]) -> dict[str, Seeds]:
    """The SVM under the same folds as the networks, for both tasks."""
    table = corpus.utterances.rename({f"label.{task}": task for task in corpus.tasks})
    found = {}
    for name, regularisation in SVM.items():
        frames = [
            svm_reference(
                table, features, regularisation=regularisation, task=task,
                parts=parts_of(corpus, splits),
            )
            for task in corpus.tasks.values()
        ]  # fmt: skip
        priors = {t: shares(table[t], task) for t, task in corpus.tasks.items()}
        found[name] = Seeds([pl.concat(frames)], priors)
    return found


def shares(labels: pl.Series, task: Task) -> list[float]:
    """Frequencies of the classes `[K]`."""
    return [float((labels == name).to_numpy().mean()) for name in task.classes]


def subsets(corpus: Corpus) -> dict[str, Sequence[str] | None]:
    """Part of the corpus → its utterances; None is all."""
    table = corpus.utterances.sort("meta.subset")
    groups = table.group_by("meta.subset", maintain_order=True)
    return {"all": None} | {str(name): part["id"].to_list() for (name,), part in groups}


NOTE = (
    "[…]: 95 % bootstrap interval over speakers (and seeds; 3 seeds show little of how much seeds "
    "matter). Below 10 speakers it covers less than it says. Chance: UAR {chance}, skill 0."
)


def report(
    findings: Findings,
    protocol: str,
    corpus: Corpus,
    networks: Mapping[str, Seeds],
    svm: Mapping[str, Seeds],
) -> None:
    """The tables of one protocol."""
    audio, _, both = networks.values()
    emotion, gender = corpus.tasks["emotion"], corpus.tasks["gender"]
    parts = subsets(corpus)
    validation = {"validation skill": lambda m: f"{m.validation('emotion'):.3f}" if m.runs else "–"}
    findings.scores(
        f"emotion, {protocol}", emotion, {**svm, **networks}, parts, ["uar", "macro_f1", "skill"],
        note=NOTE.format(chance="0.250"), unit="speakers", extra=validation,
    )  # fmt: skip
    pairs = [("network, audio", audio, name, model) for name, model in svm.items()]
    pairs.append(("network, audio + text", both, "network, audio", audio))
    findings.differences(
        f"emotion, {protocol}: paired", emotion, pairs, parts, "uar",
        note="[…]: 95 % interval of the difference, paired by speaker.",
    )  # fmt: skip
    findings.scores(
        f"gender, {protocol}", gender, {**svm, **networks}, {"all": None}, ["uar", "skill"],
        note=NOTE.format(chance="0.500"), unit="speakers",
    )  # fmt: skip


def main(options: Namespace, findings: Findings) -> None:
    """Imports, trains what is not trained yet, and shows the numbers."""
    corpus = open_corpus(options.out)
    protocols = make_splits(corpus)
    show(sizes(corpus, protocols))
    root = data_folder("emotiontts")
    table = corpus.utterances.with_columns(audio=pl.concat_str(pl.lit(f"{root}/"), "audio"))
    features = describe(table)
    for protocol, splits in protocols.items():
        runs = train_folds(
            options.out, "emotiontts", HEARS, splits, corpus=corpus, quick=options.quick,
            workers=options.workers,
        )  # fmt: skip
        networks = {name: Seeds.of(mine) for name, mine in runs.items()}
        report(findings, protocol, corpus, networks, machines(corpus, features, splits))


if __name__ == "__main__":
    run_example(main, __doc__, "runs/emotiontts")
