"""Vectors of signals, whoever made them: an encoder, or the people who gave a corpus."""

from malsori.vectors.checks import CHECKS, examine
from malsori.vectors.summary import VectorSummary

__all__ = ["CHECKS", "VectorSummary", "examine"]
