"""A sheet as a file of each kind."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.image import imread

from malsori.errors import MalsoriError
from malsori.report.figures import replay
from malsori.report.figures.saving import SUFFIXES, save
from malsori.report.figures.sheet import Sheet
from malsori.report.style import BLUE, GREEN, VERMILION


@pytest.fixture
def no_hangul(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "hangul_font", lambda: None)
    replay._say_no_hangul.cache_clear()


def sheet(text: str = "불이 났어요 $5") -> Sheet:
    drawn = Sheet(160, 60)
    drawn.text(4, 30, text)
    return drawn


def saved(path: Path, drawn: Sheet) -> Path:
    return save(drawn, path, "a title", "a description")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_sheet_has_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    files = [saved(tmp_path / f"{k}{suffix}", sheet()) for k in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_size > 400


def test_svg_keeps_text_and_needs_no_font(
    tmp_path: Path, no_hangul: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved(tmp_path / "a.svg", sheet())
    assert ">불이 났어요 $5</text>" in path.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def test_a_missing_font_is_said_once_for_png(
    tmp_path: Path, no_hangul: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        saved(tmp_path / "a.png", sheet())
    assert capsys.readouterr().err.count("no installed font has Hangul") == 1


def test_no_font_is_missed_without_hangul(
    tmp_path: Path, no_hangul: None, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(tmp_path / "a.png", sheet("fire $5"))
    assert capsys.readouterr().err == ""


def test_a_font_that_was_installed_later_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = font_manager.fontManager
    new = next(font for font in fonts.ttflist if font.name == "DejaVu Sans")
    monkeypatch.setattr(fonts, "ttflist", [f for f in fonts.ttflist if f.name != new.name])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [new.fname, __file__])
    monkeypatch.setattr(replay, "_HANGUL_FONTS", (new.name,))
    replay.hangul_font.cache_clear()
    assert replay.hangul_font() == new.name
    replay.hangul_font.cache_clear()


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MalsoriError, match=r"use \.svg, \.png, \.pdf"):
        saved(tmp_path / "a.jpg", sheet())
    assert not list(tmp_path.iterdir())


def test_the_settings_of_matplotlib_are_left_alone(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    saved(tmp_path / "a.png", sheet())
    assert dict(mpl.rcParams) == before


def test_every_mark_of_a_png_lies_where_the_sheet_says(tmp_path: Path) -> None:
    drawn = Sheet(60, 40)
    drawn.box(0, 0, 20, 10, BLUE)
    drawn.dot(40, 10, GREEN)
    drawn.dot(10, 30, GREEN, radius=6, hollow=True)
    drawn.line([(30, 30), (59, 30)], VERMILION, weight=4, opacity=0.5)
    drawn.area([(22, 0), (32, 0), (32, 8), (22, 8)], VERMILION)
    drawn.specks([(24, 20), (30, 20)], BLUE)
    pixels = imread(saved(tmp_path / "a.png", drawn))[..., :3]
    assert pixels.shape == (80, 120, 3)

    def at(x: float, y: float) -> str:
        return "#" + "".join(f"{round(255 * c):02x}" for c in pixels[int(2 * y), int(2 * x)])

    assert at(10, 5) == BLUE
    assert at(21, 5) == at(10, 11) == "#ffffff"
    assert at(40, 10) == GREEN
    assert at(10, 30) == "#ffffff"
    assert at(10, 25) == GREEN
    assert at(24, 20) == at(30, 20) == BLUE
    assert at(27, 20) == "#ffffff"
    assert at(27, 4) == VERMILION
    faint = 0.5 + 0.5 * np.array([int(VERMILION[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    assert np.allclose(pixels[60, 90], faint, atol=0.01)
