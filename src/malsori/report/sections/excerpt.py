"""What was said in an utterance, where somebody asked for it."""

from __future__ import annotations

from malsori.report.facts.excerpts import Excerpt
from malsori.report.figures.waveform import waveform_svg
from malsori.report.page import Cell, cell
from malsori.report.sections import marks
from malsori.words import Words


def said(excerpt: Excerpt | None, words: Words) -> Cell:
    """Transcript, length and waveform, as far as there are any."""
    if excerpt is None:
        return cell(None)
    sound, text = excerpt.sound, excerpt.text or marks.DASH
    if sound is None:
        return cell(text)
    long = words("errors.seconds", n=f"{sound.duration:.1f}")
    return Cell((f"{text} ({long})",), svg=waveform_svg(sound.samples, sound.sample_rate))
