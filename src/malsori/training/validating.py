"""How well a model does on the validation rows while it trains."""

from __future__ import annotations

import numpy as np

from malsori.corpus.targets import known
from malsori.evaluation.scoring import prior_scores, ratio_skill, row_scores
from malsori.training.inference import ROWS, answers
from malsori.training.setup import Setup
from malsori.training.tally import Scores, defined


def validate(setup: Setup) -> Scores:
    """Each task's own score on the validation rows, beside the prior's."""
    rows = setup.examples.rows("validation")
    scores: dict[str, list[np.ndarray]] = {name: [] for name in setup.tasks}
    for some in np.array_split(rows, range(ROWS, len(rows), ROWS)):
        _, probabilities = answers(setup.model, setup.examples, some, device=setup.device)
        for name, task in setup.tasks.items():
            y = setup.examples.targets[name][some]
            there = known(y)
            scores[name].append(row_scores(task.kind, probabilities[name][there], y[there]))
    found: Scores = {}
    for name, task in setup.tasks.items():
        labels = setup.examples.targets[name][rows]
        score = np.concatenate(scores[name])
        of_prior = prior_scores(task.kind, setup.priors[name], labels[known(labels)])
        found[name] = {
            "score": defined(score.mean()),
            "prior_score": defined(of_prior.mean()),
            "skill": defined(float(ratio_skill(score.sum(), of_prior.sum()))),
            "n": len(score),
        }
    return found
