"""Emotion from acted Korean speech through each encoder that is trained or counted here.

    MALSORI_DATA=folder python examples/encoders.py [--quick] [--out FOLDER] [--json FILE]

Imports `emotiontts/` of that folder (300 utterances of 15 speakers, four emotions) as
`emotiontts.py` does, holds speakers out (GroupKFold(5) by speaker, the texts on both sides), and
trains one network on audio alone for each encoder, fold and seed:

- `logmel`: statistics of mel bands and prosody for every second, the default;
- `acoustic`: functionals with names, one row an utterance; and the thirteen features of study A;
- `mel_cnn`: a ResNet on the mel spectrogram, trained from nothing; and on cepstra.

Beside them stand support vector machines on the same rows: on the 174 statistics of
`reference_svm.py`, and on the same features as `acoustic`. What is found:
docs/examples/encoders.md.
"""

from __future__ import annotations

from argparse import Namespace

import numpy as np
import polars as pl
from _cross_validation import Findings, Seeds, data_folder, run_example, train_folds
from emotiontts import BY_SPEAKER, NOTE, make_splits, open_corpus, parts_of, shares, subsets
from reference_svm import Floats, describe, svm_reference

from malsori.corpus.corpus import Corpus
from malsori.encoders import ENCODERS
from malsori.errors import MalsoriError
from malsori.parallel import parallel_map
from malsori.registry import ComponentConfig
from malsori.signals.audio import read_audio

_AUDIO = "encoders.text=null"
# Small, and with longer steps: 200 utterances train it, on one core.
_CNN = [_AUDIO, "encoders.speech.kind=mel_cnn", "encoders.speech.width=16",
        "encoders.speech.depth=1", "encoders.speech.bands=40", "encoders.speech.window=0.032",
        "encoders.speech.hop=0.02", "training.epochs=40", "training.stop.patience=15",
        "training.batch_size=16", "training.optimizer.lr=0.002"]  # fmt: skip
# Encoder → how the recipe changes.
NETWORKS = {
    "logmel": [_AUDIO],
    "acoustic, functionals": [_AUDIO, "encoders.speech.kind=acoustic"],
    "acoustic, study A": [_AUDIO, "encoders.speech.kind=acoustic", "encoders.speech.set=study_a",
                          "encoders.speech.log1p=true"],
    "mel_cnn": _CNN,
    "mel_cnn, MFCC": [*_CNN, "encoders.speech.features=mfcc"],
}  # fmt: skip


class Prepared:
    """One row of an encoder's features for a file, in a worker."""

    def __init__(self, **options: object) -> None:
        self.encoder = ENCODERS.build(ComponentConfig(kind="acoustic", **options))

    def __call__(self, path: str) -> Floats:
        """[F] features of one file."""
        found = self.encoder.prepare(read_audio(path))
        assert found is not None
        return np.asarray(found[0], np.float64)


def features_of(paths: list[str], **options: object) -> Floats:
    """[N, F] features of the encoder `acoustic`; an unreadable file is an error that names it."""
    found = []
    for path, outcome in zip(paths, parallel_map(Prepared(**options), paths), strict=True):
        if outcome.value is None:
            raise MalsoriError(f"{path}: {outcome.error}")
        found.append(outcome.value)
    return np.stack(found)


def machines(corpus: Corpus, table: pl.DataFrame, splits: list[str]) -> dict[str, Seeds]:
    """Support vector machines (C = 1) on several descriptions, under the networks' folds."""
    paths, task = table["audio"].to_list(), corpus.tasks["emotion"]
    descriptions = {
        "SVM, 174 statistics": describe(table),
        "SVM, acoustic, functionals": features_of(paths),
        "SVM, acoustic, study A": features_of(paths, set="study_a", log1p=True),
    }
    labels = table.rename({"label.emotion": "emotion"})
    prior = {"emotion": shares(labels["emotion"], task)}
    return {
        name: Seeds(
            [svm_reference(labels, found, task=task, parts=parts_of(corpus, splits))], prior
        )
        for name, found in descriptions.items()
    }


def report(
    findings: Findings, corpus: Corpus, networks: dict[str, Seeds], svm: dict[str, Seeds]
) -> None:
    """The tables."""
    task, parts = corpus.tasks["emotion"], subsets(corpus)
    validation = {"validation skill": lambda m: f"{m.validation('emotion'):.3f}" if m.runs else "–"}
    findings.scores(
        f"emotion from audio, {BY_SPEAKER}", task, {**svm, **networks}, parts,
        ["uar", "macro_f1", "skill"], note=NOTE.format(chance="0.250"), unit="speakers",
        extra=validation,
    )  # fmt: skip
    reference = "SVM, 174 statistics"
    pairs = [(name, model, reference, svm[reference]) for name, model in networks.items()]
    findings.differences(
        f"emotion from audio, {BY_SPEAKER}: paired with the SVM", task, pairs, parts, "uar",
        note="[…]: 95 % interval of the difference, paired by speaker.",
    )  # fmt: skip


def main(options: Namespace, findings: Findings) -> None:
    """Imports, trains what is not trained yet, and shows the numbers."""
    corpus = open_corpus(options.out)
    splits = make_splits(corpus)[BY_SPEAKER]
    root = data_folder("emotiontts")
    table = corpus.utterances.with_columns(audio=pl.concat_str(pl.lit(f"{root}/"), "audio"))
    svm = machines(corpus, table, splits)
    runs = train_folds(
        options.out, "emotiontts", NETWORKS, splits, corpus=corpus, quick=options.quick,
        workers=options.workers,
    )  # fmt: skip
    report(findings, corpus, {name: Seeds.of(mine) for name, mine in runs.items()}, svm)


if __name__ == "__main__":
    run_example(main, __doc__, "runs/encoders")
