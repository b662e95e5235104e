"""The page: valid, self-contained, safe, in two languages, and robust to odd runs."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest
from justhtml import JustHTML

from malsori.corpus import CorpusSpec, write_corpus
from malsori.report.writing import write_report
from malsori.schema import Task
from malsori.signals.audio import Audio, write_audio

EVIL = Task(
    name="<script>alert('t')</script>",
    kind="nominal",
    classes=(
        "<script>alert(1)</script>",
        "\"quoted\" & 'so' on",
        "아주 " * 60 + "길다",
        "{braces} {0} %s `code` | pipe * star",
    ),
)
ODD = {
    "plain": {},
    "never": {"never": 2},
    "twenty rows": {"rows": 20, "groups": 3},
    "five rows": {"rows": 5, "groups": 1, "unlabelled": 0},
    "missing modality": {"missing": 20},
    "no labels": {"unlabelled": 10_000},
    "interrupted": {"finished": False},
    "interrupted at once": {"finished": False, "epochs": 0, "gradients": False},
    "no gradients": {"gradients": False},
    "one modality": {"modalities": ("speech",)},
    "own features": {"modalities": ("voice", "words")},
    "one class only": {"never": 1, "strength": 90.0},
}


def valid(page):
    """The page as a tree; it is an error if it is no valid HTML5."""
    source = page.read_text("utf-8")
    tree = JustHTML(source, strict=True, sanitize=False)
    ids = re.findall(r'\sid="([^"]*)"', source)
    assert len(ids) == len(set(ids))
    for anchor in tree.query("a"):
        assert anchor.attrs["href"].removeprefix("#") in ids
    assert page.stat().st_size <= 2 * 1024 * 1024
    assert "<script" not in source
    assert not re.search(r"""(?:src|href|action|data)\s*=\s*["']?\s*(?:https?:|//)""", source)
    assert not re.search(r"@import|url\(|@font-face", source)
    return tree


@pytest.fixture
def write(make):
    def report(folders, lang="en", **options):
        return write_report(folders, make.folder / f"{lang}.html", lang, resamples=20, **options)

    return report


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("odd", ODD)
def test_odd_runs(make, write, lang, odd):
    page = write([make.run(**ODD[odd])], lang)
    tree = valid(page)
    assert tree.query_one("html").attrs["lang"] == lang
    text = tree.query_one("main").to_text()
    assert " nan" not in text.lower()
    assert "None" not in text
    expected = "answer" if odd.startswith("interrupted") else "errors"
    if odd != "no labels":
        assert tree.query_one(f"section#{expected}") is not None


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_hostile_names_are_shown_and_do_nothing(make, write, lang):
    runs = [make.run("<b>run &amp;", (EVIL, make.urgency)), make.run("b'\"", (EVIL,), seed=1)]
    tree = valid(write(runs, lang))
    assert tree.query("script") == []
    assert tree.query("main b") == []
    text = tree.query_one("main").to_text(strip=False)
    for name in (*EVIL.classes[:2], EVIL.name, "<b>run &amp;", "{braces} {0} %s"):
        assert " ".join(name.split()) in " ".join(text.split())
    markdown = (make.folder / f"{lang}.md").read_text("utf-8")
    outside_of_code = re.sub(r"(?ms)^(```+).*?^\1$", "", markdown)
    assert "<script" in markdown
    assert "<script" not in outside_of_code


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_page_of_one_task_speaks_of_no_other(make, write, lang):
    page = write([make.run(tasks=(make.urgency,))], lang=lang)
    assert valid(page).query("section#together") == []
    text = page.with_suffix(".md").read_text("utf-8").partition("```yaml")[0]
    for word in ("tasks", "each task", "과제별", "과제 평균", "과제를 합친"):
        assert word not in text


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("speaker", "12 speakers, none of whom training has met"),
        ("text", "12 texts, none of which training has met"),
        ("call", "12 calls, none of which training has met"),
        ("meta.sentence", "12 values of sentence, none of which training has met"),
    ],
)
def test_groups_are_called_what_they_are(make, write, by, said):
    how = {"by": [by], "stratify": None, "folds": None, "column": None, "seed": 3}
    run = make.run(changes={"split": {"how": how}}, by=by)
    text = write([run]).with_suffix(".md").read_text("utf-8")
    assert said in text
    assert "drawing whole " + said.partition(",")[0].partition(" ")[2] in text


