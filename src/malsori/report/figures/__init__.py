"""The figures of a report, each one SVG that sits in a page with a light or a dark theme.

Every function returns one `<svg>` element without ids, style sheets or scripts; text and axes take
the colour of the page's text, and the colours of data are told apart on white and on near-black.
`width` redraws it for another screen, with text of the same size: `WIDE` by default, or `NARROW`.
"""

from malsori.report.figures.agreement import agreement_svg
from malsori.report.figures.answer import answer_svg
from malsori.report.figures.confusion import confusion_svg
from malsori.report.figures.data import (
    AnswerRow,
    ConditionRow,
    DifferenceRow,
    LearningSeries,
    ReliabilityBin,
)
from malsori.report.figures.differences import differences_svg
from malsori.report.figures.distance import distance_svg
from malsori.report.figures.gradients import gradients_svg
from malsori.report.figures.learning import learning_svg
from malsori.report.figures.modalities import modalities_svg
from malsori.report.figures.recall import recall_svg
from malsori.report.figures.reliability import reliability_svg
from malsori.report.figures.sheet import NARROW, WIDE
from malsori.report.figures.waveform import waveform_svg

__all__ = [
    "NARROW",
    "WIDE",
    "AnswerRow",
    "ConditionRow",
    "DifferenceRow",
    "LearningSeries",
    "ReliabilityBin",
    "agreement_svg",
    "answer_svg",
    "confusion_svg",
    "differences_svg",
    "distance_svg",
    "gradients_svg",
    "learning_svg",
    "modalities_svg",
    "recall_svg",
    "reliability_svg",
    "waveform_svg",
]
