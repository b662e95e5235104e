"""What an embedding store holds: its encoders, how much of each, and who still needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from malsori.corpus.columns import FEATURES
from malsori.corpus.corpus import SPEC_FILE, Corpus
from malsori.encoders.noting import noted_findings
from malsori.encoders.reading import Reader
from malsori.encoders.store import ENCODER_FILE, described
from malsori.encoders.uses import Use, uses
from malsori.errors import MalsoriError
from malsori.findings import Finding
from malsori.io import sha256
from malsori.recipe import ENCODERS
from malsori.schema import SignalKind

_HASH: Final = re.compile("[0-9a-f]{64}")
_SHOWN: Final = 12  # of its digits

Keys = npt.NDArray[np.bytes_]


@dataclass(frozen=True)
class Entry:
    """One encoder's part of a store."""

    place: Path  # its folder
    fingerprint: Mapping[str, Any] | None  # none if the file that says it is damaged
    uses: Sequence[Use]  # the corpora that it was filled for

    @cached_property
    def reader(self) -> Reader:
        """Its features."""
        return Reader(self.place)

    @property
    def signal(self) -> SignalKind | None:
        """What the encoder reads; None where that kind does not exist any more."""
        named = self.place.name.rpartition("-")[0]
        kind = named if self.fingerprint is None else self.fingerprint.get("kind")
        if kind not in ENCODERS.kinds():
            return None
        signal: SignalKind = ENCODERS.load(str(kind)).signal
        return signal

    @property
    def bytes(self) -> int:
        """On disk."""
        return sum(f.stat().st_size for f in self.place.iterdir() if f.is_file())

    @property
    def findings(self) -> list[Finding]:
        """What was seen in the features when they were looked at last."""
        return noted_findings(self.place) or []

    @property
    def options(self) -> str:
        """The fingerprint in a line.

        Example:
            >>> said = {"kind": "t", "weights": 32 * "5a", "clean": ["nfc", "spaces"], "cut": None}
            >>> Entry(Path("store/t-0"), said, []).options
            'weights 5a5a5a5a5a5a; clean nfc, spaces'
        """
        if self.fingerprint is None:
            return f"damaged: {ENCODER_FILE}"
        told = {k: v for k, v in self.fingerprint.items() if k not in ("kind", "version")}
        return "; ".join(f"{key} {_short(key, v)}" for key, v in told.items() if v is not None)

    @property
    def corpora(self) -> str:
        """The names of the corpora's folders, that which used it last first.

        Example:
            >>> from datetime import UTC, datetime
            >>> now = datetime(2026, 5, 1, tzinfo=UTC)
            >>> places = ("a/calls", "b/calls", "b/films")
            >>> Entry(Path("store/t-0"), None, [Use(Path(p), now) for p in places]).corpora
            'a/calls, b/calls, films'
        """
        paths = [use.corpus for use in self.uses]
        names = [path.name for path in paths]
        return ", ".join(
            path.name if names.count(path.name) == 1 else f"{path.parent.name}/{path.name}"
            for path in paths
        )


def _short(key: str, value: Any) -> str:
    """An option as a person reads it."""
    if key == "augment":
        return _copy(value)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return value[:_SHOWN] if isinstance(value, str) and _HASH.fullmatch(value) else str(value)


def _copy(augment: Mapping[str, Any]) -> str:
    """Which copy it is, and of what steps."""
    steps = ", ".join(str(step.get("kind")) for step in augment.get("steps", []))
    return f"{steps} (copy {augment.get('copy')})"


def entries_of(store: Path) -> list[Entry]:
    """The encoders of a store, by name."""
    places = sorted(p for p in store.glob("*-*") if p.is_dir() and _is_place(p))
    return [Entry(place, described(place), uses(place)) for place in places]


def _is_place(folder: Path) -> bool:
    """Only what a store has made: others' folders are neither listed nor pruned."""
    return (folder / ENCODER_FILE).is_file()


def find_store(folder: Path) -> tuple[Path, Corpus | None]:
    """A store, and the corpus that it lies in, from either of their folders.

    Raises:
        MalsoriError: The folder is neither.
    """
    if (folder / SPEC_FILE).is_file():
        return folder / "store", Corpus.open(folder)
    if entries_of(folder):
        around = folder.resolve().parent
        return folder, Corpus.open(around) if (around / SPEC_FILE).is_file() else None
    raise MalsoriError(
        f"{folder} is neither a corpus nor an embedding store",
        hint="name a corpus' folder, or the folder that `malsori embed --store` was given",
    )


class Needed:
    """The keys of the signals that corpora have, by what kind of signal they are."""

    def __init__(self, corpora: Sequence[Corpus]) -> None:
        self.corpora = corpora
        self._keys: dict[SignalKind, Keys] = {}

    def keys(self, signal: SignalKind) -> Keys:
        """Distinct, sorted."""
        if signal not in self._keys:
            found = [_keys_of(corpus, signal) for corpus in self.corpora]
            self._keys[signal] = np.unique(np.array([k for keys in found for k in keys], "S64"))
        return self._keys[signal]


def _keys_of(corpus: Corpus, signal: SignalKind) -> list[str]:
    rows = corpus.utterances
    if signal == "audio":
        there = "audio_hash" in rows.columns
        return rows["audio_hash"].drop_nulls().unique().to_list() if there else []
    if signal == "text":
        texts = rows["text"].drop_nulls().unique().to_list() if "text" in rows.columns else []
        return [sha256(text.encode()) for text in texts]
    return [
        corpus.signal_hash(row, "features", column.removeprefix(FEATURES)) or ""
        for column in rows.columns
        if column.startswith(FEATURES)
        for row in rows.select(column).drop_nulls().unique().iter_rows(named=True)
    ]
