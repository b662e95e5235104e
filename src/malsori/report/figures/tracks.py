"""Estimates with their intervals, one a row, in bands that share a scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from malsori.evaluation.intervals import Estimate
from malsori.report.figures.empty import empty_svg
from malsori.report.figures.lettering import plain, width_of
from malsori.report.figures.marks import NO_TOOLTIP, Tooltip
from malsori.report.figures.naming import Speak, told
from malsori.report.figures.scale import Scale, finite, minus, tick_text
from malsori.report.figures.sheet import NORMAL, SMALL, Sheet
from malsori.report.style import BLUE, GREEN, INK, PALE, QUIET

_ROOMY: Final = 480  # px; below, a row's words stand above its track instead of beside it
_ROW: Final = 26.0
_TALL_ROW: Final = 46.0
_TRACK: Final = 28.0  # how far below the top of a tall row its track lies
_HALF: Final = 9.0  # of the rules across such a track
_HEAD: Final = 22.0
_ENDS: Final = 18.0
_AXIS: Final = 22.0
_BETWEEN: Final = 14.0
_GAP: Final = 14.0
_RADIUS: Final = 5.5
_MOST_LABEL: Final = 0.36  # of the width


@dataclass(frozen=True)
class Track:
    """One estimate."""

    label: str  # beside it
    number: str  # it and its interval, written
    estimate: Estimate  # where it lies; nothing is drawn for NaN
    tooltip: Tooltip = NO_TOOLTIP  # its exact numbers
    colour: str = BLUE  # of the dot
    hollow: bool = False  # a ring and a quiet label: something to compare with
    best: float | None = None  # the best that is possible, a short line across the row


@dataclass(frozen=True)
class Band:
    """Rows that belong together."""

    title: str  # above them, or nothing
    tracks: Sequence[Track]  # the rows
    low: float  # where the scale begins; what lies lower gets an arrow at the edge
    high: float  # where it ends
    ends: tuple[str, str] | None = None  # what lies at the line and at the end, above the rows
    best: str = ""  # in words, above the first line of what is possible
    axis: bool = True  # whether numbers stand below


def tracks_svg(bands: Sequence[Band], title: str, words: Speak, width: float) -> str:
    """A figure of bands, read aloud row by row.

    Example:
        >>> from malsori.words import Words
        >>> row = Track("both", "0.50", Estimate(0.5, 0.4, 0.6))
        >>> svg = tracks_svg([Band("urgency", [row], 0, 1)], "Skill", Words("en"), 640)
        >>> "<desc>urgency, both: 0.50</desc>" in svg
        True
    """
    if not any(band.tracks for band in bands):
        return empty_svg(title, words, width)
    said = [
        (", ".join(filter(None, [band.title, track.label])), track.number)
        for band in bands
        for track in band.tracks
    ]
    return tracks_sheet(bands, width).svg(title, told(said))


def tracks_sheet(bands: Sequence[Band], width: float) -> Sheet:
    """All bands below each other, with the same columns."""
    lanes = Lanes.of(bands, width)
    sheet = Sheet(width, sum(lanes.height(band) for band in bands) + _BETWEEN * (len(bands) - 1))
    top = 0.0
    for band in bands:
        _draw_band(sheet, band, lanes, top)
        top += lanes.height(band) + _BETWEEN
    return sheet


@dataclass(frozen=True)
class Lanes:
    """Where the columns are."""

    beside: bool  # whether labels and numbers stand beside the tracks or above
    label: float  # room of the labels, px
    start: float  # where tracks begin
    end: float  # where they end
    width: float  # of the sheet; numbers end there

    @classmethod
    def of(cls, bands: Sequence[Band], width: float) -> Lanes:
        """Columns in which the labels and numbers of all bands have room."""
        tracks = [track for band in bands for track in band.tracks]
        numbers = max((width_of(t.number, NORMAL) for t in tracks), default=0.0)
        if width < _ROOMY:
            return cls(False, width - numbers - _GAP, _RADIUS + 3, width - _RADIUS - 3, width)
        widest = max((width_of(plain(t.label), NORMAL) for t in tracks), default=0.0)
        label = min(widest, _MOST_LABEL * width)
        return cls(True, label, label + _GAP + _RADIUS, width - numbers - _GAP - _RADIUS, width)

    @property
    def row(self) -> float:
        """Height of one row."""
        return _ROW if self.beside else _TALL_ROW

    def spans(self, top: float, rows: int) -> list[tuple[float, float]]:
        """Where rules may be drawn in tall rows without crossing their words."""
        middles = [top + i * _TALL_ROW + _TRACK for i in range(rows)]
        return [(middle - _HALF, middle + _HALF) for middle in middles]

    def shares_head(self, band: Band) -> bool:
        """Whether the words about the best have room beside the title."""
        flag = _flagged(band)
        if flag is None or not band.title:
            return True
        text = _best_text(band, flag)
        left = _clamped(self.scale(band)(flag), text, self.width)
        return left > _title_width(band) + _GAP

    def scale(self, band: Band) -> Scale:
        """From the numbers of a band to places."""
        return Scale(band.low, band.high, self.start, self.end)

    def height(self, band: Band) -> float:
        """Of a band with everything."""
        return self.above(band) + self.row * len(band.tracks) + (_AXIS if band.axis else 4)

    def above(self, band: Band) -> float:
        """Height of what stands above the rows."""
        head = _HEAD if band.title or _flagged(band) is not None else 0.0
        own_line = 0.0 if self.shares_head(band) else SMALL + 4
        return head + own_line + (_ENDS if band.ends else 0.0)


def interval(sheet: Sheet, scale: Scale, y: float, track: Track) -> None:
    """A dot on its interval, or an arrow at the edge of the scale."""
    if not finite([track.estimate.value]):
        return
    x = scale(track.estimate.value)
    if len(finite([track.estimate.low, track.estimate.high])) == 2:
        low, high = scale(track.estimate.low), scale(track.estimate.high)
        pieces = [(low, x - _RADIUS), (x + _RADIUS, high)] if track.hollow else [(low, high)]
        for left, right in pieces:
            if left < right:
                sheet.line([(left, y), (right, y)], track.colour, weight=2.2, opacity=0.75)
    if scale.inside(track.estimate.value):
        sheet.dot(x, y, track.colour, radius=_RADIUS, hollow=track.hollow, tooltip=track.tooltip)
    else:
        out = 7 if track.estimate.value > scale.high else -7
        tip = [(x - out, y - 6), (x + out * 0.4, y), (x - out, y + 6)]
        sheet.area(tip, track.colour, tooltip=track.tooltip)


def _draw_band(sheet: Sheet, band: Band, lanes: Lanes, top: float) -> None:
    first = top + lanes.above(band)
    _grid(sheet, band, lanes, first)
    _head(sheet, band, lanes, top)
    for i, track in enumerate(band.tracks):
        _draw_track(sheet, band, track, lanes, first + i * lanes.row)


def _head(sheet: Sheet, band: Band, lanes: Lanes, top: float) -> None:
    if band.ends:
        _ends(sheet, band, lanes, top + SMALL, top + lanes.above(band))
        top += _ENDS
    if band.title:
        sheet.text(0, top + NORMAL + 1, band.title, bold=True, room=lanes.width * 0.92)
    flag = _flagged(band)
    if flag is not None:
        text = _best_text(band, flag)
        line = top + NORMAL + 2 + (0 if lanes.shares_head(band) else SMALL + 4)
        sheet.text(_clamped(lanes.scale(band)(flag), text, lanes.width), line, text, size=SMALL)


def _ends(sheet: Sheet, band: Band, lanes: Lanes, base: float, first: float) -> None:
    """What the line and the end of the scale mean, and the line drawn up to its words."""
    left, right = band.ends or ("", "")
    scale = lanes.scale(band)
    zero = scale(0.0)
    both = width_of(f"{left}    {right}", SMALL)
    at = min(_clamped(zero, left, lanes.width), max(0.0, lanes.width - both))
    sheet.text(at, base, left, QUIET, size=SMALL)
    end = min(max(scale.end + _RADIUS, at + both), lanes.width)
    sheet.text(end, base, right, QUIET, size=SMALL, anchor="right")
    if lanes.beside and zero > _title_width(band) + _GAP:
        sheet.line([(zero, base + 5), (zero, first)], INK, weight=1.4)


def _grid(sheet: Sheet, band: Band, lanes: Lanes, top: float) -> None:
    bottom = top + lanes.row * len(band.tracks)
    spans = [(top, bottom)] if lanes.beside else lanes.spans(top, len(band.tracks))
    scale = lanes.scale(band)
    ticks = scale.ticks(5)
    for tick in ticks:
        for start, end in spans if tick else ():
            sheet.rule(scale(tick), start, end)
        if band.axis:
            text = tick_text(tick, ticks)
            at = _clamped(scale(tick), text, lanes.width)
            sheet.text(at, bottom + SMALL + 4, text, QUIET, size=SMALL)
    for start, end in spans:
        sheet.line([(scale(0.0), start), (scale(0.0), end)], INK, weight=1.4)


def _draw_track(sheet: Sheet, band: Band, track: Track, lanes: Lanes, top: float) -> None:
    base = top + (_ROW / 2 + NORMAL * 0.35 if lanes.beside else NORMAL + 2)
    y = top + (_ROW / 2 if lanes.beside else _TRACK)
    colour = QUIET if track.hollow else INK
    sheet.text(0, base, track.label, colour, room=lanes.label)
    sheet.text(lanes.width, base, track.number, colour, anchor="right")
    if not lanes.beside:
        sheet.line([(lanes.start, y), (lanes.end, y)], PALE)
    _best(sheet, band, track, lanes, y)
    interval(sheet, lanes.scale(band), y, track)


def _best(sheet: Sheet, band: Band, track: Track, lanes: Lanes, y: float) -> None:
    if not finite([track.best]) or track.best is None:
        return
    scale = lanes.scale(band)
    x = scale(track.best)
    half = _ROW / 2 if lanes.beside else _HALF
    tooltip = Tooltip(f"{band.best} {_written(track.best)}".strip(), {"best": track.best})
    sheet.line([(x, y - half), (x, y + half)], GREEN, weight=2.6, tooltip=tooltip)
    if track.best != _flagged(band):
        text = _written(track.best)
        at = _beside(scale, x, width_of(text, SMALL), track, lanes)
        if at is not None:
            sheet.text(at, y + SMALL * 0.35, text, QUIET, size=SMALL)


def _beside(scale: Scale, x: float, room: float, track: Track, lanes: Lanes) -> float | None:
    """Where text beside a mark begins that lies on nothing else; right of it if possible."""
    estimate = track.estimate
    seen = [scale(v) for v in finite([estimate.value, estimate.low, estimate.high])]
    low, high = min(seen, default=0.0) - _RADIUS, max(seen, default=0.0) + _RADIUS
    rules = [scale(tick) for tick in scale.ticks(5)]
    for start in (x + 5, x - 5 - room):
        end = start + room
        clear = end < low or start > high
        clear &= not any(start - 2 < rule < end + 2 for rule in rules)
        if clear and start >= lanes.start and end <= lanes.end + _RADIUS:
            return start
    return None


def _title_width(band: Band) -> float:
    return width_of(plain(band.title), NORMAL) * 1.08  # it is bold


def _flagged(band: Band) -> float | None:
    """The best that is named above the band: that of its first row which has one."""
    return next(iter(finite(track.best for track in band.tracks)), None) if band.best else None


def _best_text(band: Band, best: float) -> str:
    return f"{band.best} {_written(best)}"


def _written(value: float) -> str:
    return minus(f"{value:.2f}")


def _clamped(x: float, text: str, width: float) -> float:
    """Where text begins that is centred on a place but stays on the sheet."""
    room = width_of(text, SMALL)
    return max(0.0, min(x - room / 2, width - room))
