"""Adapter for KEMDy20: Korean free conversations of 80 speakers in 40 sessions (ETRI)."""

from __future__ import annotations

import re

from malsori.corpus.adapters._kemdy import Kemdy, Segment

_SEGMENT = re.compile(r"(Sess\d+)_(script\d+)_(User\d+([FM]))_\d+", re.IGNORECASE)


class Kemdy20(Kemdy):
    """KEMDy20 as it is published, or a part of it: ``annotation``, ``wav``, from folders or zips.

    Emotion is the published Total Evaluation where it names one; a tie (``happy;neutral``) has
    no label and its emotions are in ``compound.emotion``. What the ten raters said is kept, with
    the share of each emotion in ``soft.emotion``; valence and arousal are means from 1 to 5.
    The times of the annotation files are not used, and no trial is left out for its bio-signals.

    Args:
        source: folder of the corpus, or one with its archives, or an archive.
        transcripts: ``clean`` without the annotators' markers, ``raw``, or ``rsa_cfn``: cut at
            the first comma, as RSA-CFN's code did.
        rule: ``published``; or ``majority``, ``majority(N)`` or ``soft`` over the ten raters.

    Raises:
        MalsoriError: there is no such rule, or it needs what KEMDy does not have.
    """

    sheets = re.compile(r"(?:.*_)?Sess(?P<session>\d+)_eval\.csv", re.IGNORECASE)
    biosignals = ("EDA", "TEMP", "IBI")

    def segment(self, key: str) -> Segment | None:
        """``Sess01_script01_User001F_001``: session, script and speaker."""
        found = _SEGMENT.fullmatch(key)
        return Segment(*found.groups()) if found else None

    def wav(self, key: str, segment: Segment | None) -> str:
        """``wav/Session01/Sess01_script01_User001F_001.wav``."""
        folder = f"{segment.session.replace('Sess', 'Session')}/" if segment else ""
        return f"wav/{folder}{key}.wav"
