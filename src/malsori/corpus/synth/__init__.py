"""Generated emergency calls: a declared rule, its wording and prosody, and its exact bounds."""

from malsori.corpus.synth.generate import synthesize
from malsori.corpus.synth.rule import Rule

__all__ = ["Rule", "synthesize"]
