"""Convergence and maps as SVG, written by hand: self-contained, readable on any ground, small."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from hanse.app.reproduce.published import SOLVERS
from hanse.app.reproduce.study import Picture, ProblemRun

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito: told apart by nearly everybody."""

INK, QUIET, LINE = "#17212b", "#55626f", "#d5dbe1"
POINTS = 120
"""Of one curve at most."""

STRONG = 160
"""Legs drawn on one map: the busiest."""


def convergence(run: ProblemRun) -> str:
    """Cost after each generation: whole, split by regions (solid) and by demands only (dashed), above the optimum."""
    wide, high, left, top, right, foot = 760, 400, 64, 44, 176, 44
    curves = [("whole", run.trajectory, INK, "")]
    for colour, k in zip(COLOURS, SOLVERS, strict=False):
        curves.append((f"{k} regions", run.split("regions", k).trajectory, colour, ""))
        curves.append((f"{k} demand groups", run.split("demands", k).trajectory, colour, "5 4"))
    last = max(len(values) for _, values, _, _ in curves) - 1
    unit = tick(max(max(values) for _, values, _, _ in curves) / 100 / 5)
    most = math.ceil(max(max(values) for _, values, _, _ in curves) / 100 / unit) * unit

    def x(generation: float) -> float:
        return left + (wide - left - right) * generation / max(1, last)

    def y(dollars: float) -> float:
        return high - foot - (high - foot - top) * dollars / most

    parts = [text(left, 20, f"Problem {run.published.number}: best cost by generation", 15, INK, weight=600)]
    for step in range(round(most / unit) + 1):
        value = step * unit
        parts.append(f'<path d="M{left} {y(value):.1f}H{wide - right}" stroke="{LINE}"/>')
        parts.append(text(left - 8, y(value) + 4, _thousands(value), 12, QUIET, anchor="end"))
    for value in range(0, last + 1, max(1, round(tick(last / 6)))):
        parts.append(text(x(value), high - foot + 18, str(value), 12, QUIET, anchor="middle"))
    parts.append(text((left + wide - right) / 2, high - 8, "generation", 12, QUIET, anchor="middle"))
    parts.append(text(left, 36, "cost, $", 12, QUIET))
    ends: list[tuple[float, str, str]] = []
    for name, values, colour, dash in curves:
        stroke = f'stroke-dasharray="{dash}"' if dash else ""
        points = " ".join(f"{x(i):.1f},{y(values[i] / 100):.1f}" for i in _thin(len(values)))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" {stroke}/>')
        ends.append((y(values[-1] / 100), f"{name}: {_thousands(values[-1] / 100)}", colour))
    optimum = y(run.optimum / 100)
    parts.append(f'<path d="M{left} {optimum:.1f}H{wide - right}" stroke="#b3001b" stroke-width="2"/>')
    ends.append((optimum, f"optimum: {_thousands(run.optimum / 100)}", "#b3001b"))
    for place, (_, name, colour) in zip(
        _apart([end[0] for end in sorted(ends)], 14, high - foot), sorted(ends), strict=True
    ):
        parts.append(text(wide - right + 8, place + 4, name, 12, colour))
    return svg(wide, high, parts, f"Convergence of the genetic algorithm on problem {run.published.number}")


def maps(run: ProblemRun) -> str:
    """Where the plans send work, side by side: the genetic algorithm, exact, and exact within four regions."""
    picture, side, gap, top = run.picture, 300, 24, 62
    order = [name for name in ("genetic", "exact") if name in dict(picture.flows)]
    names = [*order, *(name for name, _ in picture.flows if name not in order)]
    wide, high = len(names) * (side + gap) + gap, side + top + 20
    parts = [text(gap, 22, f"Problem {run.published.number}: chosen routes between providers", 15, INK, weight=600)]
    for column, name in enumerate(names):
        flows = dict(picture.flows)[name]
        legs = sum(count for _, _, count in flows)
        coloured = "regions" in name
        parts.append(f'<g transform="translate({gap + column * (side + gap)} {top})">')
        parts.append(text(0, -20, name, 13, INK, weight=600))
        drawn = f" ({STRONG} busiest drawn)" if len(flows) > STRONG else ""
        parts.append(text(0, -5, f"{_thousands(legs)} legs, {_thousands(len(flows))} different ways{drawn}", 12, QUIET))
        parts.append(f'<rect width="{side}" height="{side}" fill="#f3f5f7" stroke="{LINE}"/>')
        parts += _flows(picture, flows, side, run.published.side_km * 1000, coloured)
        parts.append("</g>")
    return svg(wide, high, parts, f"Maps of problem {run.published.number}")


def _flows(
    picture: Picture, flows: Sequence[tuple[int, int, int]], side: int, metres: int, coloured: bool
) -> list[str]:
    def at(site: int) -> tuple[float, float]:
        px, py = picture.sites[site]
        return side * px / metres, side - side * py / metres

    drawn = flows[:STRONG]
    most = max((count for _, _, count in drawn), default=1)
    parts = []
    for a, b, count in reversed(drawn):
        (ax, ay), (bx, by) = at(a), at(b)
        colour = COLOURS[picture.regions[a] % len(COLOURS)] if coloured else COLOURS[0]
        parts.append(
            f'<path d="M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}" stroke="{colour}" '
            f'stroke-width="{0.4 + 3 * count / most:.1f}" opacity=".45"/>'
        )
    for site in range(len(picture.sites)):
        sx, sy = at(site)
        colour = COLOURS[picture.regions[site] % len(COLOURS)] if coloured else INK
        parts.append(f'<circle cx="{sx:.1f}" cy="{sy:.1f}" r="3.5" fill="{colour}" stroke="#fff"/>')
    return parts


def svg(wide: float, high: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" '
        f'role="img" font-family="system-ui, DejaVu Sans, sans-serif"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def text(x: float, y: float, said: str, size: int, colour: str, *, anchor: str = "start", weight: int = 400) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(said)}</text>'
    )


def _thin(count: int) -> list[int]:
    """Indices of at most POINTS values, the first and the last among them."""
    step = max(1, math.ceil((count - 1) / (POINTS - 1)))
    return [*range(0, count - 1, step), count - 1]


def tick(rough: float) -> float:
    """The nearest of 1, 2, 5, 10, … at or above a positive number."""
    if rough <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)


def _apart(places: Sequence[float], least: float, floor: float) -> list[float]:
    """Ascending places moved as little as needed so that labels do not touch and none sinks below `floor`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    if moved:
        moved[-1] = min(moved[-1], floor)
    for i in range(len(moved) - 2, -1, -1):
        moved[i] = min(moved[i], moved[i + 1] - least)
    return moved


def _thousands(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f")
