"""What an audit found, kept in the corpus' folder: a page asks for it each time it is written."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Final

from malsori import __version__
from malsori.corpus.audit.running import audit
from malsori.corpus.corpus import SOUNDS_FILE, SPEC_FILE, UTTERANCES_FILE, Corpus
from malsori.errors import MalsoriError
from malsori.findings import Finding
from malsori.io import read_json, sha256_file, write_json

FOLDER: Final = "audits"


def audited(folder: Path, split: str, digest: str) -> tuple[Finding, ...] | None:
    """What an audit of a corpus with a split finds, from its folder if it looked before.

    What is kept counts only for the very files it was made of, read by this version; it is made
    anew otherwise, and not kept where the folder cannot be written to.

    Args:
        folder: Of the corpus.
        split: Name of the saved split.
        digest: Of the corpus that is meant.

    Returns:
        The findings, or None if another corpus lies there, or none, or it has no such split.
    """
    file = folder / FOLDER / f"{split}.json"
    try:
        key = _key(folder, split)
        kept = _read(file)
        if kept.get("key") != key:
            corpus = Corpus.open(folder)
            found = audit(corpus, split=split).findings
            kept = {"key": key, "corpus": corpus.digest, "findings": [f.data() for f in found]}
            with contextlib.suppress(MalsoriError, OSError):
                write_json(file, kept)
        findings = tuple(map(Finding.of, kept["findings"]))
    except (MalsoriError, OSError):
        return None
    return findings if kept["corpus"] == digest else None


def _key(folder: Path, split: str) -> dict[str, str]:
    """What the findings depend on: the content of every file that is looked at, and the version.

    Vectors are known by their hashes in the corpus' own file.
    """
    saved = [f"splits/{split}.{suffix}" for suffix in ("parquet", "yaml")]
    names = [SPEC_FILE, UTTERANCES_FILE, SOUNDS_FILE, *saved]
    hashes = {name: sha256_file(folder / name) for name in names if (folder / name).is_file()}
    return {"malsori": __version__, **hashes}


def _read(file: Path) -> dict[str, Any]:
    """What was kept; nothing where it cannot be read, since it can be made again."""
    try:
        found = read_json(file) if file.is_file() else {}
    except (MalsoriError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
