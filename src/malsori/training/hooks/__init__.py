"""Hooks: everything around a training step that is not the step."""

from malsori.training.hooks.base import Hook

__all__ = ["Hook"]
