"""What every adapter does, whatever it reads."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.corpus.adapters import ADAPTERS
from malsori.corpus.columns import LABEL, META, UTTERANCES
from malsori.corpus.importing import import_corpus
from malsori.errors import MalsoriError
from malsori.registry import ComponentConfig


def make_table(folder):
    lines = ["id,text,mood", *[f"u{i},문장 {i},{'good' if i % 2 else 'bad'}" for i in range(6)]]
    (folder / "calls.csv").write_text("\n".join(lines) + "\nbroken\n", encoding="utf-8")
    return folder / "calls.csv"


def make_embeddings(folder):
    ids = np.array([f"u{i}" for i in range(6)] + ["u0"])
    mood = np.array(["bad", "good"] * 3 + ["bad"])
    np.savez(folder / "calls.npz", id=ids, mood=mood, face=np.ones((7, 2)))
    return folder / "calls.npz"


MAKE = {"table": make_table, "embeddings": make_embeddings}


def test_every_adapter_is_held_to_the_contract():
    assert sorted(MAKE) == ADAPTERS.kinds()


@pytest.fixture(params=ADAPTERS.kinds())
def build(request, tmp_path):
    source = MAKE[request.param](tmp_path)

    def make(place=source, **options):
        config = ADAPTERS.validate(ComponentConfig(kind=request.param, **options), "import")
        return ADAPTERS.build(config, place)

    return make


def test_rows_are_in_the_columns_of_a_corpus(build):
    source = build().read()
    assert source.rows.columns[0] == "row"
    assert source.rows["row"].dtype == pl.Int64
    for column in source.rows.columns[1:]:
        assert column in UTTERANCES or column.startswith((LABEL, META))
        assert source.rows[column].dtype == pl.String
    assert {c.removeprefix(LABEL) for c in source.rows.columns if c.startswith(LABEL)} == {
        task.name for task in source.tasks
    }
    assert all(len(vectors) == source.rows.height for vectors in source.features.values())


def test_tasks_are_inferred_and_told(build):
    source = build().read()
    assert [(t.name, t.classes) for t in source.tasks] == [("mood", ("bad", "good"))]
    assert any("task mood is inferred" in note for note in source.notes)


def test_tasks_are_declared(build):
    source = build(tasks=["mood=ordinal:bad,good"]).read()
    assert source.tasks[0].kind == "ordinal"


def test_reading_twice_gives_the_same(build):
    first, second = build().read(), build().read()
    assert first.rows.equals(second.rows)
    assert first.notes == second.notes
    assert first.provenance == second.provenance


def test_counts_add_up(build, tmp_path):
    adapter = build()
    report = import_corpus(adapter, tmp_path / "corpus", workers=1)
    assert (report.read, report.kept) == (7, 6)
    assert sum(report.quarantined.values()) == 1
    assert report.corpus.spec.adapter == adapter.kind
    assert report.corpus.spec.provenance["source"] == str(adapter.source)


def test_a_source_that_is_not_there(build):
    with pytest.raises(MalsoriError, match="nowhere"):
        build(Path("/nowhere/calls.csv")).read()


def test_an_unknown_option_names_the_nearest(build):
    with pytest.raises(MalsoriError, match=r"import.encodnig: no such option .*'encoding'"):
        build(encodnig="utf-8")
