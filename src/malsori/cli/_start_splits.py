"""Which split `malsori start` makes: the published one, unless another is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from malsori.cli._starting import grouped_by, split_name

if TYPE_CHECKING:
    from malsori.corpus.corpus import Corpus
    from malsori.words import Words

_PUBLISHED: Final = "published"


@dataclass(frozen=True)
class Wanted:
    """A split that is to be made, or is there already."""

    name: str
    by: tuple[str, ...]  # columns whose values stay together
    column: str | None = None  # the publisher's, which it follows


def wanted_split(corpus: Corpus, by: Sequence[str], source: Path, words: Words) -> Wanted:
    """The published split where no other is asked for; says what becomes of a published one."""
    from malsori.console import wrapped
    from malsori.corpus.splits.published import parts_said, published_counts, why_not_published

    counts = published_counts(corpus)
    why = None if by else why_not_published(corpus)
    if counts:
        parts = parts_said(counts, words)
        said = words("split.published.asked") if by else why and words.say(why)
        key = "unused" if said else "used"
        print(wrapped(words(f"split.published.{key}", column="split", parts=parts, why=said)))
        if not said:
            return Wanted(_PUBLISHED, (), "split")
    columns = grouped_by(corpus, by, source)
    return Wanted(split_name(columns), columns)
