"""Copies that are not identical: texts with a few changes, recordings cut or made louder."""

from malsori.corpus.near.near_duplicates import (
    NEAR,
    NEAR_AUDIO,
    NEAR_TEXT,
    Near,
    find_near,
    with_near,
)
from malsori.corpus.near.pairs import Pairs, components_of
from malsori.corpus.near.sounds import near_sounds
from malsori.corpus.near.texts import near_texts

__all__ = [
    "NEAR",
    "NEAR_AUDIO",
    "NEAR_TEXT",
    "Near",
    "Pairs",
    "components_of",
    "find_near",
    "near_sounds",
    "near_texts",
    "with_near",
]
