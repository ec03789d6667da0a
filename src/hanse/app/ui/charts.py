"""Pictures on pages: the report's Gantt chart, fed by the API; curves of values and bounds; the page of a front.

The chart is the report's own (`hanse.app.report`, its scripts and its style), served as one script that waits to be
called; static/charts.js calls it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from nicegui import ui
from starlette.requests import Request
from starlette.responses import Response

import hanse
from hanse.app import report
from hanse.app.report.page import CHART_STYLE
from hanse.app.ui.texts import Charts as say

ASSETS = f"/static/{hanse.__version__}"

SCRIPTS = (
    "base.js", "colours.js", "tables.js", "rows.js", "paint.js", "gantt.js", "print.js", "chart.js",
)  # fmt: skip
"""Of the report's scripts those the chart stands on; colours follow the application's own switch."""


@cache
def script() -> str:
    """The chart as a function of its data."""
    return f"window.hanseChart = (given) => {{\n{''.join(map(_read, SCRIPTS))}\nreturn hanse;\n}};\n"


@cache
def style() -> str:
    return _read(CHART_STYLE)


def _read(name: str) -> str:
    return (files(report) / "web" / name).read_text(encoding="utf-8")


async def served_script(_: Request) -> Response:
    return _kept(script(), "text/javascript")


async def served_style(_: Request) -> Response:
    return _kept(style(), "text/css")


def _kept(text: str, kind: str) -> Response:
    return Response(text, media_type=kind, headers={"cache-control": "public, max-age=3600"})


def needed() -> None:
    """What a page with charts loads. Call it while the page is built."""
    ui.add_head_html(
        f'<link rel="stylesheet" href="{ASSETS}/chart.css"><script src="{ASSETS}/chart.js" defer></script>'
        f'<script src="{ASSETS}/charts.js" defer></script>'
    )


PLACES = (
    '<div id="part-panel"><section id="gantt" aria-label="{}"></section></div>'
    '<div id="tip" class="tip" role="tooltip" hidden></div><div id="said" class="unseen" aria-live="polite"></div>'
)


def gantt(url: str, *, remember: str = "") -> None:
    """The plan, or plans, that the API draws at `url`: a page has one chart. remember: under what name this browser
    keeps what it showed, to say next time what changed; empty: it does not."""
    changes = '<div id="changes" role="status"></div>' if remember else ""
    piece = ui.html(changes + PLACES.format(escape(say.plan)), sanitize=False).classes("gantt")
    words = {"new": say.new, "moved": say.moved, "gone": say.gone, "since": say.since, "same": say.same,
             "seen": say.seen, "first": say.first, "failed": say.failed, "empty": say.empty,
             "units": say.units, "older": say.older}  # fmt: skip
    given = json.dumps([piece.html_id, url, remember, words])
    ui.run_javascript(f"hanse.charts.gantt(...{given})")


def framed(url: str, title: str) -> None:
    """A page of our own that stands alone (a front), inside of this one, as high as it is."""
    piece = ui.html(f'<iframe id="framed" title="{escape(title)}"></iframe>', sanitize=False).classes("framed")
    ui.run_javascript(f"hanse.charts.framed({json.dumps(piece.html_id)}, {json.dumps(url)})")


def curve(points: Sequence[tuple[float, int | None, int | None]], most: float, value: str, bound: str) -> None:
    """Value and bound as they became known. points: after how many seconds, value, bound; value, bound: the last ones
    in words; most: seconds along the axis."""
    numbers = [one for _, v, b in points for one in (v, b) if one is not None]
    if not numbers:
        return
    low, high = min(numbers), max(numbers)
    span, wide, tall = max(high - low, 1), 600, 150

    def place(seconds: float, number: int) -> tuple[float, float]:
        return wide * min(seconds / most, 1), 10 + (tall - 20) * (1 - (number - low) / span)

    def path(known: Sequence[tuple[float, int | None]]) -> str:
        steps = [place(seconds, number) for seconds, number in known if number is not None]
        drawn = [f"H{x:.1f}V{y:.1f}" for x, y in steps[1:]]
        end = place(points[-1][0], low)[0]
        return f"M{steps[0][0]:.1f} {steps[0][1]:.1f}{''.join(drawn)}H{end:.1f}" if steps else ""

    values, bounds = path([(s, v) for s, v, _ in points]), path([(s, b) for s, _, b in points])
    said = escape(f"{say.value}: {value}; {say.bound}: {bound}")
    ui.html(
        f'<svg viewBox="0 0 {wide} {tall}" role="img" aria-label="{said}" preserveAspectRatio="none">'
        f'<path class="value" d="{values}"/><path class="bound" d="{bounds}"/></svg>'
        f'<p class="small"><span class="value">{escape(say.value)}: {escape(value)}</span> · '
        f'<span class="bound">{escape(say.bound)}: {escape(bound)}</span></p>',
        sanitize=False,
    ).classes("curve")
