"""Sharings: which parameters the tasks have in common, and where they part."""

from malsori.nn.sharing.base import CutSharing, Sharing, Users
from malsori.registry import Registry

SHARINGS: Registry[Sharing] = Registry("malsori.nn.sharing")

__all__ = ["SHARINGS", "CutSharing", "Sharing", "Users"]
