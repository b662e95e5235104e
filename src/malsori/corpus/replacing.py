"""What goes and what stays when a corpus takes the place of another."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from malsori.corpus.corpus import QUARANTINE_FILE, SOUNDS_FILE, SPEC_FILE, UTTERANCES_FILE
from malsori.corpus.counting import few
from malsori.errors import MalsoriError
from malsori.io import read_yaml

STORE: Final = "store"
"""Folder of stored features in a corpus: they are of signals by their content, whosever."""

_FILES: Final = {SPEC_FILE, UTTERANCES_FILE, QUARANTINE_FILE, SOUNDS_FILE}
_OWN: Final = {*_FILES, "audio", "features", "splits", STORE}


def contents(corpus: Path, new: Path) -> str:
    """What a corpus is, and what goes with it that the new one does not bring.

    Returns:
        Such as ``calls (600 rows), its splits by-0, by-1, notes.txt``.
    """
    try:
        spec: Any = read_yaml(corpus / SPEC_FILE)
        about = f"{spec['name']} ({spec['counts']['utterances']:,} rows)"
    except (MalsoriError, TypeError, KeyError, ValueError):
        about = f"one whose {SPEC_FILE} cannot be read"
    splits = sorted(file.stem for file in (corpus / "splits").glob("*.parquet"))
    named = {p.name for p in corpus.iterdir() if not p.name.startswith(".")}
    others = sorted(named - _OWN - {p.name for p in new.iterdir()})
    gone = [f"its {'splits' if len(splits) > 1 else 'split'} {few(splits)}"] if splits else []
    return ", ".join([about, *gone, *([few(others)] if others else [])])


def keep_store(old: Path, new: Path) -> bool:
    """Takes over the stored features of a corpus that is replaced; says whether it had any."""
    if not (old / STORE).is_dir() or (new / STORE).exists():
        return False
    (old / STORE).rename(new / STORE)
    return True