def test_an_interrupted_run_says_so_and_shows_what_there_is(make, write):
    done = make.run("done", seed=1)
    tree = valid(write([make.run(finished=False), done]))
    assert "not finished" in tree.query_one("section#answer").to_text()
    assert "The best so far is epoch 4" in " ".join(
        tree.query_one("section#learning").to_text(separator="", strip=False).split()
    )
    assert tree.query("section#learning svg")
    assert tree.query("section#together svg")
    assert tree.query("section#errors") == []
    assert "not finished" in tree.query_one("section#comparison").to_text()


def test_runs_on_other_data_are_told_apart(make, write):
    runs = [make.run("here"), make.run("there", corpus="other calls", seed=1)]
    section = valid(write(runs)).query_one("section#comparison")
    assert "other data" in section.to_text()
    assert section.query("svg") == []
    assert "other calls" in section.to_text()


def test_english_and_korean_show_the_same_numbers(make, write):
    run, shown = make.run(), {}
    for lang in ("en", "ko"):
        tree = valid(write([run], lang))
        spans = [s for s in tree.query("span.number") if s.attrs.get("data-metric") != "units"]
        shown[lang] = sorted((s.attrs["data-metric"], s.to_text()) for s in spans)
    assert shown["en"] == shown["ko"]
    assert len(shown["en"]) > 100


def test_korean_leaves_no_english_sentence(make, write):
    leak = {"kind": "group", "column": "speaker", "count": 1, "rows": 2, "examples": []}
    run = make.run(never=1, changes={"split": {"leaks_allowed": [leak]}})
    runs = [run, make.run("again", seed=1), make.run("unfinished", finished=False)]
    tree = valid(write(runs, "ko"))
    for code in tree.query("pre"):
        code.parent.remove_child(code)
    text = tree.query_one("body").to_text()
    for name in make.sentiment.classes:
        text = text.replace(name, "")
    assert re.findall(r"(?:\b[a-zA-Z]{2,}\b[ ,;:]+){4,}", text) == []


def test_figures_are_named_for_who_does_not_see_them(make, write):
    tree = valid(write([make.run(), make.run("again", seed=1)]))
    figures = tree.query("figure svg")
    assert len(figures) > 10
    assert all(svg.attrs.get("role") == "img" and svg.query("title") for svg in figures)


def test_dark_print_and_small_screens_are_provided_for(make, write):
    source = write([make.run()]).read_text("utf-8")
    for rule in ("prefers-color-scheme: dark", "@media print", "max-width: 40rem"):
        assert rule in source
    assert 'name="viewport"' in source
    assert "default-src 'none'" in source


def test_nothing_that_was_said_is_shown_unless_it_is_asked_for(make, write, tmp_path):
    corpus = spoken(tmp_path, make)
    run = make.run(ids=corpus.utterances["id"].to_list(), digest=corpus.digest)
    closed = write([run])
    for kind in ("html", "md", "json"):
        told = closed.with_suffix(f".{kind}").read_text("utf-8")
        assert "번째 골목" not in told
        assert "/home" not in told
        assert "kim" not in told
        assert "speaker-test" not in told
    page = write([run], include_text=True, corpus=corpus.path)
    tree = valid(page)
    assert "번째 골목" in tree.query_one("section#errors").to_text()
    assert tree.query("section#errors td svg")
    assert "번째 골목" in page.with_suffix(".md").read_text("utf-8")
    assert "번째 골목" in page.with_suffix(".json").read_text("utf-8")


def spoken(folder, make):
    """A corpus with a sound and a transcript in most rows."""
    n, tone = 60, np.sin(np.arange(1600) / 5).astype(np.float32) / 3
    (folder / "calls").mkdir()
    write_audio(folder / "calls" / "a.wav", Audio(tone, 8000))
    table = pl.DataFrame(
        {
            "id": [f"c{i}" for i in range(n)],
            "text": [f"<b>{i}</b> 번째 골목이에요" if i % 3 else None for i in range(n)],
            "audio": [str(folder / "calls" / "a.wav") if i % 4 else None for i in range(n)],
        }
    )
    spec = CorpusSpec(name="spoken", adapter="table", tasks=(make.urgency, make.sentiment))
    return write_corpus(folder / "corpus", spec, table)
