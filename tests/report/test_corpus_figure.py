from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.text import Text

from malsori.corpus import Corpus, CorpusSpec, write_corpus
from malsori.corpus.splits import make_split
from malsori.corpus.summary import summarise
from malsori.errors import MalsoriError
from malsori.report.corpus_figure import corpus_figure, draw
from malsori.schema import Task

TASKS = (
    Task(name="urgency", kind="ordinal", classes=("하", "중", "상")),
    Task(name="topic", kind="nominal", classes=tuple(f"유형 {k}" for k in range(15))),
)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    ids = range(60)
    rows = pl.DataFrame(
        {
            "id": [f"{k:02d}" for k in ids],
            "speaker": [f"s{k % 12}" for k in ids],
            "audio": ["a.wav" if k % 4 else None for k in ids],
            "duration": [1.0 + k if k % 4 else None for k in ids],
            "sample_rate": [8000 if k % 4 else None for k in ids],
            "text": [f"이것은 문장 {k}" for k in ids],
            "label.urgency": [("하", "중", "하", "상", None)[k % 5] for k in ids],
            "label.topic": [f"유형 {int(k**0.5) * 2}" for k in ids],
        }
    )
    corpus = write_corpus(
        tmp_path / "c", CorpusSpec(name="신고 통화", adapter="table", tasks=TASKS), rows
    )
    make_split(corpus, "s", by=["speaker"])
    return corpus


def words(corpus: Corpus, split: str | None) -> set[str]:
    seconds = corpus.utterances["duration"].drop_nulls().to_numpy()
    figure = draw(summarise(corpus, split), seconds)
    return {t.get_text() for t in figure.findobj(Text) if isinstance(t, Text)}


def test_the_whole_corpus_is_named_and_counted(corpus: Corpus) -> None:
    shown = words(corpus, None)
    assert {"신고 통화", "하", "중", "상", "speech", "text", "8,000 Hz"} <= shown
    assert {"45 (15 missing)", "60 (all)", "45 (75 %)"} <= shown
    assert {"24 (50 %)", "12 (25 %)", "not labelled", "12"} <= shown
    assert "and 3 classes with fewer rows" in shown
    assert "60 utterances · 12 speakers · 0.39 h" in shown


def test_the_parts_of_a_split_stand_side_by_side(corpus: Corpus) -> None:
    summary = summarise(corpus, "s")
    shown = words(corpus, "s")
    for part, rows in summary.parts.items():
        assert f"{part}, {rows:,} rows" in shown
    (count, share) = summary.tasks[0].classes["하"]["test"], summary.tasks[0].share("하", "test")
    assert share is not None
    assert f"{count} ({100 * share:.0f} %)" in shown


@pytest.mark.parametrize("split", [None, "s"])
def test_svg_is_the_same_twice_and_keeps_its_text(
    corpus: Corpus, tmp_path: Path, split: str | None
) -> None:
    first = corpus_figure(corpus, split, tmp_path / "a.svg").read_text("utf-8")
    again = corpus_figure(corpus, split, tmp_path / "b.svg").read_text("utf-8")
    assert _drawn(again) == _drawn(first)
    assert "신고 통화" in first


def _drawn(svg: str) -> str:
    """What is drawn, to a tenth of a point: the layout solver may end a hair elsewhere.

    The ids are hashes of such numbers.
    """
    svg = re.sub(r"\b[a-z][0-9a-f]{10}\b", "id", svg)
    return re.sub(r"-?\d+\.\d+", lambda found: f"{float(found.group()):.1f}", svg)


def test_png_has_pixels(corpus: Corpus, tmp_path: Path) -> None:
    data = corpus_figure(corpus, "s", tmp_path / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) > 20_000


def test_a_wrong_ending_or_split_leaves_no_file(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(MalsoriError, match=r"\.gif"):
        corpus_figure(corpus, None, tmp_path / "a.gif")
    with pytest.raises(MalsoriError):
        corpus_figure(corpus, "unknown", tmp_path / "a.svg")
    assert not list(tmp_path.glob("a.*"))


def test_a_long_tail_is_drawn_on_a_logarithmic_axis(corpus: Corpus) -> None:
    summary = summarise(corpus)
    assert draw(summary, np.array([1.0] * 9 + [100.0])).axes[0].get_xscale() == "log"
    assert draw(summary, np.array([1.0] * 9 + [10.0])).axes[0].get_xscale() == "linear"


def test_text_only_corpora_have_a_figure(tmp_path: Path) -> None:
    spec = CorpusSpec(name="texts", adapter="table", tasks=())
    corpus = write_corpus(tmp_path / "t", spec, pl.DataFrame({"id": ["a"], "text": ["네"]}))
    assert corpus_figure(corpus, None, tmp_path / "t.svg").read_text().count("none") >= 2


def test_summaries_do_not_load_matplotlib() -> None:
    code = "import sys, malsori.corpus.summary; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
