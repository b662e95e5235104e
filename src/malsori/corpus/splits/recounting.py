"""The record of a saved split, counted anew where rows were dropped from the corpus since."""

from __future__ import annotations

import re
from typing import Any

import polars as pl

from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import group_rows
from malsori.corpus.near import with_near
from malsori.corpus.splits.info import count_classes, count_groups, count_parts
from malsori.io import read_yaml


def recorded_split(corpus: Corpus, name: str) -> dict[str, Any]:
    """What is recorded of a saved split, its counts without rows that were dropped since.

    What was asked for, the hash and the leaks that were accepted stay those of the day it was made.
    """
    record: dict[str, Any] = read_yaml(corpus.path / "splits" / f"{name}.yaml") or {}
    here = corpus.utterances.select("id")
    frame = here.join(corpus.split(name), on="id", how="left", maintain_order="left")
    counts = count_parts(frame.drop_nulls("split"))
    if record.get("counts") in (counts, None):
        return record
    by = list((record.get("how") or {}).get("by") or ())
    table = with_near(corpus, by)
    now = {
        "counts": counts,
        "groups": count_groups([group_rows(table, column) for column in by], frame),
        "classes": count_classes(corpus, frame),
    }
    if record.get("tested") is not None:
        now["tested"] = _tested(corpus, name)
    notes = [_recounted(note, now, frame) for note in record.get("notes") or ()]
    return {**record, **now, "notes": notes}


def _tested(corpus: Corpus, name: str) -> int:
    """Rows that are tested over all folds."""
    base = re.escape(re.sub(r"-\d+$", "", name))
    folds = [n for n in corpus.split_names() if re.fullmatch(rf"{base}-\d+", n)]
    return sum(count_parts(corpus.split(n))["test"] for n in folds)


def _recounted(note: Any, now: dict[str, Any], frame: pl.DataFrame) -> Any:
    if isinstance(note, dict) and note.get("key") == "split.tested" and "tested" in now:
        told = {"n": now["tested"], "rows": frame["split"].count()}
        return {**note, "fields": {**note["fields"], **told}}
    return note
