"""Adapter for MELD: dialogues from Friends with emotion and sentiment."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from malsori.archives import Tree
from malsori.corpus.adapters._meld_clips import about_clips, find_clips, on_video
from malsori.corpus.adapters._meld_rows import Rows
from malsori.corpus.adapters._meld_tables import find_tables
from malsori.corpus.adapters._published import checksums, find_sounds
from malsori.corpus.adapters.base import Adapter, Source
from malsori.schema import Task

TASKS: Final = (
    Task(
        name="emotion",
        kind="nominal",
        classes=("neutral", "joy", "sadness", "anger", "surprise", "fear", "disgust"),
    ),
    Task(name="sentiment", kind="nominal", classes=("negative", "neutral", "positive")),
)


class Meld(Adapter):
    """MELD as it is published: a CSV a split, clips in ``train_splits`` and so on.

    Gives the tasks ``emotion`` (7) and ``sentiment`` (3), and the published split. Times in the
    tables are those of an episode, so they are ``meta.start`` and ``meta.end`` (seconds).

    The clips are published as MP4, which is not read: write a ``.wav`` or ``.flac`` beside each
    (or in other folders named after the splits). Where there is only video the import says how.

    Args:
        source: the folder, an archive of it, or one of the tables.
        encoding: of the tables; None tries UTF-8, then cp1252.
        audio_root: where the recordings lie, if not with the tables.
    """

    def __init__(
        self, source: Path, *, encoding: str | None = None, audio_root: str | None = None
    ) -> None:
        super().__init__(source)
        self.encoding = encoding
        self.audio_root = audio_root

    def read(self) -> Source:
        """Read the tables and find the clips.

        Raises:
            MalsoriError: no table of MELD, or one that cannot be decoded or lacks columns.
        """
        notes: list[str] = []
        tree = Tree(self.source)
        tables = find_tables(tree, notes)
        rows = Rows()
        for table in tables:
            rows.add_table(table, self.encoding)
        notes += rows.notes
        sounds = find_sounds(self.source, tree, self.audio_root)
        clips = find_clips(sounds, [table.split for table in tables])
        audible = bool(clips.audio.found or clips.video or sounds.broken)
        rows.add_unread(sounds, clips)
        return Source(
            rows.frame(clips if audible else None),
            list(TASKS),
            [*notes, *about_clips(sounds.root, clips, rows.keys), *rows.about_times()],
            rows.broken,
            {what: n for what, n in rows.repaired.items() if n},
            audio_root=sounds.root.resolve() if audible else None,
            if_missing=f"{on_video(sounds.root)}; or keep the text alone with --keep-text"
            if clips.video
            else None,
            provenance={
                "source": str(self.source.resolve()),
                "sha256": checksums(table.entry for table in tables),
            },
        )
