"""What a corpus knows of each row beside its signals and labels: columns that might tell labels."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final, Literal

import numpy as np
import polars as pl

from malsori.corpus.audit.case import TELEPHONE, Case
from malsori.corpus.audit.predicting import Prediction, bins_of, predict
from malsori.corpus.audit.targets import Codes, Target
from malsori.corpus.columns import FEATURES, META
from malsori.corpus.grouping import TEXT, values_of
from malsori.notes import Note

Kind = Literal["metadata", "person", "name", "recording", "absence", "script"]

_FEW: Final = 30  # values; numbers with more are cut into bins
_NUMERIC: Final = 0.95  # of the values
_MOST_TOKENS: Final = 4
_READ: Final = 0.5  # of the texts occur again: speakers read sentences that were given to them
_OWN_VALUES: Final = ("telephone", "wideband", "absent", "there")
_ALL_RIGHT: Final = 0.99  # of the held-out rows
_FEW_GROUPS: Final = 1e-3  # chance by the mean of each group alone
_NONE: Final = Note("audit.attribute.value.none")
_PERSONAL: Final = re.compile(
    r"(gender|sex|age|region|country|city|language|dialect|성별|나이|연령|지역)", re.IGNORECASE
)
_TOKENS: Final = re.compile(r"[^\W\d_]+|\d+")
_DATE: Final = r"^(\d{4})\D?(\d{2})\D?(\d{2})"


@dataclass(frozen=True)
class Attribute:
    """A column with few values."""

    name: Note | str  # a column, or what is seen in others
    # ``metadata``, ``person`` (who speaks: gender, age, region), ``name`` (parts of ids and
    # paths), ``recording`` (rate, bandwidth), ``absence`` (which signal is missing),
    # ``script`` (the sentence that is read)
    kind: Kind
    values: tuple[Note | str, ...]  # their names, or words for those that are no names
    codes: Codes  # the value of each row ``[N]`` int64; rows without one have the last

    @property
    def of_id(self) -> bool:
        """Whether it is a part of the ids, which no encoder sees."""
        return isinstance(self.name, Note) and self.name.key == "audit.attribute.part"

    @property
    def known(self) -> pl.Series:
        """The value of each row ``[N]``, null without one."""
        codes = pl.Series(self.codes)
        return codes.set(codes == self.values.index(_NONE), None) if _NONE in self.values else codes

    @property
    def id(self) -> str:
        """The name in no language."""
        if isinstance(self.name, str):
            return self.name
        return "_".join([self.name.key.rpartition(".")[2], *map(str, self.name.fields.values())])


def attributes_of(case: Case) -> tuple[Attribute, ...]:
    """Every attribute of a corpus that has two values or more, the same one only once.

    Metadata, role, folder and suffix of the audio, parts of ids, sample rate, telephone or not,
    whether a signal is absent, and the text where most are said more than once. Numbers and dates
    with many values are cut into ranges; other columns with more values than half of the
    rows say nothing of unseen rows and are left out.
    """
    seen: dict[bytes, Attribute] = {}
    for name, kind, column in _columns(case):
        attribute = _attribute(name, kind, column)
        if attribute is not None:
            # The same partition under another name tells the same.
            _, first, dense = np.unique(attribute.codes, return_index=True, return_inverse=True)
            by_appearance = np.argsort(np.argsort(first))
            seen.setdefault(by_appearance[dense].tobytes(), attribute)
    return tuple(seen.values())


def predicted_by(attribute: Attribute, target: Target, case: Case) -> Prediction | None:
    """How well an attribute tells a label (see `predict`); None where that may be chance.

    Where it may be over all rows, those with a value are asked alone: a column that is
    filled in for some speakers only tells nothing of the others.
    """
    whole = predict(attribute.codes, target, case.groups)
    told = attribute.codes < len(attribute.values) - 1
    if whole is None or whole.real or attribute.values[-1] != _NONE:
        return whole if whole and whole.real else None
    some = replace(target, codes=np.where(told, target.codes, -1))
    part = predict(attribute.codes, some, case.groups)
    if part is None or not part.skill > 0:
        return None
    # Few groups are left then, but all rows of each right is more than a mean can say.
    all_right = part.accuracy >= _ALL_RIGHT and part.chance < _FEW_GROUPS
    return part if part.real or all_right else None


def _columns(case: Case) -> Iterator[tuple[Note | str, Kind, pl.Series]]:
    rows = case.rows
    for column in rows.columns:
        if column.startswith(META):
            person = _PERSONAL.search(column.removeprefix(META))
            yield column, "person" if person else "metadata", values_of(rows, column)
    yield _own("role"), "metadata", rows["role"]
    yield _own("sample_rate"), "recording", rows["sample_rate"].cast(pl.String)
    telephone = (rows["bandwidth"] <= TELEPHONE) & (rows["bandwidth"] > 0)
    yield (
        _own("bandwidth"),
        "recording",
        telephone.replace_strict(
            {True: "telephone", False: "wideband"}, default=None, return_dtype=pl.String
        ),
    )
    yield from _of_paths(rows["audio"])
    texts = values_of(rows, TEXT)
    if texts.is_duplicated().sum() - texts.null_count() >= _READ * max(texts.count(), 1):
        yield _own("sentence"), "script", texts
    if not made_ids(rows).all():
        yield from _of_ids(rows["id"])
    for column in ["audio", "text", *(c for c in rows.columns if c.startswith(FEATURES))]:
        absent = rows[column].is_null().replace_strict({True: "absent", False: "there"})
        yield _own("absence", of=column.removeprefix(FEATURES)), "absence", absent


def _own(name: str, **fields: object) -> Note:
    return Note(f"audit.attribute.{name}", fields)


def _of_paths(paths: pl.Series) -> Iterator[tuple[Note | str, Kind, pl.Series]]:
    """Folder and suffix of the audio files."""
    pure = [None if path is None else PurePosixPath(path) for path in paths.to_list()]
    folders = [None if path is None else str(path.parent) for path in pure]
    yield _own("folder"), "name", pl.Series("folder", folders, pl.String)
    suffixes = [None if path is None else path.suffix.lower() for path in pure]
    yield _own("suffix"), "recording", pl.Series("suffix", suffixes, pl.String)


def made_ids(rows: pl.DataFrame) -> pl.Series:
    """Which rows have an id that the import made, of the audio's path or of the row's number.

    They say nothing that the path or the order of the table does not say, and no encoder sees
    either.
    """
    stem = pl.col("audio").str.replace(r"\.[A-Za-z0-9]{1,5}$", "")
    of_path = pl.col("id").str.replace(r"@[0-9.]+$", "") == stem
    of_line = pl.col("id").str.contains(r"^row-\d+$")
    return rows.select((of_path.fill_null(False) | of_line).alias("made"))["made"]


def _of_ids(ids: pl.Series) -> Iterator[tuple[Note | str, Kind, pl.Series]]:
    """The first runs of letters or of digits of the ids, where all ids have so many."""
    parts = [_TOKENS.findall(text)[:_MOST_TOKENS] for text in ids.to_list()]
    for at in range(min(map(len, parts), default=0)):
        words = [part[at] for part in parts]
        yield _own("part", at=at + 1), "name", pl.Series("part", words, pl.String)


def _attribute(name: Note | str, kind: Kind, column: pl.Series) -> Attribute | None:
    known = column.drop_nulls()
    count = known.n_unique()
    if count > _FEW and (numbers := _numbers(column)) is not None:
        return _ranges(name, kind, numbers)
    if count + (len(known) < len(column)) < 2 or count > len(column) / 2:
        return None
    values = [str(v) for v in known.unique().sort().to_list()]
    index = {value: code for code, value in enumerate(values)}
    codes = column.cast(pl.String).replace_strict(index, default=count, return_dtype=pl.Int64)
    own = kind in ("recording", "absence")
    named = [_own(f"value.{v}") if own and v in _OWN_VALUES else v for v in values]
    named += [_NONE] * (len(known) < len(column))
    return Attribute(name, kind, tuple(named), codes.to_numpy())


def _numbers(column: pl.Series) -> pl.Series | None:
    """A column as numbers, or as dates written YYYYMMDD; None if it is neither."""
    text = column.cast(pl.String)
    dates = text.str.replace(_DATE + ".*", "${1}${2}${3}")
    for candidate in (text, dates):
        numbers = candidate.cast(pl.Float64, strict=False)
        numbers = numbers.set(~numbers.is_finite().fill_null(False), None)
        if numbers.count() >= _NUMERIC * max(text.count(), 1):
            return numbers
    return None


def _ranges(name: Note | str, kind: Kind, numbers: pl.Series) -> Attribute | None:
    codes, edges = bins_of(numbers.fill_null(float("nan")).to_numpy(), len(numbers))
    names = [*_range_names(edges.tolist()), *[_NONE] * (numbers.null_count() > 0)]
    return Attribute(name, kind, tuple(names), codes) if len(names) > 1 else None


def _range_names(edges: Sequence[float]) -> list[Note | str]:
    inner = [f"{low:.10g} … {high:.10g}" for low, high in itertools.pairwise(edges)]
    low, high = (f"{edge:.10g}" for edge in (edges[0], edges[-1]))
    return [_own("below", edge=low), *inner, _own("from", edge=high)]
