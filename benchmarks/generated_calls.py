"""How near the default network comes to the best possible on generated calls.

Run it with:
    python benchmarks/generated_calls.py [--quick] [--json FILE] [--out DIR]

3,000 calls with the default noise, split by speaker (26 % of them in test), the recipe `demo`,
three seeds. For each task: (accuracy − majority) / (best − majority) with both modalities, where
the majority is that of the rule and the best is exact, given the cues that calls are made from.
And for each condition whether the mean accuracy stays within two standard errors of its own
bound. (The words can be heard, so a speech recogniser could pass the bound of speech alone.)
`--quick`: 600 calls and one seed, without goals.
"""

import math
from pathlib import Path
from typing import Any

import polars as pl
from _claims import claim, parser, write

from malsori.corpus.corpus import Corpus
from malsori.corpus.splits import make_split
from malsori.corpus.synth import synthesize
from malsori.recipe import Recipe
from malsori.training import Run, train

CONDITIONS = ("speech+text", "speech", "text")


def prepare(folder: Path, calls: int) -> Corpus:
    """Generates and splits the calls once."""
    done = (folder / "corpus.yaml").exists()
    corpus = Corpus.open(folder) if done else synthesize(folder, calls=calls)
    if "by-speaker" not in corpus.split_names():
        make_split(corpus, "by-speaker", by=["speaker"], test=0.26)
    return corpus


def accuracy(run: Run, task: str, condition: str) -> tuple[float, int]:
    """Test accuracy and the rows it is of."""
    rows = run.predictions().filter(
        pl.col("split") == "test", pl.col("task") == task, pl.col("condition") == condition
    )
    return float((rows["value"] == rows["target"]).mean()), rows.height  # type: ignore[arg-type]


def claims(corpus: Corpus, runs: list[Run], goals: bool) -> list[dict[str, Any]]:
    """One row for each task and condition."""
    bounds, rows = corpus.spec.bounds or {}, []
    for task in corpus.tasks:
        majority = bounds[task]["prior"]["accuracy"]
        for condition in CONDITIONS:
            found = [accuracy(run, task, condition) for run in runs]
            mean, n = sum(a for a, _ in found) / len(found), found[0][1]
            best = bounds[task][condition]["accuracy"]
            label = f"{task}, {condition}"
            rows.append(claim(f"{label}: accuracy of {n} calls, mean of seeds", mean, ""))
            excess = (mean - best) / math.sqrt(best * (1 - best) / n)
            unit = f"SE above {best:.3f}"
            rows.append(claim(f"{label}: beyond its bound", excess, unit, 2 if goals else None))
            if condition == "speech+text":
                share = (mean - majority) / (best - majority)
                goal = 0.8 if goals else None
                rows.append(
                    claim(f"{task}: share of what can be known", share, "", goal, "at least")
                )
    return rows


def main() -> None:
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--out", type=Path, help="where calls and runs go (kept between runs)")
    chosen = options.parse_args()
    calls, seeds = (600, 1) if chosen.quick else (3000, 3)
    out = chosen.out or Path("results") / f"generated-calls-{calls}"
    corpus = prepare(out / "corpus", calls)
    base = Recipe.load("demo", [f"corpus.path={corpus.path}"])
    runs = []
    for seed in range(seeds):
        training = base.training.model_copy(update={"seed": seed})
        runs.append(train(base.model_copy(update={"training": training}), out / f"seed-{seed}"))
    write(claims(corpus, runs, goals=not chosen.quick), chosen.json)


if __name__ == "__main__":
    main()
