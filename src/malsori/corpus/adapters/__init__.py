"""Where corpora come from: one file for every kind of source."""

from typing import Final

from malsori.corpus.adapters.base import Adapter, Source
from malsori.registry import Registry

ADAPTERS: Final[Registry[Adapter]] = Registry("malsori.corpus.adapters")
"""Kinds of sources by name: ``table``, ``embeddings``."""

__all__ = ["ADAPTERS", "Adapter", "Source"]
