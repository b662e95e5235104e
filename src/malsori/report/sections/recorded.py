"""Notes that a corpus and its split recorded, in the page's language where they are known."""

from __future__ import annotations

import re

from malsori.report.sections import marks
from malsori.words import Text, Words

# As `corpus.splits.notes` writes them.
_KNOWN = {
    "own_group": r"(?P<n>[\d,]+) rows? ha(?:ve|s) no (?P<column>\S+)(?: \([\d.]+ % of all\))?; "
    r"each is a group of its own",
    "fewer_than_folds": r"(?P<task>.+): (?P<name>.+) has (?P<n>[\d,]+) rows?, fewer than "
    r"(?P<folds>\d+) folds",
    "dropped": r"(?P<n>[\d,]+) rows? ha(?:ve|s) no (?P<column>\S+) and (?:are|is) dropped",
    "few_in_part": r"(?P<part>validation|test) has fewer than (?P<n>\d+) rows",
    "part_lacks": r"(?P<part>train|validation|test) has no (?P<task>.+) = (?P<classes>.+)",
    "tested": r"over all (?P<folds>\d+) folds (?P<n>[\d,]+) of (?P<rows>[\d,]+) rows are tested",
    "leaky_preset": r"preset (?P<preset>\S+) is leaky: .+",
    "renamed": r"the publisher's (?P<part>\w+) part became (?P<to>\w+)",
    "made_validation": r"(?P<column>\S+) has no validation part: (?P<n>[\d.]+)% of the training "
    r"rows, not grouped, became it",
    "made_grouped": r"(?P<column>\S+) has no validation part: (?P<n>[\d.]+)% of the training "
    r"rows, grouped by (?P<by>.+), became it",
    "empty_range": r"(?P<column>\S+) (?P<span>\d+–\d+) has no rows: its split is left out",
}
_PATTERNS = {name: re.compile(pattern) for name, pattern in _KNOWN.items()}


def recorded(note: str, words: Words) -> Text:
    """A note as it was recorded (English), or in Korean if it is one of the known ones.

    Example:
        >>> recorded("12 rows have no speaker and are dropped", Words("ko"))
        ('화자가 없는 행 12개를 제외했습니다.',)
        >>> recorded("12 rows have no speaker and are dropped", Words("en"))
        ('12 rows have no speaker and are dropped.',)
    """
    if words.lang != "en":
        for name, pattern in _PATTERNS.items():
            found = pattern.fullmatch(note)
            if found:
                return words.text(f"note.{name}", **_translated(found.groupdict(), words))
    return (note if note.endswith(".") else f"{note}.",)


def _translated(fields: dict[str, str], words: Words) -> dict[str, str]:
    families = {"column": "column", "by": "column", "part": "part", "to": "part"}
    return {
        k: marks.named(words, families[k], v) if k in families else v for k, v in fields.items()
    }
