"""Heads: from a task's representation to its answer; one kind for each kind of task, and more."""

from malsori.nn.heads.base import Head
from malsori.registry import Registry

HEADS: Registry[Head] = Registry("malsori.nn.heads")

__all__ = ["HEADS", "Head"]
