"""The rows of AI Hub 263 as they are gathered from its tables."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from malsori.corpus.adapters._emotion_ratings import Ratings
from malsori.corpus.adapters._emotion_tables import RATERS, Release
from malsori.corpus.labels import Decision, Vote
from malsori.corpus.tables import RawTable
from malsori.schema import normal

Row = Mapping[str, str | None]

_BREAKS = re.compile(r"[\t\r\n\v\f]+")
_GENDERS: Final = {
    **dict.fromkeys(("male", "m", "남", "남자", "남성"), "male"),
    **dict.fromkeys(("female", "f", "여", "여자", "여성"), "female"),
}


@dataclass
class Rows:
    """Rows column by column, with counts of what was mended and met."""

    decide: Callable[..., Decision]  # from the votes and the situation of a row
    ratings: Ratings = field(default_factory=Ratings)
    # Those of a corpus, still without recordings and conversations
    columns: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    votes: list[tuple[Vote, ...]] = field(default_factory=list)  # of each row
    repaired: Counter[str] = field(default_factory=Counter)
    odd: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add_table(self, release: Release, table: RawTable) -> None:
        """Gather the rows of one release."""
        for row, record in zip(table.rows, table.frame.iter_rows(named=True), strict=True):
            self.add(row, release.name, record)

    def add(self, row: int, release: str, record: Row) -> None:
        """Gather one row."""
        labels = [record.get(f"label{r}") for r in RATERS]
        votes = self.ratings.votes(labels, [record.get(f"intensity{r}") for r in RATERS])
        said = record.get("situation")
        situation = self._known("상황", said, self.ratings.class_of(said) if said else None)
        decision = self.decide(votes, situation=situation)
        age = self._known("나이", record.get("age"), age_of(record.get("age")))
        gender = self._known("성별", record.get("gender"), gender_of(record.get("gender")))
        values = {
            "row": row,
            "id": self._id(record.get("id")),
            "speaker": speaker_of(release, age, gender),
            "text": self._text(record.get("text")),
            "label.emotion": decision.label,
            "soft.emotion": decision.soft,
            "compound.emotion": list(decision.compound) or None,
            "meta.situation": situation or _stripped(said),
            "meta.age": age or _stripped(record.get("age")),
            "meta.gender": gender or _stripped(record.get("gender")),
            "meta.release": release,
        }
        for name, value in values.items():
            self.columns[name].append(value)
        self.votes.append(votes)

    def _known(self, column: str, written: str | None, understood: str | None) -> str | None:
        """What a cell means; what means nothing is counted."""
        if written is not None and understood is None:
            self.odd[column][written.strip()] += 1
        return understood

    def _id(self, written: str | None) -> str | None:
        name = normal(written or "")
        self.repaired["wav_id with .wav, taken off"] += name.lower().endswith(".wav")
        return re.sub(r"\.wav$", "", name, flags=re.IGNORECASE) or None

    def _text(self, written: str | None) -> str | None:
        text = written or ""
        one_line = _BREAKS.sub(" ", text)
        self.repaired["text with tabs or line ends, made spaces"] += one_line != text
        self.repaired["text with outer spaces, taken off"] += text != text.strip()
        return one_line.strip() or None

    def mended(self) -> dict[str, int]:
        """What was mended → rows."""
        respelled = {"emotion written otherwise, such as Angry or sad": self.ratings.respelled}
        return {what: n for what, n in (self.repaired | respelled).items() if n}

    def people(self) -> list[tuple[str | None, ...]]:
        """Release, age and gender of each row, to tell conversations apart."""
        names = ("meta.release", "meta.age", "meta.gender")
        return list(zip(*(self.columns[name] for name in names), strict=True))


def _stripped(written: str | None) -> str | None:
    return written.strip() if written is not None else None


def age_of(written: str | None) -> str | None:
    """An age in years, or a decade as `30대`; None if it is neither.

    Example:
        >>> age_of("48"), age_of("48.0"), age_of("30 대"), age_of("unknown")
        ('48', '48', '30대', None)
    """
    match = re.fullmatch(r"(\d{1,3})(?:\.0+)?(세|대)?", re.sub(r"\s+", "", written or ""))
    return f"{int(match[1])}{'대' if match[2] == '대' else ''}" if match else None


def gender_of(written: str | None) -> str | None:
    """`male`, `female`, or None.

    Example:
        >>> gender_of(" Male"), gender_of("여성"), gender_of("?")
        ('male', 'female', None)
    """
    return _GENDERS.get((written or "").strip().casefold())


def speaker_of(release: str, age: str | None, gender: str | None) -> str | None:
    """The proxy of a speaker; None if age or gender is not told."""
    return f"{release}/{age}/{gender}" if age and gender else None
