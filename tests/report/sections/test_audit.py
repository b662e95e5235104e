"""Every page has a line on what the audit found, and quotes nobody for it."""

import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.splits import make_split
from malsori.findings import found
from malsori.notes import Note
from malsori.report.writing import write_report

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
