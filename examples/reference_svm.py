"""A simple reference for emotion from speech: statistics of the sound and a support vector machine.

    MALSORI_DATA=folder python examples/reference_svm.py [--out predictions.parquet]

Reads `emotiontts/` in that folder (300 utterances of 15 speakers, four emotions), describes every
utterance by 174 statistics of itself alone (log-mel bands, cepstra, prosody), and predicts
every speaker by a machine that never heard them: five folds of three speakers, standardised by
the training speakers. No statistic uses a test speaker's other utterances: doing so is worth
.10 of UAR here (.88 instead of .78) and is not possible for a caller never heard before.

A network that is worth its training must beat this one on the same rows, by an interval that is
paired and resamples speakers (`malsori.evaluation.difference`); so every prediction is kept.

In the 200 utterances `emotional-to-emotional` each sentence belongs to one emotion and is read by
several speakers, so it stands on both sides of the folds; `plain-to-emotional` is the harder and
cleaner part.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.impute import SimpleImputer
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from malsori.console import Column, Table, show
from malsori.errors import MalsoriError
from malsori.evaluation import TaskResult, evaluate, prior
from malsori.io import write_parquet
from malsori.parallel import parallel_map
from malsori.schema import Task
from malsori.signals.audio import read_audio
from malsori.signals.functionals import contours, utterance_functionals
from malsori.signals.spectra import cepstra

EMOTION = Task(name="emotion", kind="nominal", classes=("neutral", "happy", "sad", "angry"))
Floats = NDArray[np.float64]
Part = tuple[NDArray[np.int64], NDArray[np.int64]]


def read_table(root: Path) -> pl.DataFrame:
    """The corpus's table with full paths in `audio`."""
    path = root / "utterances.csv"
    if not path.exists():
        raise MalsoriError(f"{path} does not exist", hint="point MALSORI_DATA at the corpora")
    return pl.read_csv(path).with_columns(audio=pl.concat_str(pl.lit(f"{root}/"), "audio"))


def functionals(path: str) -> Floats:
    """[174] statistics of one file: 3 × 32 mel bands, 39 of prosody, 3 × 13 cepstra."""
    of = contours(read_audio(path))
    shape = cepstra(of.mel)[of.speech].astype(np.float64)
    change = np.abs(np.diff(shape, axis=0)).mean(axis=0)
    return np.concatenate(
        [utterance_functionals(of), shape.mean(axis=0), shape.std(axis=0), change]
    )


def describe(table: pl.DataFrame) -> Floats:
    """[N, 174] statistics of every row's audio; an unreadable file is an error that names it."""
    paths = table["audio"].to_list()
    found = []
    for path, outcome in zip(paths, parallel_map(functionals, paths), strict=True):
        if outcome.value is None:
            raise MalsoriError(f"{path}: {outcome.error}")
        found.append(outcome.value)
    return np.stack(found)


def folds(speakers: pl.Series, count: int = 5) -> Iterator[Part]:
    """Training and test rows of each fold; no speaker is on both sides."""
    rows = np.zeros((len(speakers), 1))
    yield from GroupKFold(count).split(rows, groups=speakers.to_numpy())


def machine(regularisation: float) -> Pipeline:
    """Standardised by the rows it is fitted on; what is unknown becomes their mean."""
    return make_pipeline(SimpleImputer(), StandardScaler(), SVC(C=regularisation, kernel="rbf"))


def svm_reference(
    table: pl.DataFrame,
    features: Floats,
    *,
    regularisation: float = 1.0,
    task: Task = EMOTION,
    count: int = 5,
    parts: Iterable[Part] | None = None,
) -> pl.DataFrame:
    """Every utterance predicted by a machine that never heard its speaker.

    The classes are the machine's own decision. The probabilities, which only the skill reads,
    are calibrated on training speakers held out in turn.

    Args:
        table: Rows with `id`, `speaker` and the task's column.
        features: [N, F], one row for each row of the table.
        regularisation: C of the machine.
        task: What to predict.
        count: Folds.
        parts: Training and test rows of each fold, instead of folds by speaker; rows that are
            never tested are left out of the result.

    Returns:
        A predictions frame as `malsori.evaluation` reads it: split `test`, condition `speech`,
        group = speaker.
    """
    target = np.array([task.index(label) for label in table[task.name]])
    value = np.full(len(table), -1)
    probabilities = np.zeros((len(table), len(task.classes)))
    for train, test in folds(table["speaker"], count) if parts is None else parts:
        plain = machine(regularisation).fit(features[train], target[train])
        value[test] = plain.predict(features[test])
        inner = list(folds(table["speaker"][train], count - 1))
        calibrated = CalibratedClassifierCV(machine(regularisation), cv=inner, ensemble=False)
        calibrated.fit(features[train], target[train])
        columns = calibrated.classes_
        probabilities[np.ix_(test, columns)] = calibrated.predict_proba(features[test])
    return pl.DataFrame(
        {
            "id": table["id"],
            "split": "test",
            "group": table["speaker"],
            "condition": "speech",
            "task": task.name,
            "target": target,
            "logits": np.log(np.maximum(probabilities, 1e-7)).tolist(),
            "probabilities": probabilities.tolist(),
            "value": value.astype(np.float64),
        }
    ).filter(value >= 0)


def scored(predictions: pl.DataFrame, task: Task = EMOTION) -> TaskResult:
    """The numbers of a reference's predictions, with intervals over speakers."""
    shares = prior(predictions["target"].to_numpy(), len(task.classes)).tolist()
    return evaluate(predictions, {task.name: task}, {task.name: shares}).get(
        "test", "speech", task.name
    )


def table_of(predictions: dict[float, pl.DataFrame], subsets: dict[str, pl.Series]) -> Table:
    """One row for each machine and part of the corpus."""
    rows = []
    for regularisation, frame in predictions.items():
        for name, ids in subsets.items():
            result = scored(frame.filter(pl.col("id").is_in(ids.to_list())))
            numbers = [result.numbers[m] for m in ("uar", "macro_f1", "skill")]
            size = [result.labelled, result.units.count]
            rows.append([f"{regularisation:g}", name, *size, *map(str, numbers)])
    heads = [Column(name, "right") for name in ("n", "speakers", "UAR", "macro-F1", "skill")]
    return Table(
        "emotion from speech: statistics and an RBF machine, speakers held out",
        [Column("C", "right"), "utterances", *heads],
        rows,
        "[…]: 95 % bootstrap interval over speakers. Chance: UAR 0.250, skill 0.",
    )


def main() -> None:
    """Computes, shows, and keeps the predictions if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="Parquet file for the predictions with C = 10")
    out = parser.parse_args().out
    table = read_table(Path(os.environ.get("MALSORI_DATA", ".")) / "emotiontts")
    features = describe(table)
    predictions = {c: svm_reference(table, features, regularisation=c) for c in (1.0, 10.0)}
    parts = {
        str(n): part["id"]
        for (n,), part in table.sort("subset").group_by("subset", maintain_order=True)
    }
    show(table_of(predictions, {"all": table["id"], **parts}))
    if out:
        write_parquet(predictions[10.0], out)


if __name__ == "__main__":
    try:
        main()
    except MalsoriError as error:
        sys.exit(f"error: {error}")
