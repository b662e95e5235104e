"""The usual splits of known corpora, by name; each is a file ``presets/CORPUS/NAME.yaml``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from malsori.console import Table
from malsori.corpus.columns import META
from malsori.corpus.corpus import Corpus
from malsori.corpus.grouping import columns_with_values, find_column
from malsori.corpus.leaks import LeakKind
from malsori.corpus.splits.options import Options
from malsori.errors import MalsoriError
from malsori.io import read_yaml
from malsori.schema import nearest
from malsori.words import Words

_FOLDER: Final = Path(__file__).with_name("presets")


class Preset(BaseModel):
    """One usual way to divide a corpus; the fields are those of its file.

    Attributes:
        name: ``CORPUS/NAME``, from the place of the file.
        about: What it does, in one line.
        source: Who divides so.
        leaky: Why results on it are too good: one of ``leaky`` in ``words``, or a sentence.
        allow: Kinds of leaks that belong to it.
        by, stratify, test, validation, folds, leave_one_out, column, among, range_column, ranges,
            partner, renamed: As of ``Options``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    about: str
    source: str
    leaky: str | None = None
    allow: tuple[LeakKind, ...] = ()
    by: tuple[str, ...] = ()
    stratify: str | None = None
    test: float = Field(0.25, gt=0, lt=1)
    validation: float = Field(0.15, ge=0, lt=1)
    folds: int | None = Field(None, ge=2)
    leave_one_out: str | None = None
    column: str | None = None
    among: str | None = None
    range_column: str | None = None
    ranges: tuple[tuple[int, int], ...] = ()
    partner: str | None = None
    renamed: dict[str, str] = {}

    @property
    def short(self) -> str:
        """The name without the corpus: what a split by it is called."""
        return self.name.rpartition("/")[2]

    def options(
        self,
        corpus: Corpus,
        validation: float | None,
        inner_folds: int | None,
        seed: int,
        min_text: int,
    ) -> Options:
        """What this preset asks of a corpus."""
        self._check(corpus)
        there = corpus.utterances.columns
        left_out = () if self.leave_one_out is None else (self.leave_one_out,)
        said = {"name": self.name, "source": self.source}
        if self.leaky is not None:
            said["leaky"] = self.leaky
        by = [find_column(column, there) for column in (*left_out, *self.by)]
        return Options(
            by=tuple(dict.fromkeys(by)),
            stratify=self.stratify,
            test=self.test,
            validation=self.validation if validation is None else validation,
            folds=self.folds,
            seed=seed,
            column=self.column,
            min_text=min_text,
            leave_one_out=by[0] if left_out else None,
            inner_folds=inner_folds,
            among=self.among,
            ranges=self.ranges,
            range_column=_found(self.range_column, there),
            partner=_found(self.partner, there),
            renamed=tuple(self.renamed.items()),
            preset=tuple(said.items()),
        )

    def _check(self, corpus: Corpus) -> None:
        """Refuses a corpus that this preset is not for, by what it lacks."""
        asked = (*self.by, self.leave_one_out, self.column, self.range_column, self.partner)
        valued = {c.removeprefix(META) for c in columns_with_values(corpus.utterances)}
        tasks = [t for t in (self.stratify, self.among) if t]
        lacking = [f"{c} in any row" for c in dict.fromkeys(asked) if c and c not in valued]
        lacking += [f"task {t}" for t in dict.fromkeys(tasks) if t not in corpus.tasks]
        if lacking:
            kind = self.name.partition("/")[0]
            fitting = [preset.name for preset in presets() if preset.fits(corpus)]
            others = f"; presets that fit it: {', '.join(fitting)}" if fitting else ""
            raise MalsoriError(
                f"preset {self.name!r} does not fit corpus {corpus.name!r}, "
                f"which has no {' and no '.join(lacking)}",
                hint=f"it is for what `malsori corpus import {kind}` writes{others}",
            )

    def fits(self, corpus: Corpus) -> bool:
        """Whether it is meant for a corpus, by the adapter that imported it."""
        return self.name.partition("/")[0] == corpus.spec.adapter


def _found(column: str | None, there: Sequence[str]) -> str | None:
    return None if column is None else find_column(column, there)


def presets() -> Iterator[Preset]:
    """All presets, sorted by name.

    Example:
        >>> [preset.name for preset in presets()][:2]
        ['aihub119/call', 'aihub119/published']
    """
    for file in sorted(_FOLDER.glob("*/*.yaml")):
        yield _read(file)


def load_preset(name: str, corpus: Corpus | None = None) -> Preset:
    """The preset of a name.

    Args:
        name: ``CORPUS/NAME``.
        corpus: The one to be split: a name that is none is looked for among its own presets.

    Raises:
        MalsoriError: There is none; the nearest one is named.

    Example:
        >>> load_preset("kemdy20/session").about
        Traceback (most recent call last):
        malsori.errors.MalsoriError: no preset 'kemdy20/session' (did you mean 'kemdy20/session5'?)
    """
    names = [preset.name for preset in presets()]
    if name not in names:
        of = name.partition("/")[0]
        same = [n for n in names if n.partition("/")[0] == of]
        if corpus is not None and not same:
            own = [n for n in names if n.partition("/")[0] == corpus.spec.adapter]
            same, of = own, corpus.spec.adapter
        hint = _nearest(name, same or names, of)
        if same and not hint.startswith("did"):
            hint = f"there is: {', '.join(same)}"
        raise MalsoriError(f"no preset {name!r}", hint=hint)
    return _read(_FOLDER / f"{name}.yaml")


def _nearest(name: str, names: Sequence[str], of: str) -> str:
    """The name most like one, whether it says the corpus or not."""
    hint = nearest(name, list(names))
    return hint if "/" in name or hint.startswith("did") else nearest(f"{of}/{name}", list(names))


def preset_table() -> Table:
    """All presets with a line each; leaky ones are marked."""
    rows = [[preset.name, "leaky" if preset.leaky else "", preset.about] for preset in presets()]
    why = {p.name: Words().named("leaky", p.leaky) for p in presets() if p.leaky}
    note = "\n".join(f"{name} is leaky: {reason}" for name, reason in why.items())
    return Table("Presets", ["preset", "", "what it does"], rows, note)


def _read(file: Path) -> Preset:
    name = f"{file.parent.name}/{file.stem}"
    try:
        return Preset(name=name, **read_yaml(file))
    except (TypeError, ValidationError) as error:
        raise MalsoriError(f"{file}: {error}", hint="see the other presets beside it") from error
