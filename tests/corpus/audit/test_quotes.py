"""What a page tells of any check's finding names nobody of the corpus, and is a sentence."""

import importlib.util
import json
import re
from pathlib import Path

import polars as pl
import pytest

from malsori.corpus.audit import CHECKS
from malsori.corpus.grouping import TEXT, values_of
from malsori.report.facts.privacy import Quotes
from malsori.words import LANGS, Words

HERE = Path(__file__).parent / "checks"
SNIPPET = 6  # letters of a text that nobody says by chance
SAY = [Words(lang).say for lang in LANGS]


def planted(check, toy):
    file = HERE / f"test_{check}.py"
    spec = importlib.util.spec_from_file_location(f"quoted_{check}", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.plant(toy)


def in_each_part(toy):
    """A split across speakers, so that there are leaks to be told of."""
    return toy if toy.parts is not None else toy.split(["train", "test"] * (toy.rows.height // 2))


def named(case):
    """Everything in a corpus that tells who, where, which row, or what was said."""
    rows = case.rows
    found = set(rows["id"]) | set(rows["audio"].drop_nulls())
    for column in rows.columns:
        if column in ("speaker", "call", "dialogue", "role") or column.startswith("meta."):
            values = rows[column].cast(pl.String).drop_nulls().unique()
            found |= {v for v in values if re.search(r"[^\d\W]", v) and len(v) > 1}
    texts = [*rows["text"].drop_nulls(), *values_of(rows, TEXT).drop_nulls()]
    return found | {text[:SNIPPET] for text in texts if len(text) >= SNIPPET}


def told(finding, quotes):
    note = quotes.shown(finding.message)
    return [json.dumps(note.data(), ensure_ascii=False), *(say(note) for say in SAY)]


@pytest.mark.parametrize("check", CHECKS.kinds())
def test_a_page_names_nobody(check, toy):
    ill = in_each_part(planted(check, toy))
    everybody = named(ill.case())
    for finding in ill.audit(check).findings:
        for text in told(finding, Quotes()):
            assert not [name for name in everybody if name in text]
            assert not set("[]") & set(text) or text.startswith("{"), text
            assert len(text) > 10


@pytest.mark.parametrize("check", ["spellings", "leaks", "contradictions", "text", "empty_cells"])
def test_what_was_asked_for_is_quoted(check, toy):
    ill = in_each_part(planted(check, toy))
    if check == "contradictions":
        ill = ill.but(text=["무슨 말인지 모르겠습니다"] * 40 + ill.rows["text"].to_list()[40:])
    everybody = named(ill.case())
    said = "".join(t for f in ill.audit(check).findings for t in told(f, Quotes(True, True)))
    assert [name for name in everybody if name in said]
    half = "".join(t for f in ill.audit(check).findings for t in told(f, Quotes(ids=True)))
    assert not [name for name in everybody if name in half]


def test_a_value_of_a_column_is_a_quote(toy):
    parts = ["train"] * 200 + ["test"] * 200
    ill = toy.but(meta__locale=["Pyongan"] * 200 + ["Jeju"] * 200).split(parts)
    (shift,) = (f for f in ill.audit("shift").findings if f.subject == "locale")
    assert "one of the values" in told(shift, Quotes())[1]
    assert "Jeju" in told(shift, Quotes(True, True))[1]
