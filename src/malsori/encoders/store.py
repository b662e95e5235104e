"""The embedding store: what encoders prepared, on disk, found by content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.filling import FillReport, fill
from malsori.encoders.merging import merge
from malsori.encoders.reading import Reader
from malsori.encoders.uses import note_use
from malsori.encoders.whole_files import sweep
from malsori.encoders.writing import Writer
from malsori.errors import MalsoriError
from malsori.io import read_json, sha256, write_json

ENCODER_FILE: Final = "encoder.json"
NOT_DESCRIBED: Final = f"{ENCODER_FILE}: it does not describe an encoder"


class Store:
    """Features on disk, by the content hash of the signal and the encoder's fingerprint.

    Example:
        >>> import tempfile
        >>> from malsori.encoders.kinds.jamo import Jamo
        >>> store, encoder = Store(Path(tempfile.mkdtemp())), Jamo()
        >>> with store.writer(encoder) as writer:
        ...     writer.add("00ff", encoder.prepare("네 알겠습니다"))
        >>> store.reader(encoder).get("00ff").shape
        (2, 16)
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def place(self, encoder: Encoder) -> Path:
        """The folder of an encoder's features."""
        fingerprint = encoder.fingerprint()
        return self.folder / f"{fingerprint['kind']}-{sha256(_written(fingerprint).encode())[:16]}"

    def writer(self, encoder: Encoder) -> Writer:
        """A context that adds features; what it holds is written at its end at the latest.

        Raises:
            MalsoriError: The folder says that it belongs to another encoder.
        """
        self._describe(encoder)
        return Writer(self.place(encoder))

    def reader(self, encoder: Encoder, *, thorough: bool = False) -> Reader:
        """Opens what is there; see `Reader` for what is compared with its checksum, and when.

        Raises:
            MalsoriError: The folder says that it belongs to another encoder.
        """
        return Reader(self._checked(encoder), thorough=thorough)

    def fill(
        self,
        corpus: Corpus,
        modality: str,
        encoder: Encoder,
        rows: pl.DataFrame | None = None,
        workers: int | None = None,
        *,
        thorough: bool = False,
        allow: Sequence[str] = (),
    ) -> FillReport:
        """Prepares what is missing, in parallel; can be killed and called again at any time.

        Several processes may fill one store at once.

        Args:
            corpus: Whose signals.
            modality: `speech`, `text` or the name of features.
            encoder: Must be cacheable.
            rows: Some of `corpus.utterances`; None for all.
            workers: Processes; None for one on every core, 1 for none but this one.
            thorough: Compares every byte that is there with its checksum first.
            allow: Checks whose serious findings do not stop it, see `encoders.feature_checks`.

        Raises:
            MalsoriError: If the encoder is not cacheable or does not read such a modality.
        """
        damage = self._describe(encoder)
        with self.writer(encoder) as writer:
            sweep(writer.place)
            reader = self.reader(encoder, thorough=thorough)
            report = fill(corpus, modality, encoder, reader, writer, rows, workers, allow)
        report.damage[:0] = damage
        if report.done:
            merge(writer.place)
        note_use(writer.place, corpus.path)
        return report

    def _checked(self, encoder: Encoder) -> Path:
        """The place of an encoder, which does not say that it is another's."""
        place = self.place(encoder)
        said = described(place)
        if said is not None and _written(said) != _written(encoder.fingerprint()):
            raise MalsoriError(
                f"{place / ENCODER_FILE} describes another encoder than this folder is of.",
                hint=f"it was changed by hand or copied; delete {place} to encode anew",
            )
        return place

    def _describe(self, encoder: Encoder) -> list[str]:
        """Writes whose folder it is where no file says so; tells of one that was damaged.

        The folder's name is a digest of the fingerprint: what the file said can be said again.
        """
        damaged = (self.place(encoder) / ENCODER_FILE).exists()  # first: another may write it now
        place = self._checked(encoder)
        if described(place) is not None:
            return []
        write_json(place / ENCODER_FILE, encoder.fingerprint())
        return [f"{place.name}/{NOT_DESCRIBED}"] if damaged else []


def described(place: Path) -> Mapping[str, Any] | None:
    """The fingerprint that a folder says it is of; None if its file is not there or damaged."""
    try:
        found = read_json(place / ENCODER_FILE)
    except MalsoriError:
        return None
    return found if isinstance(found, dict) and "kind" in found else None


def _written(fingerprint: object) -> str:
    return json.dumps(fingerprint, sort_keys=True, ensure_ascii=False)
