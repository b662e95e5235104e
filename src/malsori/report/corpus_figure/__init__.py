"""A corpus as one picture: what is measured, which class is where, and what an audit found."""

from malsori.report.corpus_figure.drawing import audit_figure, corpus_figure, draw

__all__ = ["audit_figure", "corpus_figure", "draw"]
