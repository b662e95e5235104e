"""Copies that are not identical: texts with a few changes, recordings cut or made louder."""

from malsori.corpus.near.near_duplicates import NEAR, NEAR_AUDIO, NEAR_TEXT, find_near, with_near

__all__ = ["NEAR", "NEAR_AUDIO", "NEAR_TEXT", "find_near", "with_near"]
