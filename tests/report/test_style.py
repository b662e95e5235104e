from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from malsori.errors import MalsoriError
from malsori.report import style


@pytest.fixture
def no_hangul(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "hangul_font", lambda: None)
    style._say_no_hangul.cache_clear()


def hangul() -> Figure:
    with style.theme():
        figure = Figure(figsize=(2, 1))
        figure.text(0.1, 0.5, "불이 났어요 $5")
    return figure


@pytest.mark.parametrize("suffix", style.SUFFIXES)
def test_the_same_figure_has_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    files = [style.save(hangul(), tmp_path / f"{k}{suffix}") for k in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].stat().st_size > 500


def test_svg_keeps_text_and_needs_no_font(
    tmp_path: Path, no_hangul: None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = style.save(hangul(), tmp_path / "a.svg")
    assert "불이 났어요 $5" in path.read_text(encoding="utf-8")
    assert capsys.readouterr().err == ""


def test_a_missing_font_is_said_once_for_png(
    tmp_path: Path, no_hangul: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        style.save(hangul(), tmp_path / "a.png")
    assert capsys.readouterr().err.count("no installed font has Hangul") == 1


def test_no_font_is_missed_without_hangul(
    tmp_path: Path, no_hangul: None, capsys: pytest.CaptureFixture[str]
) -> None:
    style.save(Figure(figsize=(1, 1)), tmp_path / "a.png")
    assert capsys.readouterr().err == ""


def test_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MalsoriError, match=r"use \.svg, \.png, \.pdf"):
        style.save(Figure(), tmp_path / "a.jpg")


def test_the_theme_ends_where_it_should() -> None:
    before = dict(mpl.rcParams)
    with style.theme():
        assert mpl.rcParams["svg.hashsalt"] == "malsori"
    assert dict(mpl.rcParams) == before


def luminance(colour: str) -> float:
    """Relative luminance of a colour (WCAG 2), 0 … 1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [style.INK, style.QUIET])
def test_text_is_readable_on_white(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5
