"""Encoders: a signal becomes tokens; the store keeps what they prepared."""

from malsori.encoders.base import Encoder, EncoderModule, Features
from malsori.encoders.filling import Failure, FillReport
from malsori.encoders.reading import Reader
from malsori.encoders.store import Store
from malsori.encoders.tokens import Tokens
from malsori.encoders.writing import Writer
from malsori.registry import Registry

ENCODERS: Registry[Encoder] = Registry("malsori.encoders.kinds")

__all__ = [
    "ENCODERS",
    "Encoder",
    "EncoderModule",
    "Failure",
    "Features",
    "FillReport",
    "Reader",
    "Store",
    "Tokens",
    "Writer",
]
