"""The embedding store: what encoders prepared, on disk, found by content."""

import json
from pathlib import Path

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.encoders.base import Encoder
from malsori.encoders.filling import FillReport, fill
from malsori.encoders.shards import Reader, Writer
from malsori.io import sha256, write_json


class Store:
    """Features on disk, by the content hash of the signal and the encoder's fingerprint.

    Args:
        folder: made when something is written.

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
        text = json.dumps(fingerprint, sort_keys=True, ensure_ascii=False)
        return self.folder / f"{fingerprint['kind']}-{sha256(text.encode())[:16]}"

    def writer(self, encoder: Encoder) -> Writer:
        """A context that adds features; what it holds is written at its end at the latest."""
        place = self.place(encoder)
        if not (place / "encoder.json").exists():
            write_json(place / "encoder.json", encoder.fingerprint())
        return Writer(place)

    def reader(self, encoder: Encoder) -> Reader:
        """Opens what is there; the checksum of every shard is compared now."""
        return Reader(self.place(encoder))

    def fill(
        self,
        corpus: Corpus,
        modality: str,
        encoder: Encoder,
        rows: pl.DataFrame | None = None,
        workers: int | None = None,
    ) -> FillReport:
        """Prepares what is missing, in parallel; can be killed and called again at any time.

        Args:
            corpus: whose signals.
            modality: `speech`, `text` or the name of features.
            encoder: must be cacheable.
            rows: some of `corpus.utterances`; None for all.
            workers: processes; None for one on every core, 1 for none but this one.

        Raises:
            MalsoriError: if the encoder is not cacheable or does not read such a modality.
        """
        with self.writer(encoder) as writer:
            return fill(corpus, modality, encoder, self.reader(encoder), writer, rows, workers)
