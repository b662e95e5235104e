"""KoBERT's tokenizer: sentencepiece in BERT's order, which no class of transformers reads right.

Its folder says XLNet, whose class would put CLS last and need another model's segments.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from malsori.encoders.pretrained.tokeniser import Tokeniser
from malsori.errors import MalsoriError

_CLS, _SEP, _PAD, _UNKNOWN = "[CLS]", "[SEP]", "[PAD]", "[UNK]"
_SPACE = "\u2581"


def kobert_tokeniser(pieces: Path, vocabulary: Path | None, positions: int | None) -> Tokeniser:
    """Reads a sentencepiece file.

    Args:
        pieces: the file.
        vocabulary: a vocab.txt whose line numbers are the ids, where there is one; else the ids
            are those of sentencepiece.
        positions: tokens that the model can read at once.

    Raises:
        MalsoriError: the package sentencepiece is missing, or the file is not of a BERT.
    """
    processor = _processor(pieces)
    id_of = _ids_by(processor, vocabulary)
    unknown = id_of(_UNKNOWN)
    around = {name: id_of(name) for name in (_CLS, _SEP, _PAD)}
    missing = [name for name, found in around.items() if found == unknown]
    if missing:
        raise MalsoriError(
            f"{vocabulary or pieces} has no piece {missing[0]}, so it is not KoBERT's",
            hint="save the model's own tokenizer.json beside the weights",
        )
    return Tokeniser(
        ids=lambda text: [id_of(piece) for piece in spell(processor, text)],
        before=(around[_CLS],),
        after=(around[_SEP],),
        summary=0,
        pad=around[_PAD],
        positions=positions,
        limit=positions,
    )


def spell(processor: Any, text: str) -> list[str]:
    """The pieces of a text as KoBERT was trained with them.

    Spaces are joined, accents fall away, and a comma behind a digit is a piece of its own.

    Example:
        >>> class Words:
        ...     def encode(self, text, out_type):
        ...         return ["\u2581" + word for word in text.split()]
        >>> spell(Words(), " 네  café 3, ")
        ['\u2581네', '\u2581cafe', '\u25813', ',']
    """
    text = " ".join(text.split()).replace("``", '"').replace("''", '"')
    plain = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = unicodedata.normalize("NFC", "".join(plain))
    found: list[str] = []
    for piece in processor.encode(text, out_type=str):
        if len(piece) > 1 and piece[-1] == "," and piece[-2].isdigit():
            found += [*_digits(processor, piece[:-1]), ","]
        else:
            found.append(piece)
    return found


def _digits(processor: Any, piece: str) -> list[str]:
    """A piece that has lost its comma, spelt again; it begins a word only if it did before."""
    again = list(processor.encode(piece.replace(_SPACE, ""), out_type=str))
    if not piece.startswith(_SPACE) and again and again[0].startswith(_SPACE):
        again[0] = again[0][1:]
    return [part for part in again if part]


def _processor(pieces: Path) -> Any:
    try:
        from sentencepiece import SentencePieceProcessor  # noqa: PLC0415
    except ImportError as error:
        raise MalsoriError(
            f"{pieces} needs the package sentencepiece",
            hint="pip install 'malsori[sentencepiece]'",
        ) from error
    try:
        return SentencePieceProcessor(model_file=str(pieces))
    except (OSError, RuntimeError) as error:
        raise MalsoriError(
            f"{pieces} is no sentencepiece file", hint="download it again"
        ) from error


def _ids_by(processor: Any, vocabulary: Path | None) -> Callable[[str], int]:
    """From a piece to its id."""
    if vocabulary is None:
        return lambda piece: int(processor.piece_to_id(piece))
    lines = vocabulary.read_text("utf-8").split("\n")
    table = {line.rstrip("\r"): number for number, line in enumerate(lines) if line}
    unknown = table.get(_UNKNOWN, -1)
    return lambda piece: table.get(piece, unknown)
