"""What changed copies of training rows are worth: clean recordings, noise, rooms, telephones.

    MALSORI_DATA=folder python examples/augmentation.py [--quick] [--out FOLDER] [--json FILE]

Trains the recipe `emotiontts` on audio alone, with and without copies of its training rows, and
lets every network hear the same held-out speakers as they were recorded, in noise, in a room and
over a GSM telephone. The noise is pink and at one ratio, which no training row had. Which changes
are tried was written down before any of them was trained. What is found:
docs/examples/augmentation.md.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from _cross_validation import Findings, Seeds, run_example, train_folds
from emotiontts import BY_SPEAKER, NOTE, make_splits, open_corpus

from malsori.corpus.corpus import Corpus
from malsori.encoders import Features
from malsori.errors import MalsoriError
from malsori.reporting import progress
from malsori.signals.audio import Audio
from malsori.signals.augment.codec import Codec
from malsori.signals.augment.noise import Noise
from malsori.signals.augment.room import Room
from malsori.signals.augment.telephone import Telephone
from malsori.signals.seeding import generator
from malsori.signals.steps import Steps
from malsori.training import Predictor, Run
from malsori.training.building import build_encoders
from malsori.training.choosing import choose_for
from malsori.training.inference import predict_examples
from malsori.training.preparing import prepare_examples, store_of

COPIES = 2
AUDIO = ["encoders.text=null", "training.modality_dropout=0"]
STUDY_C = (
    "{kind: peak_noise}, {kind: stretch, low: 0.8, high: 0.8}, {kind: pitch, low: 0.7, high: 0.7}"
)
VOICE = "{kind: stretch, low: 0.9, high: 1.1}, {kind: pitch, low: -1, high: 1}"
LINE = "{kind: noise, low: 0, high: 20}, {kind: room}, {kind: telephone}, {kind: codec, name: gsm}"
# What the training rows go through → how the recipe changes.
MODELS = {
    "as recorded": AUDIO,
    "study C, one of three": [*AUDIO, f"augment.speech={{steps: [{STUDY_C}], choose: 1, copies: {COPIES}}}"],  # noqa: E501
    "tempo and pitch": [*AUDIO, f"augment.speech={{steps: [{VOICE}], copies: {COPIES}}}"],
    "noise, room, line": [*AUDIO, f"augment.speech={{steps: [{LINE}], choose: 2, copies: {COPIES}}}"],  # noqa: E501
}  # fmt: skip
# How the test rows are heard.
HEARD: dict[str, Steps] = {
    "as recorded": Steps([]),
    "pink noise, 10 dB": Steps([Noise(low=10, high=10, colour=1.0)]),
    "room, 0.5 s": Steps([Room(low=0.5, high=0.5, near=3.0, far=3.0)]),
    "GSM telephone": Steps([Telephone(), Codec(name="gsm")]),
}


@dataclass(frozen=True)
class Listening:
    """The corpus as it is heard under a condition, encoded once.

    Attributes:
        corpus: The corpus.
        features: Condition → utterance → features.
    """

    corpus: Corpus
    features: Mapping[str, Mapping[str, Features]]

    @classmethod
    def to(cls, corpus: Corpus, run: Run) -> Listening:
        """Hears every utterance under every condition, each with chance of its own."""
        encoder = build_encoders(run.recipe)["speech"]
        features: dict[str, dict[str, Features]] = {name: {} for name in HEARD}
        rows = corpus.utterances.to_dicts()
        for row in progress(rows, label="listen", unit="utterance"):
            signal = corpus.signal(row, "audio", "speech")
            if not isinstance(signal, Audio):
                raise MalsoriError(f"{row['id']}: no audio")
            for name, steps in HEARD.items():
                heard = steps(signal, generator("heard", name, str(row["id"])))
                found = encoder.prepare(heard)
                if found is not None:
                    features[name][row["id"]] = found
        return cls(corpus, features)

    def answers(self, run: Run, condition: str) -> pl.DataFrame:
        """A run's predictions of its test rows."""
        recipe = run.recipe
        encoders = build_encoders(recipe)
        store = store_of(self.corpus, None)
        chosen = choose_for(recipe, self.corpus, encoders)
        examples = prepare_examples(recipe, self.corpus, encoders, store, chosen)
        examples.fetch["speech"] = self._fetch(examples.ids, condition)
        frame = predict_examples(Predictor.load(run.path).model, examples, run.tasks)
        return frame.filter(pl.col("split") == "test")

    def _fetch(self, ids: Sequence[str], condition: str) -> Callable[[int], Features]:
        of = self.features[condition]
        return lambda row: of[ids[row]]


def seeds(listening: Listening, runs: Sequence[Run], condition: str) -> Seeds:
    """What the runs of all folds say, seed by seed."""
    by_seed: dict[int, list[pl.DataFrame]] = {}
    for run in runs:
        frame = listening.answers(run, condition)
        by_seed.setdefault(run.recipe.training.seed, []).append(frame)
    every = [run.priors for run in runs]
    priors = {task: np.mean([p[task] for p in every], axis=0).tolist() for task in every[0]}
    return Seeds([pl.concat(folds) for folds in by_seed.values()], priors, list(runs))


def main(options: Namespace, findings: Findings) -> None:
    """Imports, trains what is not trained yet, and shows the numbers."""
    corpus = open_corpus(options.out)
    splits = make_splits(corpus)[BY_SPEAKER]
    runs = train_folds(
        options.out, "emotiontts", MODELS, splits, corpus=corpus, quick=options.quick,
        workers=options.workers,
    )  # fmt: skip
    listening = Listening.to(corpus, runs["as recorded"][0])
    emotion = corpus.tasks["emotion"]
    for condition in HEARD:
        heard = {name: seeds(listening, mine, condition) for name, mine in runs.items()}
        findings.scores(
            f"emotion, heard: {condition}", emotion, heard, {"all": None}, ["uar", "skill"],
            note=NOTE.format(chance="0.250"), unit="speakers",
        )  # fmt: skip
        plain = heard["as recorded"]
        pairs = [(name, of, "as recorded", plain) for name, of in heard.items() if of is not plain]
        for metric in ("uar", "skill"):
            findings.differences(
                f"emotion, heard: {condition}: paired, {metric}", emotion, pairs, {"all": None},
                metric, note="[…]: 95 % interval of the difference, paired by speaker.",
            )  # fmt: skip


if __name__ == "__main__":
    run_example(main, __doc__, "runs/augmentation")
