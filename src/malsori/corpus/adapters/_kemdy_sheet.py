"""Annotation files of KEMDy: CSV with two header rows, the columns found by what the first says."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from malsori.corpus.tables.cells import no_unicode
from malsori.corpus.tables.headers import Layout
from malsori.corpus.tables.records import Records
from malsori.errors import MalsoriError
from malsori.schema import seen

_RATER: Final = re.compile(r"eval\s*\d+\s*[fm]?", re.IGNORECASE)
_SEGMENT: Final = re.compile(r"sess\d+", re.IGNORECASE)


class Answer(NamedTuple):
    """What one rater, or all of them together, said; as in the file, empty where it is blank."""

    rater: str
    emotion: str
    valence: str
    arousal: str


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance: its line in the file, its Segment ID, the total and the raters' answers."""

    number: int
    id: str
    total: Answer
    raters: list[Answer]


@dataclass(frozen=True)
class Sheet:
    """A whole annotation file; ``broken`` are lines that end before the total: (line, why)."""

    lines: list[Line] = field(default_factory=list)
    broken: list[tuple[int, str]] = field(default_factory=list)


def read_sheet(text: str, where: str) -> Sheet:
    """Read an annotation file.

    The first row is searched for ``Segment ID``, ``Total Evaluation`` and ``Eval01F`` …; emotion,
    valence and arousal stand at each of the latter and in the two columns right of it. The
    second row is a header too, unless it holds a Segment ID.
    """
    records = Records(Layout(io.StringIO(text, newline="").readlines(), ","))
    numbered = [(r.line, [" ".join(seen(cell).split()) for cell in r.fields]) for r in records]
    header = numbered[0][1] if numbered else []
    segment, total = _place(header, "Segment ID", where), _place(header, "Total Evaluation", where)
    raters = {i: name for i, name in enumerate(header) if _RATER.fullmatch(name)}
    sheet = Sheet()
    for count, (number, cells) in enumerate(numbered[1:]):
        if not any(cells) or (count == 0 and not _SEGMENT.match(_cell(cells, segment))):
            continue
        why = no_unicode(cells)
        if len(cells) <= max(segment, total):
            why = f"{len(cells)} cells where the header has {len(header)}"
        if why:
            why = f"{where}:{number}: {why}"
            sheet.broken.append((number, why))
            continue
        answers = [_answer(cells, i, name) for i, name in raters.items()]
        line = Line(number, _cell(cells, segment), _answer(cells, total, ""), answers)
        sheet.lines.append(line)
    return sheet


def _place(header: list[str], name: str, where: str) -> int:
    found = [i for i, cell in enumerate(header) if cell.casefold() == name.casefold()]
    if not found:
        shown = ", ".join(cell for cell in header[:12] if cell) or "blank"
        raise MalsoriError(
            f"{where} has no column {name!r}; its first row is {shown}",
            hint="the first row of an annotation file names Segment ID and Total Evaluation",
        )
    return found[0]


def _cell(cells: list[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _answer(cells: list[str], place: int, rater: str) -> Answer:
    return Answer(rater, *(_cell(cells, place + k) for k in range(3)))
