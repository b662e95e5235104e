"""Every family of encoders the whole way, offline: tiny models with random weights.

    [MALSORI_DATA=folder] python examples/families.py [--quick] [--out FOLDER] [--json FILE]

For each architecture a tiny model with random weights is saved as a published one would be. On
generated calls, and on `emotiontts/` where MALSORI_DATA has it, each family is embedded frozen
(and watched), trained on, and then trained itself (`tune: all`, and LoRA with the extra `lora`);
the networks answer for speakers that they have not heard. This shows that every family works
from audio and transcript to predictions. It says nothing about their worth: the weights are
random. What is found: docs/examples/families.md.
"""

from __future__ import annotations

import importlib.util
import io
from argparse import Namespace
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path

from _cross_validation import Findings, Seeds, answers, data_folder, run_example, train_folds
from _tiny_models import SPEECH, TEXT, save_speech, save_text
from emotiontts import make_splits, open_corpus

from malsori.console import Column, Table, show
from malsori.corpus.corpus import Corpus
from malsori.corpus.splits import make_split
from malsori.corpus.synth import synthesize
from malsori.errors import MalsoriError
from malsori.recipe import BUILT_IN, Recipe
from malsori.training import embed

TOKENS = "encoders.speech.tokens=2"
# A model that is trained sees few rows here; random weights bear longer steps than learned ones.
TUNED = ["training.batch_size=16", "training.optimizer.lr=0.002"]


@dataclass(frozen=True)
class Ground:
    """A corpus to try the families on.

    Attributes:
        corpus: With its splits.
        recipe: A built-in one.
        task: Whose answers are shown.
        splits: Folds; the first is what models are trained on themselves.
    """

    corpus: Corpus
    recipe: str
    task: str
    splits: Sequence[str]

    @property
    def name(self) -> str:
        """Of the recipe: the corpus' own folder has the same everywhere."""
        return {"demo": "generated calls"}.get(self.recipe, self.recipe)


def grounds(out: Path, quick: bool) -> list[Ground]:
    """Generated calls, and emotiontts where it is."""
    folder = out / ("calls-quick" if quick else "calls")
    done = (folder / "corpus.yaml").exists()
    calls = Corpus.open(folder) if done else synthesize(folder, calls=60 if quick else 150)
    if "by-speaker" not in calls.split_names():
        make_split(calls, "by-speaker", by=["speaker"], test=0.25)
    found = [Ground(calls, "demo", "urgency", ["by-speaker"])]
    try:
        data_folder("emotiontts")
    except MalsoriError:
        print("MALSORI_DATA is not set: generated calls only")
        return found
    corpus = open_corpus(out)
    folds = make_splits(corpus)["speakers held out"]
    return [*found, Ground(corpus, "emotiontts", "emotion", folds)]


def models_of(ground: Ground, out: Path) -> dict[str, list[str]]:
    """Family → how the recipe changes; models that are missing are made.

    A text model's vocabulary is that of the corpus: any other would turn most words into [UNK],
    and different texts into the same embedding, which `malsori embed` refuses.
    """
    changes: dict[str, list[str]] = {}
    for kind in SPEECH:
        folder = out / "models" / kind
        if not (folder / "config.json").exists():
            save_speech(kind, folder)
        speech = [f"encoders.speech={{kind: {kind}, model: {folder}}}", TOKENS]
        changes[kind] = ["encoders.text=null", *speech]
    for kind in TEXT:
        folder = out / "models" / f"{kind}-{ground.recipe}"
        if not (folder / "config.json").exists():
            save_text(kind, folder, ground.corpus.utterances["text"].drop_nulls())
        text = f"encoders.text={{kind: transformer, model: {folder}, pool: mean}}"
        changes[kind] = ["encoders.speech=null", text]
    return changes


def tunings() -> dict[str, str]:
    """Ways to train a model itself; LoRA where peft is installed."""
    ways = {"all": "all"}
    return ways | ({"LoRA": "lora:4"} if importlib.util.find_spec("peft") else {})


def encoded(ground: Ground, models: Mapping[str, Sequence[str]]) -> Table:
    """Embeds with every family, and shows what that took and what was seen."""
    rows: list[list[object]] = []
    for name, changes in models.items():
        where = f"corpus.path={ground.corpus.path}"
        recipe = Recipe.load(BUILT_IN / f"{ground.recipe}.yaml", [where, *changes])
        with redirect_stderr(io.StringIO()):
            (report,) = embed(recipe).values()
        seen = ", ".join(f"{f.check} ({f.severity})" for f in report.findings) or "nothing"
        there = report.done + report.cached
        rows.append([name, there, report.shared, report.absent, seen])
    heads = ["encoded", "the same signal", "absent"]
    columns = ["family", *(Column(head, "right") for head in heads), "the watch saw"]
    return Table(f"{ground.name}: embedded frozen", columns, rows)


def tuned(models: Mapping[str, Sequence[str]], epochs: int) -> dict[str, list[str]]:
    """The same models, trained with the network."""
    found = {}
    for name, changes in models.items():
        modality = "text" if name in TEXT else "speech"
        for way, option in tunings().items():
            tune = [f"encoders.{modality}.tune={option}", f"encoders.{modality}.lr=0.001"]
            found[f"{name}, {way}"] = [*changes, *tune, *TUNED, f"training.epochs={epochs}"]
    return found


def train(ground: Ground, models: Mapping[str, Sequence[str]], out: Path, quick: bool,
          workers: int | None, findings: Findings) -> None:  # fmt: skip
    """Trains on every frozen family and every family itself, and shows how they answer."""
    folder = out / (f"{ground.recipe}-quick" if quick else ground.recipe)
    themselves = tuned(models, epochs=1 if quick else 2)
    for title, chosen, splits, seeds, short in (
        ("frozen", models, ground.splits, 3, quick),
        ("trained with the network", themselves, ground.splits[:1], 1, False),
    ):
        runs = train_folds(
            folder, ground.recipe, chosen, splits, corpus=ground.corpus, quick=short, seeds=seeds,
            workers=workers,
        )  # fmt: skip
        for every in runs.values():
            rows = sum(answers(run, "test")["id"].n_unique() for run in every)
            if not rows:
                raise MalsoriError(f"{every[0].path}: no predictions")
        findings.scores(
            f"{ground.name}, {ground.task}: {title}", ground.corpus.tasks[ground.task],
            {name: Seeds.of(mine) for name, mine in runs.items()}, {"all": None},
            ["uar", "skill"], unit="speakers",
            note="Random weights. […]: 95 % interval over speakers. Skill: 1 − NLL / NLL of the "
            "prior.",
        )  # fmt: skip


def main(options: Namespace, findings: Findings) -> None:
    """Makes models, embeds, trains what is not trained yet, and shows the numbers."""
    for ground in grounds(options.out, options.quick):
        models = models_of(ground, options.out)
        show(encoded(ground, models))
        train(ground, models, options.out, options.quick, options.workers, findings)


if __name__ == "__main__":
    run_example(main, __doc__, "runs/families")
