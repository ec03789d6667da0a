"""Mean gap to the best known values over time, one curve a solver, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hanse.app.bench.runs import Run
from hanse.app.bench.summary import CEILING, Best, mean_gap_at, moments
from hanse.app.reproduce.svg import COLOURS, INK, LINE, QUIET, svg, text, tick

WIDE, HIGH, LEFT, TOP, RIGHT, FOOT = 760, 380, 56, 52, 150, 46


def gap_over_time(runs: Sequence[Run], best: Best, title: str) -> str | None:
    """The figure, or None if no value is known to compare with."""
    limit = max(run.key.limit for run in runs)
    times = moments(limit)
    curves: list[tuple[str, list[float]]] = []
    for solver in dict.fromkeys(run.key.solver for run in runs):
        gaps = [mean_gap_at([run for run in runs if run.key.solver == solver], best, at) for at in times]
        known = [value for value in gaps if value is not None]
        if known:
            curves.append((solver, known))
    if not curves:
        return None
    drawn = [value * 100 for _, its in curves for value in its]
    step = tick(max(drawn) / 5)
    most, least = step * max(1, math.ceil(max(drawn) / step)), min(0.0, step * math.floor(min(drawn) / step))

    def x(seconds: float) -> float:
        return LEFT + (WIDE - LEFT - RIGHT) * math.log(seconds / times[0]) / math.log(limit / times[0])

    def y(percent: float) -> float:
        return HIGH - FOOT - (HIGH - FOOT - TOP) * (percent - least) / (most - least)

    parts = [text(LEFT, 20, title, 15, INK, weight=600), text(LEFT, 38, "mean gap to best known, %", 12, QUIET)]
    for number in range(round((most - least) / step) + 1):
        value = least + number * step
        parts.append(f'<path d="M{LEFT} {y(value):.1f}H{WIDE - RIGHT}" stroke="{LINE}"/>')
        parts.append(text(LEFT - 8, y(value) + 4, f"{value:g}", 12, QUIET, anchor="end"))
    for power in range(math.ceil(math.log10(times[0])), math.floor(math.log10(limit)) + 1):
        parts.append(text(x(10.0**power), HIGH - FOOT + 18, f"{10.0**power:g}", 12, QUIET, anchor="middle"))
    parts.append(text(x(limit), HIGH - FOOT + 18, f"{limit:g}", 12, QUIET, anchor="middle"))
    parts.append(text((LEFT + WIDE - RIGHT) / 2, HIGH - 8, "seconds of the solver's time", 12, QUIET, anchor="middle"))
    ends = []
    for number, (solver, its) in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        points = " ".join(f"{x(at):.1f},{y(value * 100):.1f}" for at, value in zip(times, its, strict=True))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        ends.append((y(its[-1] * 100), f"{solver} {its[-1] * 100:.2f} %", colour))
    place = -math.inf
    for end, said, colour in sorted(ends):
        place = max(end, place + 15)
        parts.append(text(WIDE - RIGHT + 8, place + 4, said, 12, colour))
    parts.append(text(WIDE - 8, HIGH - 8, f"no plan counts as {CEILING:.0%}", 11, QUIET, anchor="end"))
    return svg(WIDE, HIGH, parts, title)
