"""Labels: what raters said, what a rule makes of it, how far they agree, other sets of classes."""

from malsori.corpus.labels.agreeing import Agreement, agreement
from malsori.corpus.labels.deciding import aggregate
from malsori.corpus.labels.relabelling import RelabelReport, relabel
from malsori.corpus.labels.rules import DEFAULT_RULE, RULES, Rule, check_least, parse_rule
from malsori.corpus.labels.training import training_labels
from malsori.corpus.labels.votes import Decision, Vote, other_than, rater_column, votes_of

__all__ = [
    "DEFAULT_RULE",
    "RULES",
    "Agreement",
    "Decision",
    "RelabelReport",
    "Rule",
    "Vote",
    "aggregate",
    "agreement",
    "check_least",
    "other_than",
    "parse_rule",
    "rater_column",
    "relabel",
    "training_labels",
    "votes_of",
]
