"""The picture of a corpus and of its audit: what it shows is what was counted."""

import importlib.util
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from malsori.corpus import CorpusSpec, write_corpus
from malsori.corpus.audit import audit
from malsori.corpus.splits import make_split
from malsori.corpus.summary import summarise
from malsori.errors import MalsoriError
from malsori.report.corpus_figure import audit_figure, corpus_figure, draw
from malsori.report.figures.marks import Letters
from malsori.schema import Task
from malsori.words import Words

TASKS = (
    Task(name="urgency", kind="ordinal", classes=("하", "중", "상")),
    Task(name="topic", kind="nominal", classes=tuple(f"유형 {k}" for k in range(15))),
)


@pytest.fixture(scope="module")
def tables():
    file = Path(__file__).parents[1] / "corpus/audit/conftest.py"
    spec = importlib.util.spec_from_file_location("audit_tables", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def audited(tables):
    ill = tables.by_speaker(tables.healthy(300)).limited(60).heard(bandwidth=[3500.0] * 300)
    return ill.audit()


@pytest.fixture
def corpus(tmp_path):
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
    spec = CorpusSpec(name="신고 통화", adapter="table", tasks=TASKS)
    corpus = write_corpus(tmp_path / "c", spec, rows)
    make_split(corpus, "s", by=["speaker"])
    return corpus


def mood(tables):
    """A healthy corpus with one question."""
    return replace(tables.healthy(60), tasks=tables.TASKS[:1])


def drawn(found, lang="en"):
    return draw(found.case, Words(lang), found.findings)


def shown(corpus, split=None, lang="en"):
    return draw(audit(corpus, split=split, checks=[]).case, Words(lang))


def texts(sheet):
    return [mark.shape.text for mark in sheet.marks if isinstance(mark.shape, Letters)]


def values(sheet, name):
    """Of every mark that has such a value: all its values, and its shape."""
    return [{**m.tooltip.values, "shape": m.shape} for m in sheet.marks if name in m.tooltip.values]


def test_bars_of_a_histogram_count_every_row(audited):
    bars = values(drawn(audited), "measure")
    for key in ("duration", "level", "bandwidth", "transcripts", "silence"):
        mine = [bar for bar in bars if bar["measure"] == key]
        assert sum(bar["count"] for bar in mine) == 300, key
        heights = {bar["shape"].height / bar["count"] for bar in mine}
        assert max(heights) == pytest.approx(min(heights))


def test_what_is_beyond_a_limit_is_said(audited):
    lengths = audited.case.lengths
    said = texts(drawn(audited))
    assert f"cut off: {100 * np.mean(lengths > 60):.3g} %" in said
    assert "telephone: 100 %" in said


def test_classes_are_counted_in_each_part(audited):
    bars = values(drawn(audited), "share")
    target = audited.case.targets[0]
    for part, (k, name) in itertools.product(
        ("train", "validation", "test"), enumerate(target.classes)
    ):
        rows = (audited.case.parts == part).to_numpy()
        (bar,) = (b for b in bars if b.get("class") == name and b.get("part") == part)
        assert bar["count"] == int(((target.codes == k) & rows).sum())
        assert bar["share"] == pytest.approx(bar["count"] / (target.codes[rows] >= 0).sum())


def test_a_part_without_rows_is_named_once(tables):
    sheet = drawn(mood(tables).split(["train", "train", "test"] * 20).audit())
    assert any("split by-speaker (validation empty)" in text for text in texts(sheet))
    assert "none" not in texts(sheet)
    assert {"training, 40 rows", "test, 20 rows"} <= set(texts(sheet))
    assert not [text for text in texts(sheet) if text.startswith("validation")]


def test_a_part_without_labels_is_named(tables):
    toy = mood(tables).split(["train", "validation", "test"] * 20)
    moods = [m if i % 3 != 1 else None for i, m in enumerate(toy.rows["label.mood"])]
    said = texts(drawn(toy.but(label__mood=moods).audit()))
    assert "validation, 20 rows: no label" in said
    assert "training 0 · validation 20 · test 0" in said
    assert "none" not in said


@pytest.mark.parametrize(("classes", "more"), [(16, 0), (24, 0), (40, 16)])
def test_many_classes_are_shown_or_counted(tables, classes, more):
    names = tuple(f"c{i:02}" for i in range(classes))
    task = Task(name="kind", kind="nominal", classes=names)
    toy = replace(tables.healthy(400), tasks=(task,))
    labelled = [names[i % (classes - 1)] for i in range(400)]
    sheet = drawn(toy.but(label__kind=labelled).audit("clipping"))
    said = texts(sheet)
    assert len({bar["class"] for bar in values(sheet, "part")}) == classes - more - (not more)
    assert (f"and {more} more with fewer rows" in said) == bool(more)
    assert said.count("no row") == (not more)  # the last class has none: said once
    assert f"{classes - 9} others" in said


def test_many_questions_are_shown_or_named(tables):
    tasks = [Task(name=f"t{i:02}", kind="nominal", classes=("a", "b")) for i in range(23)]
    toy = replace(tables.healthy(60), tasks=tuple(tasks))
    toy = toy.but(**{f"label__{t.name}": ["a", "b"] * 30 for t in tasks})
    said = texts(drawn(toy.audit("clipping")))
    assert {f"t{i:02} (classes without order)" for i in range(20)} <= set(said)
    assert "and 3 more without a picture: t20, t21, t22" in said


def test_a_panel_without_groups_has_its_title(tables):
    said = texts(drawn(tables.healthy(60).but(speaker=[None] * 60).audit()))
    after = said[said.index("Classes of each speaker") + 1 :]
    assert after[0].startswith("no 8 speakers")


def test_each_speaker_has_a_column_that_is_full(audited):
    heights, shares = {}, {}
    for piece in values(drawn(audited), "group"):
        at = piece["task"], piece["group"]
        heights[at] = heights.get(at, 0) + piece["shape"].height
        shares[at] = shares.get(at, 0) + piece["share"]
    speakers = len(set(audited.case.rows["speaker"]))
    assert sum(task == "mood" for task, _ in heights) == speakers
    assert list(shares.values()) == pytest.approx([1] * len(shares))
    moods = [height for (task, _), height in heights.items() if task == "mood"]
    assert moods == pytest.approx([moods[0]] * speakers)


@pytest.mark.parametrize(
    ("lang", "severity", "seen"),
    [("en", "warning", "telephone audio stored at 16 kHz"), ("ko", "경고", "4.2 kHz 이하")],
)
def test_findings_are_listed(audited, lang, severity, seen):
    said = texts(drawn(audited, lang))
    assert seen in " ".join(said)
    assert severity in said


def test_the_same_audit_gives_the_same_bytes_on_any_terminal(audited, tmp_path, monkeypatch):
    one = audit_figure(audited, tmp_path / "a.svg").read_bytes()
    monkeypatch.setenv("COLUMNS", "40")
    assert audit_figure(audited, tmp_path / "b.svg").read_bytes() == one
    assert b"Audit of" in one


@pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_other_formats(audited, tmp_path, suffix, start):
    data = audit_figure(audited, tmp_path / f"a.{suffix}", "ko").read_bytes()
    assert data.startswith(start)
    assert len(data) > 20_000


def test_a_corpus_that_knows_nothing_is_drawn(tables):
    bare = tables.healthy(20)
    bare = replace(bare, rows=bare.rows.select("id"), sounds=bare.sounds[:0], tasks=())
    said = texts(drawn(bare.audit()))
    assert "not known" in said
    assert "speaker: no row has a speaker: a split cannot keep speakers apart" in said


def test_sounds_that_were_not_measured_are_missed_in_an_audit_only(tables):
    toy = tables.healthy(30)
    found = replace(toy, sounds=toy.sounds[:0]).audit()
    assert " ".join(texts(drawn(found))).count("--listen") == 3
    assert "--listen" not in " ".join(texts(draw(found.case, Words("en"))))


@pytest.mark.parametrize("seconds", [[3.0] * 50, [0.1] * 49 + [900.0]])
def test_odd_durations_are_drawn(tables, seconds):
    odd = tables.healthy(50).but(duration=seconds)
    bars = [b for b in values(drawn(odd.audit()), "measure") if b["measure"] == "duration"]
    assert sum(bar["count"] for bar in bars) == 50


def test_a_long_tail_is_drawn_on_a_logarithmic_axis(tables):
    def widths(longest):
        toy = tables.healthy(50).but(duration=[1.0] * 20 + [2.0] * 29 + [longest])
        bars = values(drawn(toy.audit("clipping")), "measure")
        return [b["to"] - b["from"] for b in bars if b["measure"] == "duration"]

    short, long = widths(10.0), widths(100.0)
    assert short[-1] == pytest.approx(short[0])
    assert long[-1] > 3 * long[0]


def test_the_whole_corpus_is_named_and_counted(corpus):
    said = set(texts(shown(corpus)))
    assert {"신고 통화", "하", "중", "상"} <= said
    assert "speech 45 (75 %) · text 60 (100 %) · 8,000 Hz 45 (75 %)" in said
    assert {"24 (50 %)", "12 (25 %)", "not labelled", "12"} <= said
    assert "60 utterances · 12 speakers · 0.39 h" in said
    assert "발화 60개 · 화자 12명 · 0.39시간" in texts(shown(corpus, lang="ko"))


def test_the_parts_of_a_split_stand_side_by_side(corpus):
    summary = summarise(corpus, "s")
    said = texts(shown(corpus, "s"))
    for part, rows in summary.parts.items():
        assert f"{Words('en')(f'part.{part}')}, {rows:,} rows" in said
    (count, share) = summary.tasks[0].classes["하"]["test"], summary.tasks[0].share("하", "test")
    assert f"{count} ({100 * share:.0f} %)" in said


def test_a_wrong_ending_split_or_language_leaves_no_file(corpus, tmp_path):
    with pytest.raises(MalsoriError, match=r"\.gif"):
        corpus_figure(corpus, None, tmp_path / "a.gif")
    with pytest.raises(MalsoriError):
        corpus_figure(corpus, "unknown", tmp_path / "a.svg")
    with pytest.raises(MalsoriError, match="language"):
        corpus_figure(corpus, None, tmp_path / "a.svg", "fr")
    assert not list(tmp_path.glob("a.*"))


def test_text_only_corpora_have_a_figure(tmp_path):
    spec = CorpusSpec(name="texts", adapter="table", tasks=())
    corpus = write_corpus(tmp_path / "t", spec, pl.DataFrame({"id": ["a"], "text": ["네"]}))
    said = texts(shown(corpus))
    assert {"1 utterance", "Transcripts", "text 1 (100 %)"} <= set(said)


def test_nothing_is_drawn_beside_the_sheet(audited):
    for lang in ("en", "ko"):
        sheet = drawn(audited, lang)
        for mark in sheet.marks:
            if isinstance(mark.shape, Letters):
                assert 0 <= mark.shape.x <= sheet.width, mark.shape.text
                assert 8 <= mark.shape.y <= sheet.height, mark.shape.text
