"""Labels: what raters said, what a rule makes of it, how far they agree, other sets of classes."""

from malsori.corpus.labels.compounds import other_than
from malsori.corpus.labels.deciding import aggregate
from malsori.corpus.labels.raters import rater_column, votes_of
from malsori.corpus.labels.rules import DEFAULT_RULE, RULES, Rule, parse_rule
from malsori.corpus.labels.votes import Decision, Vote

__all__ = [
    "DEFAULT_RULE",
    "RULES",
    "Decision",
    "Rule",
    "Vote",
    "aggregate",
    "other_than",
    "parse_rule",
    "rater_column",
    "votes_of",
]
