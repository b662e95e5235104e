"""Adapter for AI Hub 263: conversations labelled by five raters (감정 분류를 위한 대화 음성)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from malsori.archives import Entry, Tree
from malsori.corpus.adapters._emotion_notes import about_people, about_recordings, about_rows
from malsori.corpus.adapters._emotion_ratings import CLASSES, EMOTION
from malsori.corpus.adapters._emotion_rows import Rows
from malsori.corpus.adapters._emotion_tables import (
    Release,
    find_releases,
    read_release,
    release_of,
)
from malsori.corpus.adapters._emotion_talks import Turn, rebuild
from malsori.corpus.adapters._published import checksums, find_sounds, unread
from malsori.corpus.adapters._recordings import SUFFIXES, Recordings
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.labels import (
    DEFAULT_RULE,
    aggregate,
    check_least,
    parse_rule,
    rater_column,
)
from malsori.corpus.labels.regrouping import Regrouping, regroup
from malsori.corpus.labels.rewriting import rewrite
from malsori.corpus.tables import Broken
from malsori.errors import MalsoriError

_TYPES: Final[dict[str, Any]] = {
    "row": pl.Int64(),
    "soft.emotion": pl.List(pl.Float64()),
    "compound.emotion": pl.List(pl.String()),
}


class AihubEmotion(Adapter):
    """AI Hub 263: one to three releases, as CSV, with recordings unpacked or in their archives.

    Gives one task, ``emotion``. Beside its label stand the raters' votes (``raters.emotion``,
    with intensities 0 to 2), their shares (``soft.emotion``), the classes that tie
    (``compound.emotion``) and what the speaker was asked to act (``meta.situation``).

    The publisher names no speakers: ``speaker`` is the proxy release/age/gender, and ``dialogue``
    is rebuilt from the ids, which tell when and by which process a recording was made.

    Args:
        source: the folder with the tables and recordings, an archive of it, or one table beside
            its recordings.
        rule: how votes become a label: ``majority(3)`` or another N, ``majority``,
            ``intensity_sum`` (study C's), ``situation`` or ``soft``.
        releases: such as ``5차년도_2차`` (several with commas); None takes all that are there.
        classes: the classes to keep, of the seven (with commas); the rule decides among all
            seven, and rows of another class are not labelled.
        gap_minutes: a pause longer than this ends a conversation.
        encoding: of the tables; None tries UTF-8, then CP949.
        audio_root: where the recordings lie, if not with the tables.

    Raises:
        MalsoriError: no such rule or class, or a pause below zero.
    """

    def __init__(
        self,
        source: Path,
        *,
        rule: str = DEFAULT_RULE,
        releases: list[str] | str | None = None,
        classes: list[str] | str | None = None,
        gap_minutes: float = 5.0,
        encoding: str | None = None,
        audio_root: str | None = None,
    ) -> None:
        super().__init__(source)
        chosen = parse_rule(rule)
        check_least(chosen, raters=5)
        self.rule = chosen.name
        self.releases = None if releases == "all" else _listed(releases)
        self.classes = _classes(_listed(classes))
        if not gap_minutes >= 0:
            raise MalsoriError(f"gap_minutes is {gap_minutes:g}", hint="give minutes from 0 on")
        self.gap_minutes = gap_minutes
        self.encoding = encoding
        self.audio_root = audio_root

    def read(self) -> Source:
        """Read the tables, decide on the labels, rebuild the conversations, find the recordings.

        Raises:
            MalsoriError: no table of AI Hub 263, one that cannot be decoded or lacks columns, or
                not the release that was asked for.
        """
        notes: list[str] = []
        tree = Tree(self.source)
        releases = find_releases(tree, self.releases, notes)
        rows, broken = self._gather(releases, notes)
        turns = rebuild(rows.columns["id"], rows.people(), self.gap_minutes)
        sounds = find_sounds(self.source, tree, self.audio_root)
        recordings = Recordings.index((e.stem.casefold(), e) for e in sounds.having(*SUFFIXES))
        strays = _strays(recordings, rows)
        lost = self._lost(strays, releases)
        why = "no table has a row with this wav_id"
        broken += unread(sounds, lost, why, first=1 + len(rows.votes) + len(broken))
        notes += about_recordings(sounds.root, recordings, rows, len(strays) - len(lost))
        notes += about_rows(rows, self.rule, self.classes.new.classes)
        notes += about_people(rows, turns, self.gap_minutes)
        audible = bool(recordings.found or sounds.broken)
        return Source(
            self._frame(rows, turns, recordings if audible else None),
            [self.classes.new],
            notes,
            broken,
            rows.mended(),
            audio_root=sounds.root.resolve() if audible else None,
            provenance=self._provenance(releases),
        )

    def _gather(self, releases: Sequence[Release], notes: list[str]) -> tuple[Rows, list[Broken]]:
        """The rows of all releases, numbered as one table."""
        # Rows that were voted alike are decided once.
        decide = cache(partial(aggregate, classes=CLASSES, rule=self.rule))
        rows, broken = Rows(decide), list[Broken]()
        for release in releases:
            table = read_release(release, self.encoding, 1 + len(rows.votes) + len(broken))
            rows.add_table(release, table)
            notes += table.notes
            broken += table.broken
        return rows, broken

    def _lost(self, strays: Sequence[Entry], releases: Sequence[Release]) -> list[Entry]:
        """Recordings without a row, where all rows of their release must have been read."""
        if self.releases is not None or self.audio_root is not None or self.source.is_file():
            return []
        read = {None, *(release.name for release in releases)}
        return [entry for entry in strays if _release_by_place(entry) in read]

    def _frame(
        self, rows: Rows, turns: Sequence[Turn | None], recordings: Recordings[str] | None
    ) -> pl.DataFrame:
        columns = rows.columns
        talks = [turn and turn.talk for turn in turns]
        numbers = [turn and str(turn.number) for turn in turns]
        added = {
            "dialogue": pl.Series(talks, dtype=pl.String),
            "turn": pl.Series(numbers, dtype=pl.String),
        }
        if recordings is not None:
            paths = [_path(recordings, key) for key in columns["id"]]
            added["audio"] = pl.Series(paths, dtype=pl.String)
        added["raters.emotion"] = rater_column(rows.votes, "raters.emotion")
        frame = pl.DataFrame(
            {
                name: pl.Series(values, dtype=_TYPES.get(name, pl.String()))
                for name, values in columns.items()
            }
        )
        return rewrite(frame.with_columns(**added), self.classes)

    def _provenance(self, releases: Sequence[Release]) -> dict[str, Any]:
        return {
            "source": str(self.source.resolve()),
            "sha256": checksums(release.entry for release in releases),
            "releases": [release.name for release in releases],
            "rule": self.rule,
            "classes": list(self.classes.new.classes),
            "gap_minutes": self.gap_minutes,
        }


def _listed(names: list[str] | str | None) -> list[str] | None:
    """A list, or names with commas; nothing is None."""
    given = names.split(",") if isinstance(names, str) else names or []
    return [name.strip() for name in given if name.strip()] or None


def _classes(names: Sequence[str] | None) -> Regrouping:
    """All seven classes, or some of them in the same order."""
    kept = {EMOTION.index(name) for name in names or ()}
    return regroup(EMOTION, keep=[CLASSES[i] for i in sorted(kept)])


def _path(recordings: Recordings[str], key: str | None) -> str | None:
    """Where a row's recording lies, or would lie."""
    if key is None:
        return None
    entry = recordings.found.get(key.casefold())
    return entry.reference if entry else f"{key}.wav"


def _strays(recordings: Recordings[str], rows: Rows) -> list[Entry]:
    """Recordings of no row."""
    ids = {key.casefold() for key in rows.columns["id"] if key is not None}
    return [entry for key, entry in recordings.found.items() if key not in ids]


def _release_by_place(entry: Entry) -> str | None:
    """The release that one of a recording's folders is called by."""
    return next((name for part in entry.parts[:-1] if (name := release_of(part))), None)
