"""A kept audit is never that of another corpus, split or version."""

import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.audit import audit, keeping
from malsori.corpus.audit.keeping import audited
from malsori.corpus.splits import make_split
from malsori.schema import Task

MOOD = Task(name="mood", kind="nominal", classes=("bad", "good"))


@pytest.fixture
def corpus(tmp_path):
    rows = pl.DataFrame(
        {
            "id": [f"r{i:03}" for i in range(80)],
            "speaker": [f"s{i // 8}" for i in range(80)],
            "text": [f"문장 {chr(0xAC00 + 97 * i)} {i}" if i % 4 else None for i in range(80)],
            "label.mood": ["bad" if i * 7 % 3 else "good" for i in range(80)],
        }
    )
    spec = CorpusSpec(name="toy", adapter="table", tasks=(MOOD,))
    made = write_corpus(tmp_path / "corpus", spec, rows)
    make_split(made, "mine", by=["speaker"], allow_leaks=["text", "near-text"])
    return made


@pytest.fixture
def looks(monkeypatch):
    """How often anybody looked."""
    seen = []

    def look(*args, **how):
        seen.append(how)
        return audit(*args, **how)

    monkeypatch.setattr(keeping, "audit", look)
    return seen


def test_it_looks_once(corpus, looks):
    first = audited(corpus.path, "mine", corpus.digest)
    assert first == audit(corpus, split="mine").findings == audited(
        corpus.path, "mine", corpus.digest
    )  # fmt: skip
    assert len(looks) == 1


def test_another_split_version_or_corpus_is_looked_at_anew(corpus, looks, monkeypatch):
    audited(corpus.path, "mine", corpus.digest)
    make_split(corpus, "mine", by=["speaker"], seed=5, overwrite=True)
    audited(corpus.path, "mine", corpus.digest)
    monkeypatch.setattr(keeping, "__version__", "9")
    audited(corpus.path, "mine", corpus.digest)
    assert len(looks) == 3
    assert audited(corpus.path, "mine", "another") is None
    assert audited(corpus.path, "other", corpus.digest) is None
    assert audited(corpus.path / "nowhere", "mine", corpus.digest) is None


def test_what_was_kept_badly_is_made_again(corpus, looks):
    audited(corpus.path, "mine", corpus.digest)
    (corpus.path / "audits" / "mine.json").write_text("{ broken", "utf-8")
    assert audited(corpus.path, "mine", corpus.digest)
    assert len(looks) == 2


def test_a_folder_that_cannot_be_written_to_is_looked_at_all_the_same(corpus):
    (corpus.path / "audits").write_text("in the way", "utf-8")
    assert audited(corpus.path, "mine", corpus.digest)
