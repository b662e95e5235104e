"""Splits of a corpus: grouped, crossed, stratified, in folds, preset or published; saved once."""

from malsori.corpus.splits.info import SplitInfo, hash_split, split_table
from malsori.corpus.splits.making import make_preset, make_split
from malsori.corpus.splits.preset import Preset, load_preset, preset_table, presets

__all__ = [
    "Preset",
    "SplitInfo",
    "hash_split",
    "load_preset",
    "make_preset",
    "make_split",
    "preset_table",
    "presets",
    "split_table",
]
