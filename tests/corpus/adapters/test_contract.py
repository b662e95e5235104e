"""What every adapter does, whatever it reads.

A new adapter is held to it by itself: its source is written by ``fixtures/<kind>.py``, whose
``write(folder)`` gives the path of a source with whole and with broken rows. ``OPTIONS`` of it are
those that the source cannot be read without.
"""

import hashlib
import typing
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from malsori.corpus.adapters import ADAPTERS
from malsori.corpus.columns import (
    COMPOUND,
    LABEL,
    META,
    RATERS,
    RATING,
    SOFT,
    UTTERANCES,
    check_name,
)
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig
from malsori.schema import SPLITS, normal

GENERIC = ["embeddings", "table"]  # read columns of any name, and tasks are declared or inferred
LISTS = {SOFT: pl.List(pl.Float64()), COMPOUND: pl.List(pl.String()), RATERS: pl.List(RATING)}
REASONS = {
    "missing", "undecodable", "empty", "truncated", "too-short", "unknown-label", "duplicate-id",
    "bad-row", "no-signal", "not-finite", "bad-shape", "no-record", "reversed",
    "unreadable-archive",
}  # fmt: skip


class Build:
    """Builds one kind of adapter with options, at its fixture unless told otherwise."""

    def __init__(self, kind, source, needed):
        self.kind, self.source, self.needed = kind, source, needed

    def __call__(self, place=None, **options):
        options = self.needed | options
        config = ADAPTERS.validate(ComponentConfig(kind=self.kind, **options), "import")
        return ADAPTERS.build(config, place or self.source)

    def choices(self):
        """Each option that is one of some words, with each of the words."""
        for name, field in ADAPTERS.config_model(self.kind).model_fields.items():
            if typing.get_origin(field.annotation) is typing.Literal:
                yield from ((name, word) for word in typing.get_args(field.annotation))


@pytest.fixture
def build(request, generator, tmp_path):
    folder = tmp_path / "source"
    folder.mkdir()
    made = generator(request.param)
    return Build(request.param, made.write(folder), getattr(made, "OPTIONS", {}))


every_adapter = pytest.mark.parametrize("build", ADAPTERS.kinds(), indirect=True)
generic_adapter = pytest.mark.parametrize("build", GENERIC, indirect=True)


def files_below(folder):
    return {
        p.relative_to(folder): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


@every_adapter
def test_rows_are_in_the_columns_of_a_corpus(build):
    source = build().read()
    assert source.rows.columns[0] == "row"
    assert source.rows["row"].dtype == pl.Int64
    assert source.rows["row"].n_unique() == source.rows.height
    multilabel = {task.name for task in source.tasks if task.kind == "multilabel"}
    for column in source.rows.columns[1:]:
        family = next((f for f in LISTS if column.startswith(f)), None)
        wanted = LISTS[family] if family else pl.String()
        if column.removeprefix(LABEL) in multilabel:
            wanted = pl.List(pl.String())
        assert source.rows[column].dtype == wanted, column
        assert family or column in UTTERANCES or column.startswith((LABEL, META))


@every_adapter
def test_tasks_are_what_rows_are_labelled_for(build):
    source = build().read()
    names = [task.name for task in source.tasks]
    assert names
    assert sorted(names) == sorted(
        c.removeprefix(LABEL) for c in source.rows.columns if c.startswith(LABEL)
    )
    for task in source.tasks:
        assert check_name(task.name, "task") == task.name == task.name.lower()
        assert source.rows[LABEL + task.name].null_count() < source.rows.height
    for column in source.rows.columns:
        if column.startswith(tuple(LISTS)):
            assert column.partition(".")[2] in names


@every_adapter
def test_soft_labels_are_distributions(build):
    source = build().read()
    width = {task.name: task.width for task in source.tasks}
    for column in source.rows.columns:
        for shares in source.rows[column].drop_nulls() if column.startswith(SOFT) else ():
            assert len(shares) == width[column.removeprefix(SOFT)]
            assert shares.sum() == pytest.approx(1)


@every_adapter
def test_names_are_composed_and_published_splits_known(build):
    rows = build().read().rows
    for column in ("id", "call", "speaker", "dialogue"):
        for value in rows[column].drop_nulls() if column in rows.columns else ():
            assert value == normal(value)
    if "split" in rows.columns:
        assert set(rows["split"].drop_nulls()) <= set(SPLITS)


@every_adapter
def test_vectors_stand_beside_rows(build):
    source = build().read()
    assert all(len(vectors) == source.rows.height for vectors in source.features.values())


@every_adapter
def test_reading_twice_gives_the_same(build):
    first, second = build().read(), build().read()
    assert first.rows.equals(second.rows)
    assert (first.tasks, first.notes, first.broken) == (second.tasks, second.notes, second.broken)
    assert first.repaired == second.repaired
    assert first.provenance == second.provenance


@every_adapter
def test_the_source_stays_as_it_was(build, tmp_path):
    before = files_below(tmp_path)
    build().read()
    assert files_below(tmp_path) == before


@every_adapter
def test_counts_add_up(build, tmp_path):
    adapter = build()
    report = import_corpus(adapter, tmp_path / "corpus", workers=1)
    quarantine = report.corpus.quarantine
    assert report.read == report.kept + sum(report.quarantined.values())
    assert report.quarantined == dict(Counter(quarantine["reason"]))
    assert report.quarantined, "the fixture has no broken row"
    assert set(report.quarantined) <= REASONS
    assert report.kept == report.corpus.utterances.height > 0
    assert quarantine["detail"].null_count() == 0
    assert report.corpus.spec.adapter == adapter.kind == build.kind
    assert report.corpus.spec.provenance["source"] == str(adapter.source)


@every_adapter
def test_every_choice_of_an_option_can_be_read(build):
    for name, word in build.choices():
        assert build(**{name: word}).read().read > 0, (name, word)


@every_adapter
def test_a_source_that_is_not_there(build):
    with pytest.raises(MalsoriError, match="nowhere"):
        build(Path("/nowhere/calls.csv")).read()


@every_adapter
def test_a_folder_that_holds_nothing_of_it(build, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "readme.txt").write_text("nothing here")
    with pytest.raises(MalsoriError, match="other"):
        build(other).read()


@every_adapter
def test_an_unknown_option_is_named(build):
    with pytest.raises(MalsoriError, match=r"import.encodnig: no such option"):
        build(encodnig="utf-8")


def test_an_adapter_without_fixture_fails(generator):
    with pytest.raises(pytest.fail.Exception, match=r"no fixture generator: write .*unheard_of.py"):
        generator("unheard_of")


class TestGeneric:
    @generic_adapter
    def test_tasks_are_inferred_and_told(self, build):
        source = build().read()
        assert [(t.name, t.classes) for t in source.tasks] == [("mood", ("bad", "good"))]
        assert any("task mood is inferred" in note for note in source.notes)

    @generic_adapter
    def test_tasks_are_declared(self, build):
        source = build(tasks=["mood=ordinal:bad,good"]).read()
        assert source.tasks[0].kind == "ordinal"

    @generic_adapter
    def test_one_row_of_seven_is_broken(self, build, tmp_path):
        report = import_corpus(build(), tmp_path / "corpus", workers=1)
        assert (report.read, report.kept) == (7, 6)

    @generic_adapter
    def test_an_unknown_option_names_the_nearest(self, build):
        with pytest.raises(MalsoriError, match=r"import.encodnig: no such option .*'encoding'"):
            build(encodnig="utf-8")
