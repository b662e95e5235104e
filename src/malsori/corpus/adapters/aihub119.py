"""Adapter for the emergency calls of AI Hub 71768 (119 calls in Korean)."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from malsori.corpus.adapters._aihub119_layout import Layout, explore, recording_of
from malsori.corpus.adapters._aihub119_reading import Reading, Speakers, Unit, tell
from malsori.corpus.adapters._aihub119_tasks import declare
from malsori.corpus.adapters.base import Adapter, Source
from malsori.corpus.counting import counted
from malsori.errors import MalsoriError
from malsori.reporting import progress

_BAND: Final = 4_000  # Hz: half of the 8,000 Hz that every published recording has


class Aihub119(Adapter):
    """Emergency calls with urgency, sentiment, kind of disaster, triage, symptoms and gender.

    The publisher's folders, its archives without unpacking them, a mixture of both, or a part of
    them: a record (``.json``) and a recording (``.wav``) belong together by their names. Nobody
    is known by name; a row's ``call`` is what holds together. Addresses are not taken over.

    Args:
        source: folder with ``Training`` and ``Validation``, any part of it, or one archive.
        unit: a row is a whole ``call``, its text all utterances in the order of time; or an
            ``utterance``, with the labels of its call.
        speakers: whose utterances: ``caller``, ``dispatcher`` or ``both``. Of a whole call only
            the text is chosen, for both are in one recording.
        min_ms: an utterance shorter than so many milliseconds is quarantined as ``too-short``.
        audio_root: folder or archive with the recordings, if they are not at the source.

    Raises:
        MalsoriError: ``min_ms`` is negative.
    """

    def __init__(
        self,
        source: Path,
        *,
        unit: Unit = "call",
        speakers: Speakers = "both",
        min_ms: int = 500,
        audio_root: str | None = None,
    ) -> None:
        super().__init__(source)
        if min_ms < 0:
            raise MalsoriError(f"min_ms {min_ms} is negative", hint="0 keeps every utterance")
        self.unit, self.speakers, self.min_ms = unit, speakers, min_ms
        self.audio_root = audio_root

    def read(self) -> Source:
        """Read the records, and pair them with the recordings.

        Raises:
            MalsoriError: no such source, no record in it, or an archive that is refused.
        """
        layout = explore(self.source, self.audio_root)
        reading = Reading(self.unit, self.speakers, self.min_ms)
        used: set[str] = set()
        for entry in progress(layout.records, label="reading records", unit="record"):
            recording = recording_of(entry, layout.recordings.get(entry.stem, []))
            reading.take(entry, recording)
            if recording is not None:
                used.add(recording.reference)
        notes = [*_on_pairs(layout, used), *layout.notes]
        self._reject_rest(layout, reading, used, notes)
        notes += tell(reading.counts, self.unit, self.speakers)
        calls = reading.calls()
        notes += _on_doubles(calls)
        calls, tasks = declare(calls, notes)
        return Source(
            reading.rows(calls),
            tasks,
            notes,
            reading.broken,
            audio_root=layout.root,
            clip_ends=True,
            provenance=self._provenance(reading),
        )

    def _reject_rest(
        self, layout: Layout, reading: Reading, used: set[str], notes: list[str]
    ) -> None:
        """Recordings without a record, and archives that cannot be opened, are rows too."""
        known = {entry.stem for entry in layout.records}
        spare = 0
        for stem, recordings in layout.recordings.items():
            if stem in known:
                spare += sum(wav.reference not in used for wav in recordings)
                continue
            for wav in recordings:
                reading.reject(stem, wav.reference, "no-record", f"there is no {stem}.json")
        for name, why in layout.unreadable.items():
            reading.reject(None, name, "unreadable-archive", why)
        if spare:
            copies = counted(spare, "recording has", "recordings have")
            notes.append(f"{copies} the name of another that belongs to the record, and no row")

    def _provenance(self, reading: Reading) -> dict[str, object]:
        length = {"min_ms": self.min_ms} if self.unit == "utterance" else {}
        return {
            "source": str(self.source.resolve()),
            "dataset": "AI Hub 71768",
            "records": reading.counts["calls"],
            "records_sha256": reading.sha256(),
            "unit": self.unit,
            "speakers": self.speakers,
            **length,
            "band_limit_hz": _BAND,
        }


def _on_pairs(layout: Layout, used: set[str]) -> list[str]:
    """What there is, and what all of it has in common."""
    records = counted(len(layout.records), "record")
    recordings = counted(sum(map(len, layout.recordings.values())), "recording")
    band = f"published as telephone audio of {2 * _BAND:,} Hz: above {_BAND:,} Hz there is nothing"
    return [
        f"{records} and {recordings}: {len(used):,} of them belong together by their names",
        f"{band}, whatever it is resampled to",
        "addresses and server paths in the records are not taken over",
    ]


def _on_doubles(calls: pl.DataFrame) -> list[str]:
    """A call that has several records is told of; its rows have the same ``call``."""
    records = calls.group_by("call").agg(pl.len(), parts=pl.col("split").n_unique())
    twice = records.filter(pl.col("len") > 1)
    if not twice.height:
        return []
    ids = counted(twice.height, "recordId is", "recordIds are")
    across = twice.filter(pl.col("parts") > 1).height
    note = f"{ids} that of several records ({across:,} across the published parts)"
    return [f"{note}: their rows have the same call, so that a split by call keeps them together"]
