"""The same page as Markdown: sentences and tables, without the figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from malsori.report.page import Block, Code, Head, Heading, Page, Section, Sentences, Table, joined
from malsori.words import Text

HEADER = "<!-- malsori report -->"
_SPECIAL = re.compile(r"([\\`*_\[\]|~#])")


def render_markdown(page: Page) -> str:
    r"""The page as Markdown; whatever came from data is escaped.

    Example:
        >>> print(render_markdown(Page("en", "a_b <i>", ("run x",), ())))
        <!-- malsori report -->
        # a\_b &lt;i&gt;
        <BLANKLINE>
        run x
        <BLANKLINE>
    """
    parts = [f"{HEADER}\n# {escaped(page.title)}", _line(page.subtitle)]
    for section in page.sections:
        parts += _section(section)
    if page.foot:
        parts += ["---", *(_line(text) for text in page.foot)]
    return "\n\n".join(part for part in parts if part) + "\n"


def escaped(text: str) -> str:
    r"""Text that Markdown shows as it is.

    Example:
        >>> escaped("<script> *a* | b")
        '&lt;script&gt; \\*a\\* \\| b'
    """
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return " ".join(_SPECIAL.sub(r"\\\1", safe).split())


def _line(text: Text) -> str:
    return escaped(joined(text))


def _section(section: Section) -> Iterator[str]:
    yield f"## {escaped(section.title)}"
    for block in section.blocks:
        yield _block(block)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"### {escaped(block.text)}"
    if isinstance(block, Sentences):
        return _sentences(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Code):
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", block.text)), default=0))
        return f"{fence}{block.language}\n{block.text.rstrip()}\n{fence}"
    return ""  # a figure: its numbers stand in the table below it


def _sentences(block: Sentences) -> str:
    if block.kind in {"points", "care"}:
        return "\n".join(f"- {_line(item)}" for item in block.items)
    return " ".join(_line(item) for item in block.items)


def _table(block: Table) -> str:
    last = [Head(block.below_head, right=False)] if block.below else []
    heads = [*block.heads, *last]
    lines = [[escaped(head.name) for head in heads]]
    lines.append(["---:" if head.right else ":---" for head in heads])
    for i, row in enumerate(block.rows):
        lines.append([_line(cell.text) for cell in (*row, *block.below[i : i + 1])])
    body = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    note = f"\n\n{_line(block.note)}" if block.note else ""
    return f"**{escaped(block.title)}**\n\n{body}{note}"
