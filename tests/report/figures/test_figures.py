"""What every figure must be, and the numbers that each must show."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl
import pytest

from malsori.balance.summary import SCHEMA
from malsori.evaluation.compare import Difference
from malsori.evaluation.intervals import Estimate, Units
from malsori.report import style
from malsori.report.facts.comparing import RunDifference
from malsori.report.facts.errors import Bin
from malsori.report.facts.learning import Learning, TaskHistory
from malsori.report.figures.agreement import agreement_svg
from malsori.report.figures.answer import AnswerRow, answer_svg
from malsori.report.figures.confusion import confusion_svg
from malsori.report.figures.differences import differences_svg
from malsori.report.figures.distance import distance_svg
from malsori.report.figures.gradients import gradients_svg
from malsori.report.figures.learning import learning_svg
from malsori.report.figures.lettering import width_of
from malsori.report.figures.modalities import ConditionRow, modalities_svg
from malsori.report.figures.recall import recall_svg
from malsori.report.figures.reliability import reliability_svg
from malsori.report.figures.sheet import NARROW, WIDE, Sheet
from malsori.report.figures.waveform import waveform_svg
from malsori.words import Words

NAN = float("nan")
BAD = ['<script>alert("x")</script>', "따옴표 \" ' & <b>", "매우 긴\n이름 " * 12, "nul\x00 --> ]]>"]
TWELVE = [f"매우 긴 이름을 가진 감정 클래스 {i} (불안과 걱정이 함께)" for i in range(12)]
SVG = "{http://www.w3.org/2000/svg}"

Draw = Callable[..., str]


def gradients(steps: int = 4, tasks: tuple[str, ...] = ("긴급도", "sentiment")) -> pl.DataFrame:
    rows = []
    for step in range(0, 10 * steps, 10):
        for space, group in (("parameters", "fusion"), ("parameters", "all")):
            for i, one in enumerate(tasks):
                for j, two in enumerate(tasks[i:], start=i):
                    cosine = 1.0 if i == j else -0.2 + 0.01 * step
                    inner = cosine * 2.0 ** (i + j)
                    rows.append([step, 1, space, group, one, two, inner, None, cosine])
                    rows[-1] += [cosine**2, float(cosine < 0), 1.0, 1.0]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def learned(*tasks: TaskHistory) -> Learning:
    return Learning(tasks, None, 30, 30, 9, best_epoch=30, best_skill=0.1)


def differing(task: str, other: str, by: Estimate) -> RunDifference:
    found = Difference("skill", by, by, by, 9, Units.of([None] * 9), (1, 1))
    return RunDifference(task, "both", other, found)


def figures(words: Words) -> dict[str, Draw]:
    skill = Estimate(0.5123, 0.42, 0.58)
    odd = [
        AnswerRow(BAD[0], "r<1>", Estimate(-8.3, -12, -6)),
        AnswerRow(BAD[2], "20 rows", Estimate(0.1)),
        AnswerRow("nan", "x", Estimate(NAN), best=NAN),
    ]
    wild = TaskHistory("wild", (*range(1, 31),), (0.5,) * 30, (99.0, *[0.6] * 29), 0.7)
    broken = TaskHistory(BAD[1], (1, 2, 3), (NAN,) * 3, (0.6, NAN, 0.5), NAN)
    once = TaskHistory("once", (1,), (0.6,), (0.61,), 0.63)
    bins = [Bin(0.8, 0.9, 0.84, 0.79, 41), Bin(0.1, 0.2, NAN, NAN, 0)]
    wide = np.arange(144).reshape(12, 12) * 7
    never = [[3, 0, 1, 0], [2, 0, 0, 0], [0, 0, 0, 0], [5, 0, 0, 1]]
    recalls = [Estimate(NAN), Estimate(1.0), Estimate(0.3, 0.1, 0.6), Estimate(0.0, 0.0, 0.0)]
    return {
        "agreement": partial(agreement_svg, [1, 3, 5], [[8, 2], [1, 9]], [1.8, 3.9], words),
        "agreement none": partial(agreement_svg, [0, 1], [[0]], [NAN], words),
        "agreement odd": partial(agreement_svg, [-1e-6, 0, 1e-6], np.eye(2) * 1e6, [NAN, 9], words),
        "answer": partial(answer_svg, [AnswerRow("긴급도", "both", skill, 0.8, skill)], words),
        "answer odd": partial(answer_svg, odd, words),
        "answer none": partial(answer_svg, [], words),
        "learning none": partial(learning_svg, learned(), words),
        "learning": partial(learning_svg, learned(wild, broken, once), words),
        "gradients": partial(gradients_svg, gradients(), words),
        "gradients one step": partial(gradients_svg, gradients(1), words),
        "gradients none": partial(gradients_svg, None, words),
        "confusion": partial(confusion_svg, ["하", "상"], [[3, 1], [0, 2]], words),
        "confusion 12": partial(confusion_svg, TWELVE, wide, words),
        "confusion never": partial(confusion_svg, BAD, never, words),
        "recall": partial(recall_svg, BAD, recalls, [0, 1, 20, 4], words),
        "distance": partial(distance_svg, BAD, never, words),
        "distance 12": partial(distance_svg, TWELVE, wide, words),
        "distance empty": partial(distance_svg, ["a", "b"], np.zeros((2, 2), int), words),
        "reliability": partial(reliability_svg, bins, words),
        "reliability empty": partial(reliability_svg, bins[1:], words),
        "modalities": partial(
            modalities_svg,
            [
                ConditionRow("긴급도", "speech+text", skill, 0.8),
                ConditionRow("긴급도", "speech", Estimate(-0.1, -0.3, 0.1), 0.2),
            ],
            words,
        ),
        "differences": partial(
            differences_svg,
            [
                differing("긴급도", BAD[0], Estimate(-3.0, -9.0, -1.0)),
                differing("긴급도", "text", Estimate(NAN)),
            ],
            words,
        ),
    }


@pytest.fixture(scope="module", params=["en", "ko"])
def drawn(request: pytest.FixtureRequest) -> dict[tuple[str, int], str]:
    all_of_them = figures(Words(request.param))
    return {(n, width): f(width=width) for n, f in all_of_them.items() for width in (WIDE, NARROW)}


def test_every_figure_is_one_element_for_a_page(
    drawn: dict[tuple[str, int], str],
) -> None:
    for svg in drawn.values():
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert root.attrib["role"] == "img"
        assert (root[0].tag, root[1].tag) == (f"{SVG}title", f"{SVG}desc")
        assert root[0].text
        assert svg.startswith("<svg")
        # Ids would clash, a style sheet or a script would reach out into the page.
        assert {e.tag.removeprefix(SVG) for e in root.iter()} <= {
            "svg", "title", "desc", "path", "rect", "circle", "text",
        }  # fmt: skip
        assert not [e for e in root.iter() if "id" in e.attrib]
        assert "url(" not in svg
        assert "href" not in svg


def test_nothing_is_drawn_beside_the_sheet(drawn: dict[tuple[str, int], str]) -> None:
    for (name, _), svg in drawn.items():
        root = ET.fromstring(svg)
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        assert width <= WIDE
        for text in root.iter(f"{SVG}text"):
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            assert -1 <= x <= width + 1, (name, text.text)
            assert 5 <= y <= height + 1, (name, text.text)
        places = [p for e in root.iter(f"{SVG}path") for p in re.findall(r"[-\d.]+", e.attrib["d"])]
        assert all(-10 <= float(p) <= max(width, height) + 10 for p in places), name


def test_text_is_large_enough_to_be_read(drawn: dict[tuple[str, int], str]) -> None:
    for (name, _), svg in drawn.items():
        sizes = {float(e.attrib["font-size"]) for e in ET.fromstring(svg).iter(f"{SVG}text")}
        assert min(sizes, default=11) >= (10 if "confusion 12" in name else 11)


def test_text_and_axes_take_the_colour_of_the_page(drawn: dict[tuple[str, int], str]) -> None:
    inks = {style.INK, style.QUIET, style.PALE, "#000000", "#ffffff"}
    for svg in drawn.values():
        root = ET.fromstring(svg)
        assert {e.attrib["fill"] for e in root.iter(f"{SVG}text")} <= {"currentColor"}
        assert not inks & set(re.findall(r'"(#\w+)"', svg))


def test_what_is_called_like_a_script_is_text(drawn: dict[tuple[str, int], str]) -> None:
    for svg in drawn.values():
        assert "<script" not in svg.lower()
        assert "<b>" not in svg
    for width in (WIDE, NARROW):
        whole = "".join(ET.fromstring(drawn["recall", width]).itertext())
        assert '<script>alert("x")</script>' in whole


def test_two_drawings_have_the_same_bytes() -> None:
    for draw in figures(Words("ko")).values():
        assert draw() == draw()


@pytest.mark.parametrize("room", ["writing", "corpus_figure"])
def test_matplotlib_is_not_loaded_before_a_png_is_written(room: str) -> None:
    code = f"import sys, malsori.report.{room}; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_figure_that_stands_alone_has_its_own_colours_on_white() -> None:
    sheet = Sheet(40, 20)
    sheet.text(1, 12, "a", style.QUIET)
    sheet.rule(5, 0, 9)
    svg = sheet.svg("", "", alone=True)
    root = ET.fromstring(svg)
    assert (root.attrib["width"], root.attrib["height"]) == ("40", "20")
    assert root[2].attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}
    assert (root[3].attrib["fill"], root[4].attrib["stroke"]) == (style.QUIET, style.PALE)
    assert "currentColor" not in svg


@pytest.mark.parametrize("colour", [style.INK, style.QUIET])
def test_text_is_readable_on_white(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


@pytest.mark.parametrize("colour", [style.BLUE, style.VERMILION, style.GREEN])
def test_colours_of_data_are_seen_in_the_light_and_in_the_dark(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 3
    assert (luminance(colour) + 0.05) / (luminance("#14161a") + 0.05) >= 3


@pytest.mark.parametrize("paper", ["#ffffff", "#14161a"])
@pytest.mark.parametrize("colour", [style.BLUE, style.VERMILION])
def test_numbers_in_cells_are_readable(paper: str, colour: str) -> None:
    ink = style.INK if paper == "#ffffff" else "#e6e9ee"
    svg = confusion_svg(["a", "b"], [[4, 0], [4, 0]], Words("en"))
    opacity = max(float(o) for o in re.findall(r'<rect[^>]* opacity="([\d.]+)"', svg))
    mixed = [opacity * c + (1 - opacity) * p for c, p in zip(rgb(colour), rgb(paper), strict=True)]
    cell = "#" + "".join(f"{round(c):02x}" for c in mixed)
    low, high = sorted([luminance(cell), luminance(ink)])
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_the_answer_draws_the_numbers_that_it_was_given() -> None:
    svg = figures(Words("en"))["answer"]()
    root = ET.fromstring(svg)
    dot, ring = root.findall(f"{SVG}circle")
    assert dot.attrib["data-value"] == "0.5123"
    assert (ring.attrib["fill"], ring.attrib["data-single"]) == ("none", "both")
    grid = {t.text: float(t.attrib["x"]) for t in root.iter(f"{SVG}text")}
    zero = next(e for e in root.iter(f"{SVG}path") if e.attrib.get("stroke-width") == "1.4")
    left = float(re.findall(r"[-\d.]+", zero.attrib["d"])[0])
    best = next(e for e in root.iter(f"{SVG}path") if e.attrib.get("data-best") == "0.8")
    far = float(re.findall(r"[-\d.]+", best.attrib["d"])[0])
    share = (float(dot.attrib["cx"]) - left) / (far - left)
    assert share == pytest.approx(0.5123 / 0.8, abs=1e-3)
    assert {"knows nothing", "best possible 0.80", "0.512 [0.42, 0.58]"} <= grid.keys()


def test_skill_far_below_nothing_is_an_arrow_with_its_number() -> None:
    root = ET.fromstring(figures(Words("en"))["answer odd"]())
    arrow = next(e for e in root.iter(f"{SVG}path") if e.attrib.get("data-value") == "-8.3")
    assert arrow.attrib["fill"] == style.BLUE
    assert "−8.300 [−12.00, −6.00]" in "".join(root.itertext())


def test_learning_marks_the_kept_epoch() -> None:
    svg = figures(Words("ko"))["learning"]()
    assert "30번째 에포크" in svg
    assert 'data-epoch="30" data-score="0.6"' in svg
    assert 'data-prior="0.7"' in svg
    assert f'data-scores="99.0 {" ".join(["0.6"] * 29)}"' in svg


def test_gradients_say_what_the_summary_says() -> None:
    svg = figures(Words("en"))["gradients"]()
    assert "sentiment pushes 2.0 × as hard" in svg
    assert 'data-space="parameters" data-ratio="0.5' in svg
    assert "−0.05 ± 0.13" in svg
    assert "shared parameters" in svg


def test_gradients_of_many_tasks_leave_the_layer_groups_out() -> None:
    words = Words("en")
    assert "fusion" in gradients_svg(gradients(2, ("a", "b", "c")), words)
    assert "fusion" not in gradients_svg(gradients(2, ("a", "b", "c", "d")), words)


def test_every_cell_of_a_confusion_has_its_count_and_rate() -> None:
    counts = np.arange(144).reshape(12, 12)
    for width in (WIDE, NARROW):
        root = ET.fromstring(confusion_svg(TWELVE, counts, Words("en"), width=width))
        cells = [e.attrib for e in root.iter(f"{SVG}rect") if "data-count" in e.attrib]
        found = np.array([int(c["data-count"]) for c in cells]).reshape(12, 12)
        assert (found == counts).all()
        rates = np.array([float(c["data-rate"]) for c in cells]).reshape(12, 12)
        assert np.allclose(rates.sum(axis=1), 1)
        whole = "".join(root.itertext())
        assert all(name in whole for name in TWELVE)


def test_a_class_that_is_never_predicted_is_pointed_out() -> None:
    assert ">never<" in figures(Words("en"))["confusion never"]()
    assert ">never<" not in figures(Words("en"))["confusion"]()


@pytest.mark.parametrize("width", [NARROW, 480, 560, WIDE])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_classes_that_are_never_predicted_do_not_touch(width: int, lang: str) -> None:
    counts = np.zeros((7, 7), int)
    counts[:, 0] = [2224, 237, 29, 31, 24, 9, 12]
    names = ["neutral", "happy", "angry", "surprise", "sad", "fear", "disgust"]
    root = ET.fromstring(confusion_svg(names, counts, Words(lang), width=width))
    never = Words(lang)("figure.confusion.never")
    found = [e for e in root.iter(f"{SVG}text") if never in (e.findtext(f"{SVG}title") or "")]
    assert len(found) == 6
    size = float(found[0].attrib["font-size"])
    half = width_of(found[0].text or "", size) * 1.08 / 2  # bold letters are wider
    middles = [float(e.attrib["x"]) for e in found]
    for left, right in pairwise(middles):
        assert left + half < right - half - 2


def test_distances_beyond_the_room_are_put_together() -> None:
    counts = np.ones((12, 12), dtype=int)
    for width, edge in ((WIDE, 7), (NARROW, 3)):
        root = ET.fromstring(distance_svg(TWELVE, counts, Words("en"), width=width))
        bars = {
            int(e.attrib["data-distance"]): int(e.attrib["data-count"])
            for e in root.iter(f"{SVG}rect")
        }
        assert sum(bars.values()) == 144
        assert bars[0] == 12
        assert max(bars) == edge
        assert bars[edge] == sum(range(1, 12 - edge + 1))
        assert f"≥ +{edge}" in "".join(root.itertext())


def test_recall_has_support_and_interval() -> None:
    svg = figures(Words("en"))["recall"]()
    assert "0.300 [0.10, 0.60], n = 20" in svg
    assert 'data-value="0.3" data-low="0.1" data-high="0.6"' in svg
    assert svg.count("<circle") == 3  # the class without rows has none


def test_empty_bins_are_left_out_of_reliability() -> None:
    assert figures(Words("en"))["reliability"]().count("<circle") == 1
    assert figures(Words("en"))["reliability empty"]().count("<circle") == 0


def test_one_row_is_no_rows() -> None:
    svg = reliability_svg([Bin(0.8, 0.9, 0.84, 1.0, 1), Bin(0.9, 1.0, 0.95, 1.0, 2)], Words("en"))
    assert "right, 1 row;" in svg
    assert "right, 2 rows" in svg


def test_each_condition_has_its_own_best() -> None:
    svg = figures(Words("ko"))["modalities"]()
    assert ">음성 + 텍스트</text>" in svg
    assert 'data-best="0.8"' in svg
    assert 'data-best="0.2"' in svg


def test_a_difference_is_blue_only_if_its_interval_leaves_out_0() -> None:
    def colour(low: float) -> str:
        rows = [differing("t", "b", Estimate(0.1, low, 0.2))]
        root = ET.fromstring(differences_svg(rows, Words("en")))
        return next(root.iter(f"{SVG}circle")).attrib["fill"]

    assert colour(0.01) == style.BLUE
    assert colour(-0.01) == "currentColor"


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(9), np.full(500, NAN), np.ones(1)])
def test_any_sound_has_a_waveform(samples: np.ndarray) -> None:
    assert ET.fromstring(waveform_svg(samples, 8000)).tag == f"{SVG}svg"


def test_a_waveform_is_as_high_as_its_loudest_sample() -> None:
    samples = np.concatenate([np.zeros(400), [0.001], np.zeros(399)])
    root = ET.fromstring(waveform_svg(samples, 400))
    shape = root.findall(f"{SVG}path")[-1]
    assert shape.attrib["data-seconds"] == "2.0"
    heights = [float(p) for p in re.findall(r"[-\d.]+", shape.attrib["d"])[1::2]]
    assert min(heights) == 1


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour: str) -> float:
    """Relative luminance of a colour (WCAG 2), 0 … 1."""
    shares = [c / 255 for c in rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_numbers_lie_where_label_and_prediction_say() -> None:
    svg = agreement_svg([1, 2, 3], [[4, 0], [1, 16]], [1.5, 2.9], Words("en"))
    boxes = [b for b in ET.fromstring(svg).iter(f"{SVG}rect") if "data-count" in b.attrib]
    assert [b.attrib["data-count"] for b in boxes] == ["4", "1", "16"]
    low, mixed, high = ({k: float(v) for k, v in b.attrib.items() if k in "xy"} for b in boxes)
    assert mixed["x"] == high["x"] > low["x"]
    assert mixed["y"] == low["y"] > high["y"]
    faint = [float(b.attrib.get("fill-opacity") or b.attrib["opacity"]) for b in boxes]
    assert faint[1] < faint[0] < faint[2]
    dots = [d.attrib for d in ET.fromstring(svg).iter(f"{SVG}circle") if "data-mean" in d.attrib]
    assert [d["data-mean"] for d in dots] == ["1.5", "2.9"]
