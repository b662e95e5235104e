"""What becomes of a run's files when bits flip or ends are missing: an error, or other numbers.

A small run is trained, and one is interrupted. Each time one of their files is cut or one bit of it
is flipped, and everything is read again: it has to be an error that names the file, or exactly the
same numbers. Run it with:
    python benchmarks/run_files.py [--quick] [--json FILE]
"""

import contextlib
import io
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from _claims import claim, parser, write

from malsori.errors import MalsoriError
from malsori.recipe import Recipe
from malsori.training import Run, train
from malsori.training.checkpoints import read_best, restore
from malsori.training.loop import Loop
from malsori.training.predictor import Predictor
from malsori.training.tiny import corpus_of_every_kind

OUTCOMES = {
    "error": None,
    "the same numbers": None,
    "other numbers": 0,
    "traceback": 0,
    "an error that names another file": 0,
}


def finished(run: Run) -> str:
    """What is read of a finished run, as text that is the same for the same numbers."""
    predictor = Predictor.load(run.path)
    answer = predictor.predict({"voice": np.ones(predictor.widths["voice"])}).data()
    weights, structure = read_best(run)
    tensors = {name: w.numpy().tobytes() for name, w in weights.items()}
    return repr((_begun(run), run.predictions().rows(), answer, tensors, structure))


def interrupted(run: Run) -> str:
    """What is read of an interrupted run, with the checkpoint that it goes on from."""
    state = restore(run)
    assert state is not None
    tensors = {name: w.numpy().tobytes() for name, w in state.pop("model").items()}
    return repr((_begun(run), state, tensors))


def _begun(run: Run) -> tuple[object, ...]:
    priors = {task: prior.tolist() for task, prior in run.priors.items()}
    rows = run.gradient_rows()
    assert rows is not None
    read = (run.state, run.recipe.data(), run.tasks, run.history(), run.corpus_facts)
    return (*read, priors, rows.rows())


class _StoppedError(Exception):
    pass


def stopped(recipe: Recipe, folder: Path, at: int) -> Run:
    """A run that ended before a step, as a kill would end it."""
    step = Loop.step

    def stopping(loop: Loop, rows: np.ndarray) -> None:
        if loop.progress.step == at:
            raise _StoppedError
        step(loop, rows)

    Loop.step = stopping  # type: ignore[method-assign]
    try:
        with contextlib.suppress(_StoppedError):
            train(recipe, folder, workers=1)
    finally:
        Loop.step = step  # type: ignore[method-assign]
    return Run(folder)


def count(run: Run, look: Callable[[Run], str], times: int, seed: int) -> Counter[str]:
    """Outcomes of as many damages, evenly over the files."""
    rng, found = random.Random(seed), Counter[str]()
    read = set(run.state["files"]) | {"run.json", "checkpoints/best.safetensors"}
    if not run.finished:
        read.add("checkpoints/last.safetensors")
    files = [file for name in sorted(read) if (file := run.path / name).is_file()]
    expected = look(run)
    whole = {file: file.read_bytes() for file in files}
    for i in range(times):
        file = files[i % len(files)]
        content = whole[file]
        at = rng.randrange(len(content))
        flipped = content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]
        file.write_bytes(content[:at] if rng.random() < 0.3 else flipped)
        found[_outcome(run, look, expected, file)] += 1
        for other, bytes_of in whole.items():
            if other == file or other.read_bytes() != bytes_of:
                other.write_bytes(bytes_of)
    return found


def _outcome(run: Run, look: Callable[[Run], str], expected: str, file: Path) -> str:
    try:
        return "the same numbers" if look(run) == expected else "other numbers"
    except MalsoriError as error:
        return "error" if file.name in str(error) else "an error that names another file"
    except Exception as error:  # what is counted here
        print(f"{file.name}: {error!r}")
        return "traceback"


def main() -> None:
    chosen = parser(__doc__.splitlines()[0]).parse_args()
    times = 200 if chosen.quick else 10_000
    rows = []
    with tempfile.TemporaryDirectory() as place, contextlib.redirect_stderr(io.StringIO()):
        data = corpus_of_every_kind(Path(place) / "corpus", 300).data()
        data["training"] |= {"epochs": 3, "checkpoint_steps": 2}
        recipe = Recipe.parse(data)
        whole = train(recipe, Path(place) / "whole", workers=1)
        for name, run, look in (
            ("finished", whole, finished),
            ("interrupted", stopped(recipe, Path(place) / "half", 11), interrupted),
        ):
            found = count(run, look, times // 2, seed=0)
            rows += [
                claim(f"{name} run: {outcome}", found[outcome], "times", goal)
                for outcome, goal in OUTCOMES.items()
            ]
    write(rows, chosen.json)


if __name__ == "__main__":
    main()
