"""How well a model does on the validation rows while it trains."""

from __future__ import annotations

from malsori.corpus.targets import known
from malsori.evaluation.scoring import prior_scores, row_scores, skill
from malsori.training.inference import answers
from malsori.training.setup import Setup
from malsori.training.tally import Scores, defined


def validate(setup: Setup) -> Scores:
    """Each task's own score on the validation rows, beside the prior's."""
    rows = setup.examples.rows("validation")
    _, probabilities = answers(setup.model, setup.examples, rows, device=setup.device)
    found: Scores = {}
    for name, task in setup.tasks.items():
        labels, prior = setup.examples.targets[name][rows], setup.priors[name]
        there = known(labels)
        y, p = labels[there], probabilities[name][there]
        found[name] = {
            "score": defined(row_scores(task.kind, p, y).mean()),
            "prior_score": defined(prior_scores(task.kind, prior, y).mean()),
            "skill": defined(skill(task.kind, p, y, prior)),
            "n": int(there.sum()),
        }
    return found
