"""What is predicted for which labels, where both are numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from malsori.report.figures.marks import Tooltip
from malsori.report.figures.naming import Speak, percent, told
from malsori.report.figures.panels import Panel
from malsori.report.figures.scale import Scale, finite, tick_text
from malsori.report.figures.sheet import SMALL, WIDE, Sheet
from malsori.report.style import BLUE, INK, QUIET, VERMILION

_MOST: Final = 460.0  # px; a square does not get better with more
_LEFT: Final = 44.0
_RIGHT: Final = 12.0
_TOP: Final = 26.0
_FOOT: Final = 40.0
_KEY: Final = 20.0
_FAINTEST, _STRONGEST = 0.10, 0.85


def agreement_svg(
    edges: Sequence[float],
    counts: ArrayLike,
    means: Sequence[float],
    words: Speak,
    *,
    width: int = WIDE,
) -> str:
    """Rows by label (to the right) and prediction (upwards): on the diagonal they are the same.

    The stronger the blue, the more rows. A dot is the mean prediction for the labels below it:
    where dots lie flatter than the diagonal, extreme labels are drawn towards the middle. `edges`
    [B + 1] are the ends of the ranges of both, `counts` [B, B] the rows by range of the label
    (first) and of the prediction, `means` [B] NaN where there are no rows.

    Example:
        >>> from malsori.words import Words
        >>> svg = agreement_svg([1, 3, 5], [[8, 2], [1, 9]], [1.8, 3.9], Words())
        >>> 'data-label-from="1" data-label-to="3" data-predicted-from="3"' in svg
        True
    """
    table = np.asarray(counts, dtype=np.int64)
    full = min(float(width), _MOST)
    side = full - _LEFT - _RIGHT
    sheet = Sheet(full, _TOP + side + _FOOT + _KEY)
    low, high = float(edges[0]), float(edges[-1])
    panel = Panel(Scale(low, high, _LEFT, _LEFT + side), Scale(low, high, _TOP + side, _TOP))
    ticks = panel.x.ticks(5)
    panel.grid(sheet, across=ticks, along=ticks)
    _cells(sheet, panel, edges, table)
    ends = (panel.x.start, panel.y.start), (panel.x.end, panel.y.end)
    sheet.line(list(ends), INK, dash="dashed", weight=1.2)
    _dots(sheet, panel, edges, means, words)
    _names(sheet, panel, words)
    return sheet.svg(words("figure.agreement.title"), _said(edges, table, means, words))


def _cells(sheet: Sheet, panel: Panel, edges: Sequence[float], table: NDArray[np.int64]) -> None:
    most, total = int(table.max(initial=0)), int(table.sum())
    for i, j in np.argwhere(table):
        count = int(table[i, j])
        x, right = panel.x(edges[i]), panel.x(edges[i + 1])
        bottom, top = panel.y(edges[j]), panel.y(edges[j + 1])
        # By the root, so that a few rows beside a peak are still seen.
        opacity = _FAINTEST + (_STRONGEST - _FAINTEST) * (count / most) ** 0.5
        values = {
            "label-from": edges[i],
            "label-to": edges[i + 1],
            "predicted-from": edges[j],
            "predicted-to": edges[j + 1],
            "count": count,
        }
        title = f"{_range(edges, i)} → {_range(edges, j)}: {count:,} ({percent(count, total)})"
        sheet.box(
            x + 0.5, top + 0.5, right - x - 1, bottom - top - 1, BLUE,
            opacity=opacity, tooltip=Tooltip(title, values),
        )  # fmt: skip


def _dots(
    sheet: Sheet, panel: Panel, edges: Sequence[float], means: Sequence[float], words: Speak
) -> None:
    for i, mean in enumerate(means):
        if finite([mean]):
            middle = (edges[i] + edges[i + 1]) / 2
            name = words("figure.agreement.mean")
            title = f"{_range(edges, i)}: {name} {tick_text(round(mean, 2), [0.01])}"
            tooltip = Tooltip(title, {"label": middle, "mean": mean})
            sheet.dot(panel.x(middle), panel.y(mean), VERMILION, radius=3.5, tooltip=tooltip)


def _names(sheet: Sheet, panel: Panel, words: Speak) -> None:
    sheet.text(0, _TOP - 11, words("figure.agreement.predicted"), QUIET, size=SMALL)
    below = panel.y.start + 2 * SMALL + 10
    label = words("figure.agreement.label")
    sheet.text(panel.x.end, below, label, QUIET, size=SMALL, anchor="right")
    base = below + _KEY
    sheet.dot(_LEFT + 4, base - 4, VERMILION, radius=3.5)
    sheet.text(_LEFT + 13, base, words("figure.agreement.key"), QUIET, size=SMALL)


def _range(edges: Sequence[float], i: int) -> str:
    step = [edges[1] - edges[0], *edges[:2]]
    texts = (tick_text(float(f"{edge:.4g}"), [float(f"{s:.3g}") for s in step])
             for edge in edges[i : i + 2])  # fmt: skip
    return " … ".join(texts)


def _said(
    edges: Sequence[float], table: NDArray[np.int64], means: Sequence[float], words: Speak
) -> str:
    name = words("figure.agreement.mean")
    return told(
        (_range(edges, i), f"{name} {mean:.2f}, n = {int(table[i].sum()):,}")
        for i, mean in enumerate(means)
        if finite([mean])
    )
