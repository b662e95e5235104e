"""Adapter for KEMDy19: scripted and improvised scenes of 40 voice actors in 20 sessions (ETRI)."""

from __future__ import annotations

import re

from malsori.corpus.adapters._kemdy import Kemdy, Segment

_SEGMENT = re.compile(r"(Sess\d+)_((?:script|impro)\d+)_([FM])\d+", re.IGNORECASE)


class Kemdy19(Kemdy):
    r"""KEMDy19 as it is published, or a part of it: ``annotation``, ``wav``, from folders or zips.

    Each session has two annotation files, one for the actress and one for the actor, and each
    lists the lines of both: a line is a row where its speaker is the file's, and the others are
    counted only. Emotion, ties, valence and arousal are as in ``kemdy20``.

    Args:
        source: folder of the corpus, or one with its archives, or an archive.
        transcripts: ``clean`` without the annotators' markers, ``raw``, or ``rsa_cfn``: cut at
            the first comma.
        rule: ``published``; or ``majority``, ``majority(N)`` or ``soft`` over the ten raters.

    Raises:
        MalsoriError: there is no such rule, or it needs what KEMDy does not have.
    """

    sheets = re.compile(r"(?:.*_)?Session(?P<session>\d+)_(?P<sex>[FM])_res\.csv", re.IGNORECASE)
    biosignals = ("ECG", "EDA", "TEMP")

    def segment(self, key: str) -> Segment | None:
        """``Sess01_impro01_F001``: session, scene and the actor's sex."""
        found = _SEGMENT.fullmatch(key)
        if found is None:
            return None
        session, script, sex = found.groups()
        return Segment(session, script, f"{session}{sex.upper()}", sex.upper())

    def wav(self, key: str, segment: Segment | None) -> str:
        """``wav/Session01/Sess01_impro01/Sess01_impro01_F001.wav``."""
        folder = ""
        if segment:
            folder = f"{segment.session.replace('Sess', 'Session')}/{segment.dialogue}/"
        return f"wav/{folder}{key}.wav"
