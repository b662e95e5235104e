"""What an import read, mended and left out, as `corpus.yaml` keeps it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from malsori.console import Column, Table
from malsori.corpus.counting import few, with_rows
from malsori.words import Words

_SHOWN = 5


class Imported(BaseModel):
    """What became of every row of the source: ``read`` = ``kept`` + the sum of ``quarantined``.

    Example:
        >>> Imported(read=3, kept=2, quarantined={"truncated": 1}).table("Imported").rows
        [['read', '', '3'], ['kept', '', '2'], ['quarantined', 'truncated', '1']]
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: int  # rows that the source has
    kept: int  # rows of the corpus
    quarantined: dict[str, int] = {}  # reason → rows that are not in the corpus
    # Task → label that is no class → rows that are not in the corpus for it, most first
    unknown_labels: dict[str, dict[str, int]] = {}
    # Reason → rows that are in the corpus without their broken audio (``keep_text``); the
    # quarantine tells of them too
    text_only: dict[str, int] = {}
    repaired: dict[str, int] = {}  # what was mended → how often
    missing_labels: dict[str, int] = {}  # task → kept rows that it has no label for
    notes: list[str] = []  # what was inferred or met

    def table(
        self, title: str, absent: dict[str, int] | None = None, words: Words | None = None
    ) -> Table:
        """The counts, with the notes below them."""
        words = words or Words("en")
        groups = {
            "read": {"": self.read},
            "kept": {"": self.kept},
            "quarantined": {self._named(r): n for r, n in self.quarantined.items()},
            "text_only": self.text_only,
            "repaired": self.repaired,
            "label_missing": self.missing_labels,
            "absent": absent or {},
        }
        rows = [
            [words(f"imported.{what}"), key, f"{n:,}"]
            for what, counts in groups.items()
            for key, n in counts.items()
        ]
        heads = words("imported.rows"), words("imported.count")
        columns = [Column(heads[0]), Column(""), Column(heads[1], "right")]
        note = "\n".join(f"- {note}" for note in self.notes) or None
        return Table(title, columns, rows, note)

    def _named(self, reason: str) -> str:
        """A reason; that of unknown labels with the most frequent ones."""
        if reason != "unknown-label":
            return reason
        tasks = []
        for task, labels in self.unknown_labels.items():
            tasks.append(f"{task}: {few(with_rows(labels), _SHOWN)}")
        return f"{reason} ({'; '.join(tasks)})" if tasks else reason
