"""An audit as one picture: what is measured, which class is where, and what was found."""

from malsori.report.audit_figure.drawing import audit_figure, draw

__all__ = ["audit_figure", "draw"]
