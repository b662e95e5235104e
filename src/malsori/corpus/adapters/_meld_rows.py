"""The rows of MELD as they are gathered from its tables."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

import polars as pl

from malsori.archives import Tree
from malsori.corpus.adapters._meld_clips import SPLITS, Clips, Key
from malsori.corpus.adapters._meld_tables import SplitTable, mend, number_of, read_split, seconds
from malsori.corpus.adapters._published import row_numbers, unread
from malsori.corpus.tables import Broken

_SPAN = {"reversed": 0.0, "shorter than 0.1 s": 0.1}
_LONG = 30.0  # seconds: nobody speaks that long here, the episode was cut wrongly

Row = Mapping[str, str | None]


class Rows:
    """Rows of all splits column by column, numbered as one table."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = defaultdict(list)
        self.keys: list[Key] = []
        self.broken: list[Broken] = []
        self.repaired: Counter[str] = Counter()
        self.notes: list[str] = []
        self._odd: Counter[str] = Counter()

    def add_table(self, split: SplitTable, encoding: str | None) -> None:
        """Gather the rows of one split."""
        table = read_split(split, encoding)
        self.notes += table.notes
        number = row_numbers(table, self._next())
        where = split.entry.reference
        for b in table.broken:
            self._break(number[b.row], f"{where}, line {b.row}: {b.detail}")
        for line, record in zip(table.rows, table.frame.iter_rows(named=True), strict=True):
            dialogue, utterance = number_of(record["dialogue"]), number_of(record["utterance"])
            if dialogue is not None and utterance is not None:
                self.add(number[line], (split.split, dialogue, utterance), record)
                continue
            ids = f"ids {record['dialogue']!r} and {record['utterance']!r} are no whole numbers"
            self._break(number[line], f"{where}, line {line}: {ids}")

    def _break(self, row: int, detail: str) -> None:
        self.broken.append(Broken(row, None, None, "bad-row", detail))

    def add(self, row: int, key: Key, record: Row) -> None:
        """Gather one row."""
        split, dialogue, utterance = key
        start, end = seconds(record.get("start")), seconds(record.get("end"))
        self._look_at(record, start, end)
        values = {
            "row": row,
            "id": f"{split}-dia{dialogue}_utt{utterance}",
            "speaker": self._mended(record["speaker"]),
            "dialogue": f"{split}-dia{dialogue}",
            "turn": str(utterance),
            "split": SPLITS[split],
            "text": self._mended(record["text"]),
            "label.emotion": record["emotion"],
            "label.sentiment": record["sentiment"],
            "meta.season": record.get("season"),
            "meta.episode": record.get("episode"),
            "meta.start": record.get("start") if start is None else f"{start:.3f}",
            "meta.end": record.get("end") if end is None else f"{end:.3f}",
        }
        for name, value in values.items():
            self.columns[name].append(value)
        self.keys.append(key)

    def _mended(self, written: str | None) -> str | None:
        text = written or ""
        one = mend(text)
        self.repaired["characters of cp1252 put right"] += one != text.strip()
        self.repaired["outer spaces taken off"] += text != text.strip()
        return one or None

    def _look_at(self, record: Row, start: float | None, end: float | None) -> None:
        """Count times of an episode that cannot be those of an utterance."""
        if start is None or end is None:
            written = (record.get("start"), record.get("end"))
            self._odd["not understood"] += any(written)
            return
        if end - start > _LONG:
            self._odd[f"longer than {_LONG:g} s"] += 1
        elif end - start < max(_SPAN.values()):
            self._odd[next(what for what, least in _SPAN.items() if end - start <= least)] += 1

    def about_times(self) -> list[str]:
        """A note of odd times, if there are any."""
        odd = ", ".join(f"{n:,} {what}" for what, n in self._odd.items() if n)
        return [f"times of the episode (meta.start, meta.end): {odd}"] if odd else []

    def add_unread(self, sounds: Tree, clips: Clips) -> None:
        """Add archives that cannot be opened, and recordings that no row tells of."""
        there = set(self.keys)
        strays = [entry for key, entry in clips.audio.found.items() if key not in there]
        why = "the table of its split has no such utterance"
        self.broken += unread(sounds, strays, why, self._next())

    def _next(self) -> int:
        return 1 + len(self.keys) + len(self.broken)

    def frame(self, clips: Clips | None) -> pl.DataFrame:
        """The rows as a table; with the paths of their recordings if there are any."""
        columns = dict(self.columns)
        if clips is not None:
            columns["audio"] = [clips.expected(key) for key in self.keys]
        return pl.DataFrame(
            {
                name: pl.Series(values, dtype=pl.Int64() if name == "row" else pl.String())
                for name, values in columns.items()
            }
        )
