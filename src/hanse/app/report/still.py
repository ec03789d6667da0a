"""A plan as a still Gantt chart: SVG, light and dark by the reader's wish, each bar with its words."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from html import escape

from hanse.app.report import words
from hanse.app.report.drawing import Bar, draw
from hanse.app.reproduce.svg import text, tick
from hanse.model.check import measure
from hanse.model.plan import Plan
from hanse.model.problem import Machine, Problem
from hanse.units import MILLION

HUES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#8c8c8c")
"""Okabe and Ito, as on the page; jobs beyond the eighth begin again, their names stand on the bars."""

WIDE, LEFT, TOP, LANE, FOOT, MARGIN = 1200, 190, 62, 20, 24, 14

STYLE = """svg{--paper:#fff;--ink:#17212b;--quiet:#55626f;--line:#d5dbe1;--closed:#dfe3e8;--late:#b3001b}
@media (prefers-color-scheme:dark){svg{
--paper:#141a20;--ink:#e9eef2;--quiet:#a5b1bc;--line:#3a4651;--closed:#2b353f;--late:#ff7b86}}
text{font-family:system-ui,DejaVu Sans,sans-serif}.on{pointer-events:none}"""

_SECONDS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
_ROUND = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800)


def gantt_svg(problem: Problem, plan: Plan) -> str:
    """The picture, rows by machine, machines without work left out. Raises ValueError if the plan does not cover the
    problem."""
    measure(problem, plan.assignments)  # raises if there is nothing whole to draw
    bars = draw(problem, plan.assignments).bars
    end = max([plan.measures.makespan, *(bar.end for bar in bars), 1])
    begin = min((bar.start for bar in bars), default=0)
    begin = begin if begin > end - begin else 0  # a plan far from time zero is not squeezed into a corner
    scale = (WIDE - LEFT - MARGIN) / (end - begin)

    def x(time: float) -> float:
        return LEFT + (min(max(time, begin), end) - begin) * scale

    rows: list[str] = []
    marks: list[str] = []
    high = TOP
    for machine, own in _rows(problem, bars):
        lanes, count = _lanes(own)
        name = f"{problem.owner[machine.id].id} · {machine.id}"
        for start, stop in _closed(machine, begin, end):
            rows.append(_box(x(start), high, x(stop) - x(start), count * LANE, "var(--closed)"))
        rows.append(text(10, high + LANE * 0.7, _short(name, (LEFT - 18) / 6.6), 12, "var(--ink)"))
        for bar, lane in zip(own, lanes, strict=True):
            marks += _bar(problem, bar, x(bar.start), high + lane * LANE + 2, max((bar.end - bar.start) * scale, 1.5))
        high += count * LANE + 2
        rows.append(f'<path d="M0 {high - 1}H{WIDE}" stroke="var(--line)"/>')
    axis = []
    for moment in _moments(problem, begin, end):
        axis.append(f'<path d="M{x(moment):.1f} {TOP - 4}V{high}" stroke="var(--line)"/>')
        axis.append(text(x(moment), TOP - 9, words.time(round(moment), problem.units), 11, "var(--quiet)"))
    title = problem.name or "A plan"
    line = f"{plan.objective} {plan.value / MILLION:g}, {words.goodness([plan])}"
    head = [text(10, 22, title, 15, "var(--ink)", weight=600), text(10, 40, line, 12, "var(--quiet)")]
    drawn = "\n".join((_box(0, 0, WIDE, high + FOOT, "var(--paper)"), *head, *rows, *axis, *marks))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high + FOOT}" width="{WIDE}" '
        f'height="{high + FOOT}" role="img"><title>{escape(title)}</title><style>{STYLE}</style>\n{drawn}\n</svg>\n'
    )


def _rows(problem: Problem, bars: Sequence[Bar]) -> Iterator[tuple[Machine, list[Bar]]]:
    by_machine: dict[int, list[Bar]] = {}
    for bar in sorted(bars, key=lambda bar: (bar.start, bar.end)):
        by_machine.setdefault(bar.machine, []).append(bar)
    for number, machine in enumerate(problem.machines.values()):
        if number in by_machine:
            yield machine, by_machine[number]


def _lanes(bars: Sequence[Bar]) -> tuple[list[int], int]:
    """For each bar, in the order of starts, the first lane that is free; and how many there are."""
    ends: list[int] = []
    lanes = []
    for bar in bars:
        lane = next((i for i, end in enumerate(ends) if end <= bar.start), len(ends))
        ends[lane : lane + 1] = [bar.end]
        lanes.append(lane)
    return lanes, max(1, len(ends))


def _closed(machine: Machine, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Outside the hours of a machine, as far as the picture goes."""
    if machine.available is None:
        return
    last = begin
    for start, stop in machine.available:
        if start > last:
            yield last, min(start, end)
        last = max(last, stop)
        if last >= end:
            return
    yield last, end


def _bar(problem: Problem, bar: Bar, x: float, y: float, wide: float) -> Iterator[str]:
    job, fill = problem.jobs[bar.job], HUES[bar.job % len(HUES)]
    start, end = (words.time(time, problem.units) for time in (bar.start, bar.end))
    late = job.due is not None and bar.end > job.due
    outline = ' stroke="var(--late)" stroke-width="1.5"' if late else ""
    told = f"job {job.id}, operation {bar.operation} ({bar.service}), {start} to {end}" + (", late" if late else "")
    box = _box(x, y, max(wide - 0.6, 1), LANE - 4, fill, outline)
    yield box.replace("/>", f"><title>{escape(told)}</title></rect>")
    name = next((name for name in (f"{job.id} · {bar.operation}", job.id) if len(name) * 6.3 + 6 < wide), None)
    if name is not None:
        colour = "#fff" if fill in ("#0072b2", "#009e73") else "#000"
        yield text(x + 3, y + LANE * 0.6, name, 11, colour).replace("<text ", '<text class="on" ')


def _box(x: float, y: float, wide: float, high: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="{fill}"{more}/>'


def _moments(problem: Problem, begin: int, end: int) -> Iterator[float]:
    """Round moments, a hand apart."""
    unit, rough = _SECONDS.get(problem.units.time), (end - begin) / 10
    step = tick(rough)
    if unit is not None:
        known = bisect.bisect_left(_ROUND, rough * unit)
        step = _ROUND[known] / unit if known < len(_ROUND) else _ROUND[-1] / unit * tick(rough * unit / _ROUND[-1])
    number = -(-begin // step)
    while number * step <= end:
        yield number * step
        number += 1


def _short(name: str, signs: float) -> str:
    return name if len(name) <= signs else name[: int(signs) - 1] + "…"
