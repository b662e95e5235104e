"""Every page has a line on what the audit found, and quotes nobody for it."""

import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.splits import make_split
from malsori.findings import found
from malsori.notes import Note
from malsori.report.writing import write_report
from malsori.words import Words

KINDS = ("html", "md", "json")


@pytest.fixture
def corpus(tmp_path, make):
    """Two sentences that everybody says, so that the split leaks."""
    rows = pl.DataFrame(
        {
            "id": [f"c{i}" for i in range(80)],
            "speaker": [f"Minsu{i // 8}" for i in range(80)],
            "text": ["비밀 골목 이야기입니다", "다른 비밀이 있습니다"] * 40,
            "label.urgency": [make.urgency.classes[i * 7 % 3] for i in range(80)],
        }
    )
    spec = CorpusSpec(name="calls", adapter="table", tasks=(make.urgency,))
    made = write_corpus(tmp_path / "calls", spec, rows)
    make_split(made, "by-speaker", by=["speaker"], allow_leaks=["text"])
    return made


NAMES = {"column": "speaker", "n": 1, "example": ["'Minsu1'", "'minsu1'"]}


@pytest.mark.parametrize(("lang", "said"), [("en", "1 serious"), ("ko", "심각 1건")])
def test_the_line_and_what_is_serious(make, corpus, lang, said):
    run = make.run(digest=corpus.digest)
    page = write_report([run], make.folder / "page.html", lang, corpus=corpus.path, resamples=20)
    told = {kind: page.with_suffix(f".{kind}").read_text("utf-8") for kind in KINDS}
    assert said in told["md"]
    assert told["md"].count(said) == 2, "in the answer, and where the data is"
    assert "by-speaker (leaks)" in told["md"]
    for kind in KINDS:
        assert "비밀" not in told[kind]
        assert "Minsu" not in told[kind]


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_what_is_serious_is_said_with_the_answer_and_quotes_nobody(make, corpus, lang):
    notes = {"split": {"notes": [Note("split.alike", NAMES).data(), "of old: Minsu1"]}}
    run = make.run(digest=corpus.digest, changes=notes)
    page = write_report([run], make.folder / "p.html", lang, corpus=corpus.path, resamples=20)
    told = {kind: page.with_suffix(f".{kind}").read_text("utf-8") for kind in KINDS}
    assert not [kind for kind in KINDS if "insu1" in told[kind]]
    words, plain = Words(lang), told["md"].replace("\\", "")
    assert words("audited.withheld") in plain
    assert words("data.checked") in plain, "two names may be of one speaker"
    assert words("data.no_leak") not in plain
    first = words("audited.serious_first", subject="by-speaker", check="leaks")
    assert plain.index(first) < plain.index(f"## {words('data.title')}")
    assert {"en": "2 values with 80 rows", "ko": "값 2개, 행 80개"}[lang] in plain


def test_quotes_that_were_asked_for_are_told_of(make, corpus):
    run = make.run(
        digest=corpus.digest,
        ids=[f"c{i}" for i in range(60)],
        changes={"split": {"notes": [Note("split.alike", NAMES).data()]}},
    )
    how = {"corpus": corpus.path, "resamples": 20, "include_ids": True}
    page = write_report([run], make.folder / "p.html", include_text=True, **how)
    said = page.with_suffix(".md").read_text("utf-8")
    assert "minsu1" in said
    assert "비밀골목" in said
    assert "quotes names, ids and sentences, since that was asked for" in said
    page = write_report([run], make.folder / "p.html", **how)
    assert "minsu1" not in page.with_suffix(".md").read_text("utf-8")


def test_what_was_allowed_is_said(make):
    """Vectors that are all the same, say."""
    seen = Note("features.constant.same", {"signals": 60, "of_what": "texts"})
    numbers = {"signals": 60}
    same = found("features.constant.made", "serious", "text", numbers=numbers, message=seen)
    run = make.run(changes={"allowed": [same.data()]})
    page = write_report([run], make.folder / "p.html", resamples=20)
    said = page.with_suffix(".md").read_text("utf-8")
    assert "because --allow constant asked for it: SERIOUS · text (constant)" in said


def test_a_corpus_that_has_moved_or_changed_is_not_looked_at(make, corpus):
    gone, other = make.run(), make.run("other", digest="ab" * 32)
    for run, place in ((gone, None), (other, corpus.path)):
        page = write_report([run], make.folder / "p.html", corpus=place, resamples=20)
        said = page.with_suffix(".md").read_text("utf-8")
        assert "Audit: not looked at, because corpus “calls” is not where it was" in said
