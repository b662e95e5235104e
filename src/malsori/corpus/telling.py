"""What the ids of a corpus tell of those who speak in it, for pages that are shown around."""

from __future__ import annotations

from typing import Final

import polars as pl

from malsori.corpus.columns import LABEL, META

_PEOPLE: Final = ("speaker", "call", "dialogue", "role")
_LEAST: Final = 3  # characters: of shorter values only whole words of an id count
_CHANCE: Final = 0.5  # of the rows: numbers may be the same by chance
_SUFFIX: Final = r"\.[A-Za-z0-9]{1,5}$"


def told_by_ids(utterances: pl.DataFrame) -> list[str]:
    """What is written in the ids: ``path``, ``file``, and columns and tasks whose values are.

    An id tells the path if it has a separator, the file if it is the audio's name; a speaker,
    call, dialogue, role, label or column of metadata if it holds the row's value, or a word that
    is any row's. A call, dialogue or column of metadata that has another value in each row is an
    id itself.

    Example:
        >>> rows = pl.DataFrame({"id": ["kim_1", "lee_2"], "speaker": ["Kim", "Lee"],
        ...                      "audio": ["kim_1.wav", "lee_2.wav"]})
        >>> told_by_ids(rows), told_by_ids(rows.with_columns(id=pl.Series(["r1", "r2"])))
        (['file', 'speaker'], [])
    """
    rows = utterances.with_columns(pl.col("id").str.to_lowercase().alias("id"))
    found = ["path"] if rows["id"].str.contains(r"[/\\]").any() else []
    stem = pl.col("audio").str.to_lowercase().str.replace(_SUFFIX, "")
    if "audio" in rows.columns and rows.select((stem == pl.col("id")).any()).item():
        found.append("file")
    words = words_of(rows["id"])
    for column in rows.columns:
        values = _values(rows, column)
        if values is not None and _holds(rows["id"], values, words):
            found.append(column.removeprefix(LABEL).removeprefix(META))
    return found


def _values(rows: pl.DataFrame, column: str) -> pl.Series | None:
    """A column in small letters, where it says something of a row."""
    if column not in _PEOPLE and not column.startswith((LABEL, META)):
        return None
    dtype = rows[column].dtype
    if dtype not in (pl.String, pl.Int64) or rows[column].null_count() == rows.height:
        return None
    own = column != "speaker" and not column.startswith(LABEL)
    if own and rows[column].drop_nulls().n_unique() == rows[column].count() > 1:
        return None
    return rows[column].cast(pl.String).str.to_lowercase()


def words_of(ids: pl.Series) -> set[str]:
    """Runs of letters, and what stands between signs, in any id; numbers are not among them."""
    runs = [ids.str.extract_all(pattern) for pattern in (r"\p{L}+", r"[\p{L}\d]+")]
    found = {word for run in runs for word in run.explode().drop_nulls().unique()}
    return {word for word in found if not word.isdigit()}


def _holds(ids: pl.Series, values: pl.Series, words: set[str]) -> bool:
    if words & set(values.drop_nulls().unique()):
        return True
    table = pl.DataFrame({"id": ids, "value": values}).drop_nulls()
    long = pl.col("value").str.len_chars() >= _LEAST
    inside = pl.col("id").str.contains(pl.col("value"), literal=True)
    number = pl.col("value").str.contains(r"^\d+$")
    parts = pl.col("id").str.extract_all(r"[\p{L}\d]+")
    same = parts.list.contains(pl.col("value"))
    seen = table.select(
        (long & inside & ~number).any().alias("word"), (number & same).mean().alias("number")
    )
    return bool(seen["word"][0]) or (seen["number"][0] or 0.0) >= _CHANCE
