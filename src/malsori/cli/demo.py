"""`malsori demo`: everything once, offline, on generated Korean calls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from malsori.cli._shared import LANG
from malsori.words import Lang

if TYPE_CHECKING:
    from malsori.corpus.corpus import Corpus
    from malsori.evaluation.result import Evaluation
    from malsori.notes import Note
    from malsori.recipe import Recipe
    from malsori.training import Run
    from malsori.words import Words

TASKS = ("urgency", "sentiment")
_SCORES = {
    "urgency": "cross-entropy of 'more urgent than 하?' and 'than 중?'",
    "sentiment": "−log of the probability of the true class",
}
SUBJECT = "both, norm-matched + PCGrad"
"""The run that the page is about."""
# What each run shows; the last is the recipe as it stands.
RUNS: dict[str, list[str]] = {
    "urgency alone": ["tasks=[urgency]"],
    "sentiment alone": ["tasks=[sentiment]"],
    "both, 1:1": ["balance.weighting.kind=static", "balance.solver.kind=sum"],
    SUBJECT: [],
}


def run(
    out: Path = typer.Option(Path("malsori-demo"), "--out", help="Where the results go."),
    calls: int = typer.Option(600, "--calls", min=200, help="How many calls to generate."),
    seed: int = typer.Option(0, "--seed", min=0, help="Of the calls and of training."),
    lang: Lang = LANG,
) -> None:
    """Generate calls, train alone and together, look at the gradients, predict one call."""
    import time

    from malsori.console import show, wrapped
    from malsori.reporting import Terminal, duration, reporting
    from malsori.training import evaluate_run, train
    from malsori.words import Words

    words = Words(lang)
    started = time.monotonic()
    with reporting(Terminal(lang=lang)):
        corpus = _corpus(out / "corpus", calls, seed, words)
        recipes = _recipes(out, corpus, seed)
        _title("3  Train each task alone, both together, and both balanced")
        # The references are the same for every run: one page needs them once.
        runs = {
            name: train(recipe, out / "runs" / _slug(name), references=name == SUBJECT)
            for name, recipe in recipes.items()
        }
    evaluations = {name: evaluate_run(done) for name, done in runs.items()}
    _title("4  What the gradient monitor saw (both, 1:1)")
    _gradients(runs["both, 1:1"], words)
    _title("5  What each task reaches on held-out speakers, speech and text together")
    for task in TASKS:
        show(_table(task, evaluations, corpus))
        for note in _against_alone(task, runs):
            print(wrapped(f"· {words.say(note)}", indent="  "))
        print()
    show(_conditions(evaluations[SUBJECT], corpus))
    _title("6  One call that no run was trained on")
    best = runs[SUBJECT]
    call = _predict(best, corpus)
    report = _report(runs, out, lang)
    print(f"the same as a page to show around: {report}")
    print(f"done in {duration(time.monotonic() - started)}; everything is in {out}/\n")
    _next(out, best, call)


def _title(text: str) -> None:
    print(f"\n── {text}\n", flush=True)


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())


def _corpus(folder: Path, calls: int, seed: int, words: Words) -> Corpus:
    """Generates the calls, or takes up those of an earlier demo."""
    from malsori.console import show
    from malsori.corpus.corpus import Corpus
    from malsori.corpus.splits import make_split
    from malsori.corpus.summary import summarise
    from malsori.corpus.synth import synthesize

    _title("1  Generate Korean emergency calls (espeak-ng, 8 kHz, telephone band, noise)")
    if (folder / "corpus.yaml").exists():
        corpus = Corpus.open(folder)
        _check_same(corpus, calls, seed)
        print(f"using the calls that are already in {folder}")
    else:
        corpus = synthesize(folder, calls=calls, seed=seed)
    if "by-speaker" not in corpus.split_names():
        make_split(corpus, "by-speaker", by=["speaker"], stratify="sentiment", seed=seed)
    for table in summarise(corpus, "by-speaker").tables(words):
        show(table)
    return corpus


def _check_same(corpus: Corpus, calls: int, seed: int) -> None:
    from malsori.errors import MalsoriError

    made = corpus.spec.provenance.get("options", {})
    if (corpus.utterances.height, made.get("seed")) != (calls, seed):
        raise MalsoriError(
            f"{corpus.path}: holds {corpus.utterances.height} calls of seed {made.get('seed')}, "
            f"not {calls} of seed {seed}",
            hint="choose another --out, or delete that folder",
        )


def _recipes(out: Path, corpus: Corpus, seed: int) -> dict[str, Recipe]:
    """Writes the recipe of each run beside it and encodes the calls once for all of them."""
    from malsori.cli.embed import embedding_table
    from malsori.console import show
    from malsori.io import write_yaml
    from malsori.recipe import BUILT_IN, Recipe
    from malsori.training import embed

    _title("2  Encode every call once: log-mel, prosody, Hangul n-grams")
    common = [f"corpus.path={corpus.path}", f"training.seed={seed}"]
    recipes = {
        name: Recipe.load(BUILT_IN / "demo.yaml", [*common, *changes])
        for name, changes in RUNS.items()
    }
    for name, recipe in recipes.items():
        write_yaml(out / "recipes" / f"{_slug(name)}.yaml", recipe.data())
    show(embedding_table(embed(recipes["both, 1:1"])))
    return recipes


def _gradients(run: Run, words: Words) -> None:
    from malsori.balance.summary import summarise
    from malsori.console import show, wrapped

    rows = run.gradient_rows()
    if rows is None:
        print(words("together.not_measured"))
        return
    summary = summarise(rows)
    show(summary.table(words))
    for note in summary.notes():
        print(wrapped(f"· {words.say(note)}", indent="  "))


def _table(task: str, evaluations: dict[str, Evaluation], corpus: Corpus) -> Any:
    """What each run reaches on one task, beside the best possible."""
    from malsori.console import Column, Table, number

    names = {"score": "score", "skill": "skill", "accuracy": "accuracy", "macro_f1": "macro-F1"}
    rows: list[list[object]] = []
    size = ""
    for name, evaluation in evaluations.items():
        if task in name or name.startswith("both"):
            result = evaluation.get("test", "speech+text", task)
            rows.append([name, *(str(result.numbers[key]) for key in names)])
            size = f"{result.labelled} calls of {result.units.count} speakers"
    result_prior = result.numbers["prior_score"].value
    rows.append(["class prior", number(result_prior), "0", number(
        result.numbers["majority_accuracy"].value), None])  # fmt: skip
    bound = (corpus.spec.bounds or {})[task]["speech+text"]
    best_skill = 1 - bound["score"] / (corpus.spec.bounds or {})[task]["prior"]["score"]
    accuracy, score = number(bound["accuracy"]), number(bound["score"])
    rows.append(["best possible", score, number(best_skill), accuracy, None])
    return Table(
        task,
        ["run", *(Column(name, "right") for name in names.values())],
        rows,
        f"{size}; [95 % interval over speakers]. score: {_SCORES[task]}, mean over the calls; less "
        "is better. skill = 1 − score / score of the class prior. Best possible: exact, given the "
        "cues that calls are made from; the mean of all possible calls, not of these.",
    )


def _against_alone(task: str, runs: dict[str, Run]) -> list[Note]:
    """Each run with both tasks against the run with this task alone, paired by speaker."""
    import polars as pl

    from malsori.evaluation import difference

    def test(run: Run) -> pl.DataFrame:
        return run.predictions().filter(
            pl.col("split") == "test", pl.col("condition") == "speech+text", pl.col("task") == task
        )

    alone = runs[f"{task} alone"]
    prior = [float(p) for p in alone.priors[task]]
    return [
        difference(test(run), test(alone), run.tasks[task], prior).note(task, name, f"{task} alone")
        for name, run in runs.items()
        if name.startswith("both")
    ]


def _conditions(evaluation: Evaluation, corpus: Corpus) -> Any:
    """The balanced run when it hears both, or one only."""
    from malsori.console import Column, Table, number

    rows: list[list[object]] = []
    for task in TASKS:
        for condition in ("speech+text", "speech", "text"):
            numbers = evaluation.get("test", condition, task).numbers
            best = number((corpus.spec.bounds or {})[task][condition]["accuracy"])
            cells = [str(numbers[key]) for key in ("skill", "accuracy")]
            rows.append([task, condition, *cells, best])
    heads = [Column(h, "right") for h in ("skill", "accuracy", "best possible accuracy")]
    return Table("Both, norm-matched + PCGrad: what it hears", ["task", "hears", *heads], rows)


def _predict(run: Run, corpus: Corpus) -> Path:
    """Predicts one test call from its sound and its transcript."""
    import polars as pl

    from malsori.training import Predictor

    test = corpus.split("by-speaker").filter(pl.col("split") == "test")["id"]
    row = corpus.utterances.filter(pl.col("id").is_in(test.implode())).row(0, named=True)
    file = corpus.audio_path(row)
    assert file is not None
    answer = Predictor.load(run.path).predict_files([file], text=row["text"])[0]
    print(f"{file}\n“{row['text']}”\n")
    for task, shares in answer.probabilities.items():
        said = "  ".join(f"{label} {share:.2f}" for label, share in shares.items())
        print(f"{task}: {answer.labels[task]}  (labelled {row[f'label.{task}']};  {said})")
    print()
    return file


def _report(runs: dict[str, Run], out: Path, lang: Lang) -> Path:
    """One page about the balanced run, the others beside it."""
    from malsori.report.writing import write_report

    ordered = [SUBJECT, *(name for name in runs if name != SUBJECT)]
    return write_report([runs[name].path for name in ordered], out / "report.html", lang)


def _next(out: Path, run: Run, call: Path) -> None:
    print("Now with your own data (a table with columns for audio, text, speaker and labels):\n")
    print(
        "  malsori corpus import table calls.csv my-corpus --map audio=FILE --map text=TEXT \\\n"
        "      --map speaker=SPEAKER --map urgency=LABEL --task urgency=ordinal:하,중,상"
    )
    print("  malsori corpus split my-corpus --name by-speaker --by speaker")
    print(
        "  malsori train demo --set corpus.path=my-corpus --set 'tasks=[urgency]' --out runs/first"
    )
    print("\nCapitals stand for your columns. Without text: --set encoders.text=null.")
    print(f"See also: malsori evaluate {run.path}")
    print(f"          malsori predict {run.path} {call}")
    print(f"The recipes are in {out / 'recipes'}.")
