"""The picture of an audit: what it shows is what was counted."""

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from malsori.errors import MalsoriError
from malsori.report.audit_figure import audit_figure, draw
from malsori.report.style import theme
from malsori.schema import Task


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


def drawn(audited):
    with theme():
        return draw(audited)


def texts(figure):
    return [t.get_text() for axes in figure.axes for t in axes.texts]


def panel(figure, title):
    return next(axes for axes in figure.axes if axes.get_title(loc="left") == title)


def test_bars_of_a_histogram_count_every_row(audited):
    figure = drawn(audited)
    for title in ("Duration", "Level of speech", "Effective bandwidth", "Transcripts", "Silence"):
        assert sum(bar.get_height() for bar in panel(figure, title).patches) == 300, title


def test_what_is_beyond_a_limit_is_said(audited):
    lengths = audited.case.lengths
    said = texts(drawn(audited))
    assert f"cut off: {100 * np.mean(lengths > 60):.3g} %" in said
    assert "telephone: 100 %" in said


def test_classes_are_counted_in_each_part(audited):
    axes = panel(drawn(audited), "mood")
    target = audited.case.targets[0]
    for part in ("train", "validation", "test"):
        rows = (audited.case.parts == part).to_numpy()
        for k in range(3):
            count = int(((target.codes == k) & rows).sum())
            assert any(t.get_text().startswith(f"{count:,} (") for t in axes.texts)


def test_a_part_without_rows_is_named_once(tables):
    toy = tables.healthy(60)
    figure = drawn(toy.split(["train", "train", "test"] * 20).audit())
    said = [t.get_text() for t in figure.texts]
    assert any("split by-speaker (validation empty)" in text for text in said)
    assert "none" not in [t.get_text() for t in panel(figure, "mood").texts]
    legend = panel(figure, "mood").get_legend().get_texts()
    assert [t.get_text() for t in legend] == ["train", "test"]


def test_a_part_without_labels_is_named_in_the_legend(tables):
    toy = tables.healthy(60).split(["train", "validation", "test"] * 20)
    moods = [m if i % 3 != 1 else None for i, m in enumerate(toy.rows["label.mood"])]
    axes = panel(drawn(toy.but(label__mood=moods).audit()), "mood")
    assert "validation: no label" in [t.get_text() for t in axes.get_legend().get_texts()]
    assert "none" not in [t.get_text() for t in axes.texts]


@pytest.mark.parametrize(("classes", "more"), [(16, 0), (24, 0), (40, 16)])
def test_many_classes_are_shown_or_counted(tables, classes, more):
    names = tuple(f"c{i:02}" for i in range(classes))
    task = Task(name="kind", kind="nominal", classes=names)
    toy = replace(tables.healthy(400), tasks=(task,))
    figure = drawn(toy.but(label__kind=[names[i % (classes - 1)] for i in range(400)]).audit())
    axes = panel(figure, "kind")
    said = [t.get_text() for t in axes.texts]
    assert len(axes.get_yticks()) == classes - more
    assert (f"and {more} more with fewer rows" in said) == bool(more)
    assert said.count("no row") == (not more)  # the last class has none: said once
    groups = panel(figure, "Classes of each speaker").get_legend().get_texts()
    assert f"{classes - 9} others" in [t.get_text() for t in groups]


def test_many_questions_are_shown_or_named(tables):
    tasks = [Task(name=f"t{i:02}", kind="nominal", classes=("a", "b")) for i in range(23)]
    toy = replace(tables.healthy(60), tasks=tuple(tasks))
    toy = toy.but(**{f"label__{t.name}": ["a", "b"] * 30 for t in tasks})
    figure = drawn(toy.audit("clipping"))
    titles = {axes.get_title(loc="left") for axes in figure.axes}
    assert {f"t{i:02}" for i in range(20)} <= titles
    assert "and 3 more without a picture: t20, t21, t22" in texts(figure)


def test_a_panel_without_groups_has_its_title(tables):
    lone = tables.healthy(60).but(speaker=[None] * 60)
    axes = panel(drawn(lone.audit()), "Classes of each speaker")
    assert axes.texts[0].get_text().startswith("no 8 speakers")


def test_each_speaker_has_a_column_that_is_full(audited):
    axes = panel(drawn(audited), "Classes of each speaker")
    heights = {}
    for bar in axes.patches:
        heights[round(bar.get_x(), 3)] = heights.get(round(bar.get_x(), 3), 0) + bar.get_height()
    assert len(heights) == len(set(audited.case.rows["speaker"]))
    assert all(height == pytest.approx(1) for height in heights.values())


def test_findings_are_listed(audited):
    said = " ".join(texts(drawn(audited)))
    assert "telephone audio stored at 16 kHz" in said
    assert "warning" in said


def test_the_same_audit_gives_the_same_picture_on_any_terminal(audited, tmp_path, monkeypatch):
    one = audit_figure(audited, tmp_path / "a.svg").read_text("utf-8")
    monkeypatch.setenv("COLUMNS", "40")
    assert words(audit_figure(audited, tmp_path / "b.svg").read_text("utf-8")) == words(one)


def words(svg):
    """Its letters: the layout solver may end a hair elsewhere."""
    return re.findall(r">([^<>]+)</t", svg)


def test_png(audited, tmp_path):
    assert audit_figure(audited, tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_wrong_ending_is_refused(audited, tmp_path):
    with pytest.raises(MalsoriError, match="gif"):
        audit_figure(audited, tmp_path / "a.gif")


def test_a_corpus_that_knows_nothing_is_drawn(tables):
    bare = tables.healthy(20)
    bare = replace(bare, rows=bare.rows.select("id"), sounds=bare.sounds[:0], tasks=())
    said = texts(drawn(bare.audit()))
    assert "not known" in said
    assert "speaker: no row has a speaker: a split cannot keep speakers apart" in said


def test_sounds_that_were_not_measured_are_missed(tables):
    toy = tables.healthy(30)
    said = texts(drawn(replace(toy, sounds=toy.sounds[:0]).audit()))
    assert said.count("not measured (--listen does it)") == 3


@pytest.mark.parametrize("seconds", [[3.0] * 50, [0.1] * 49 + [900.0]])
def test_odd_durations_are_drawn(tables, seconds):
    odd = tables.healthy(50).but(duration=seconds)
    axes = panel(drawn(odd.audit()), "Duration")
    assert sum(bar.get_height() for bar in axes.patches) == 50
