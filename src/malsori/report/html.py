"""A page as one HTML file: no script, no network, light and dark, paper too."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from malsori.report.page import Page
from malsori.words import Words

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(page: Page, words: Words, version: str) -> str:
    """The page as HTML5; whatever came from data is escaped.

    Example:
        >>> page = Page("en", "<b>", (), ())
        >>> "<title>&lt;b&gt;</title>" in render_html(page, Words("en"), "1")
        True
    """
    template = _environment().get_template("page.html.j2")
    return template.render(page=page, words=words, version=version, css=_css())


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = _kind
    environment.filters["svg"] = _svg
    return environment


def _kind(block: Any) -> str:
    return type(block).__name__


def _svg(source: str) -> Markup:
    """A figure as it is: it was written by an XML writer, which escapes."""
    return Markup(source)  # noqa: S704


@cache
def _css() -> Markup:
    return Markup((_TEMPLATES / "page.css").read_text("utf-8"))  # noqa: S704
