"""How well a model does on the validation rows while it trains."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from malsori.corpus.targets import known
from malsori.evaluation import temperature
from malsori.evaluation.frame import Rows
from malsori.evaluation.metrics import metric_named
from malsori.evaluation.resampling import RowSums
from malsori.evaluation.scoring import prior_scores, ratio_skill, row_scores
from malsori.schema import Task
from malsori.training.inference import ROWS, answers, decide
from malsori.training.setup import Setup
from malsori.training.tally import Scores, defined

_CELLS = 16_000_000  # probabilities of a task that are held; of more, rows evenly apart


def validate(setup: Setup, criteria: Mapping[str, str] | None = None) -> Scores:
    """Each task's own score on the validation rows, beside the prior's.

    Args:
        setup: What is trained.
        criteria: Task → another metric that is wanted beside its skill.
    """
    rows = setup.examples.rows("validation")
    scores: dict[str, list[np.ndarray]] = {name: [] for name in setup.tasks}
    held: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {name: [] for name in setup.tasks}
    for some in np.array_split(rows, range(ROWS, len(rows), ROWS)):
        _, probabilities = answers(setup.model, setup.examples, some, device=setup.device)
        for name, task in setup.tasks.items():
            y = setup.examples.targets[name][some]
            there = known(y)
            p, y = probabilities[name][there], y[there]
            scores[name].append(row_scores(task.kind, p, y))
            every = -(-len(rows) * task.width // _CELLS)
            held[name].append((p[::every], y[::every]))
    found: Scores = {}
    for name, task in setup.tasks.items():
        prior, score = setup.priors[name], np.concatenate(scores[name])
        labels = setup.examples.targets[name][rows]
        of_prior = prior_scores(task.kind, prior, labels[known(labels)])
        found[name] = {
            "score": defined(score.mean()),
            "prior_score": defined(of_prior.mean()),
            "skill": defined(float(ratio_skill(score.sum(), of_prior.sum()))),
            "n": len(score),
            **_chosen_by(task, prior, held[name], (criteria or {}).get(name, "skill")),
        }
    return found


def _chosen_by(
    task: Task, prior: np.ndarray, held: list[tuple[np.ndarray, np.ndarray]], metric: str
) -> dict[str, float | None]:
    """The skill after a temperature fitted on the same rows, and another metric."""
    p, y = (np.concatenate(parts) for parts in zip(*held, strict=True))
    cooled = temperature.apply(task.kind, p, temperature.fit(task.kind, p, y) or 1.0)
    scored = row_scores(task.kind, cooled, y).sum(), prior_scores(task.kind, prior, y).sum()
    found = {"calibrated": defined(float(ratio_skill(*scored)))}
    if metric == "skill":
        return found
    nobody: list[str | None] = [None] * len(y)
    rows = Rows([""] * len(y), nobody, y, decide(task, p), p, unlabelled=0)
    total = RowSums(rows, task, [float(x) for x in prior]).total()
    return {**found, metric: defined(float(metric_named(task.kind, metric)(total)))}
