"""Splits of a corpus: grouped, crossed, stratified, in folds or the publisher's; saved once."""

from malsori.corpus.splits.info import SplitInfo, hash_split, split_table
from malsori.corpus.splits.making import make_split

__all__ = ["SplitInfo", "hash_split", "make_split", "split_table"]
