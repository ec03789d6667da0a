"""Machines over some days: what runs, what is promised, what is free. Bars as boxes, and the same as a list for whoever
does not see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from html import escape
from typing import Literal

from nicegui import ui

from hanse.app.ui import zones
from hanse.app.ui.pieces import cell, moment, table, words
from hanse.app.ui.texts import Shop as say

Kind = Literal["work", "asked", "guest", "offered", "free"]


@dataclass(frozen=True, slots=True)
class View:
    """Which days are shown: [start, end), seconds since 1970, from midnight to midnight in the reader's zone."""

    start: int
    end: int
    days: int

    @classmethod
    def of(cls, moment: int, zone: tzinfo, days: int) -> View:
        """The days from the one that holds a moment."""
        start = zones.midnight(moment, zone)
        return cls(start, zones.midnight(start, zone, days), days)


@dataclass(frozen=True, slots=True)
class Bar:
    """Time of a machine, seconds since 1970. to: address of what it is about."""

    start: int
    end: int
    words: str
    kind: Kind
    to: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A machine. number: in offers of its free time; offers: whether that can be offered."""

    name: str
    number: int
    services: tuple[str, ...]
    bars: tuple[Bar, ...]
    free: tuple[tuple[int, int], ...]
    offers: bool = True


def draw(rows: Sequence[Row], view: View, zone: tzinfo, now: int) -> None:
    """All machines under one head of days."""
    lines = "".join(_row(row, view, zone) for row in rows)
    past = _box(view, view.start, now, "past", "")
    label = escape(say.chart.format(zones.when(view.start, zone), zones.when(view.end, zone)))
    html = f'<div class="week" role="group" aria-label="{label}">{_head(view, zone)}<div class="week-rows">{lines}'
    ui.html(f"{html}<div class='week-past'>{past}</div></div></div>", sanitize=False).classes("wide")
    with ui.row().classes("keys").props('aria-hidden="true"'):
        for kind in ("work", "asked", "guest", "offered", "free"):
            ui.label(say.kinds[kind]).classes(f"shade {kind}")


def listed(rows: Sequence[Row], view: View) -> None:
    """The same as a list."""
    with table(say.machine, say.what, say.begins, say.ends) as line:
        for row in rows:
            for bar in sorted(_seen(row.bars, view), key=lambda one: one.start):
                with line():
                    words(row.name)
                    with cell():
                        ui.link(bar.words, bar.to) if bar.to else ui.label(bar.words)
                    for at in (bar.start, bar.end):
                        with cell():
                            moment(at)


def _seen(bars: Sequence[Bar], view: View) -> list[Bar]:
    return [bar for bar in bars if bar.end > view.start and bar.start < view.end]


def _head(view: View, zone: tzinfo) -> str:
    form = "%a %d<i> %b</i>" if view.days > 1 else "%H:%M"
    count = view.days if view.days > 1 else 8
    marks = []
    for i in range(count):
        at = zones.midnight(view.start, zone, i) if view.days > 1 else view.start + i * (view.end - view.start) // count
        left = 100 * (at - view.start) / (view.end - view.start)
        marks.append(f'<span style="left:{left:.3f}%">{datetime.fromtimestamp(at, zone):{form}}</span>')
    return f'<div class="week-head" aria-hidden="true">{"".join(marks)}</div>'


def _row(row: Row, view: View, zone: tzinfo) -> str:
    boxes = [
        _box(view, start, end, "free", f"{say.kinds['free']}: {_span(start, end, zone)}") for start, end in row.free
    ]
    for bar in _seen(row.bars, view):
        title = f"{bar.words}: {_span(bar.start, bar.end, zone)}"
        boxes.append(_box(view, bar.start, bar.end, bar.kind, title, bar.words, bar.to))
    name = f'<div class="week-name">{escape(row.name)}</div>'
    return f'<div class="week-row">{name}<div class="week-line">{"".join(boxes)}</div></div>'


def _span(start: int, end: int, zone: tzinfo) -> str:
    return f"{zones.when(start, zone)} – {zones.when(end, zone)}"


def _box(view: View, start: int, end: int, kind: str, title: str, words: str = "", to: str = "") -> str:
    whole = view.end - view.start
    left = 100 * max(0, start - view.start) / whole
    width = 100 * (min(end, view.end) - max(start, view.start)) / whole
    if width <= 0:
        return ""
    said = f'style="left:{left:.3f}%;width:{width:.3f}%" title="{escape(title)}"'
    if to:
        return f'<a class="bar {kind}" href="{escape(to)}" aria-label="{escape(title)}" {said}>{escape(words)}</a>'
    return f'<span class="bar {kind}" {said}>{escape(words)}</span>'
