"""The league on a map: members as points, agreed orders as lines from shop to shop, and the same as a table.

An own drawing: no tiles, no requests. Degrees become a flat picture by the middle parallel, which is true enough for
people who look where something is.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.ui.pieces import badge, card, cell, table, words
from hanse.app.ui.texts import Map as say

WIDE, TALL, EDGE = 480.0, 300.0, 46.0
"""Of the drawing, and what stays free round the outermost points for their names."""

MOST = 300
"""Members drawn, the first ones; a page can show no more to people."""

LONGEST = 18
"""Characters of a name on the drawing; the table has all of it."""

EARTH = 6371.0
"""Kilometres from its middle."""

LEAST = 0.02
"""Degrees the drawing shows at least: one town is no reason to draw its streets."""

ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Kilometres a scale may stand for."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Way:
    """Work on its way from one shop to the next, or within one: origin, destination: addresses of members."""

    order: int
    agreement: int
    origin: str
    destination: str
    late: bool


def ways(
    agreements: Iterable[shapes.AgreementNow], works: Iterable[shapes.WorkNow], now: float | None = None
) -> tuple[Way, ...]:
    """Of agreements in force whose work has not ended, from shop to shop in the order of their work. Late is what is
    overdue, or what machines say will be."""
    late = {one.agreement for one in works if one.late}
    moment = time.time() if now is None else now
    found = []
    for deal in agreements:
        open_ = [one for one in deal.milestones if not one.ended]
        if deal.status != "active" or not open_:
            continue
        overdue = any(one.stage in ("agreed", "started") and one.due < moment for one in open_)
        shops = list(dict.fromkeys(one.member for one in sorted(deal.milestones, key=lambda one: one.start_by)))
        pairs = list(pairwise(shops)) or [(shops[0], shops[0])]
        found += [Way(deal.order, deal.number, a, b, overdue or deal.number in late) for a, b in pairs]
    return tuple(found)


def placed(members: Iterable[shapes.MemberNow]) -> tuple[dict[str, Point], float]:
    """Where members stand on the drawing, by address, and how many units of it a kilometre is."""
    flat = {one.address: _degrees(one.place) for one in members if one.place is not None}
    if not flat:
        return {}, 1.0
    west, shrink = _middle([x for x, _ in flat.values()]), math.cos(math.radians(_mean([y for _, y in flat.values()])))
    shrink = max(shrink, 0.05)  # at a pole
    east = {name: ((x - west + 540) % 360 - 180) * shrink for name, (x, _) in flat.items()}
    north = {name: y for name, (_, y) in flat.items()}
    x, y = _mean((min(east.values()), max(east.values()))), _mean((min(north.values()), max(north.values())))
    across = max(max(east.values()) - min(east.values()), LEAST)
    up = max(max(north.values()) - min(north.values()), LEAST)
    scale = min((WIDE - 2 * EDGE) / across, (TALL - 2 * EDGE) / up)
    points = {name: (WIDE / 2 + (east[name] - x) * scale, TALL / 2 - (north[name] - y) * scale) for name in flat}
    return points, scale / (math.radians(1) * EARTH)


def draw(members: Sequence[shapes.MemberNow], going: Sequence[Way]) -> None:
    """The card on the overview."""
    if not members:
        return
    more, members = len(members) > MOST, members[:MOST]
    with card(say.title):
        points, scale = placed(members)
        if points:
            with ui.element("div").classes("beside-map"):
                with ui.element("div"):
                    ui.html(_svg(members, points, scale, going), sanitize=False).classes("map")
                    with ui.row().classes("keys").props("aria-hidden=true"):
                        for kind, said in (("way", say.way), ("way late", say.late_way), ("spot", say.shop)):
                            ui.label(said).classes(f"mark {kind}")
                _table(members, going)
        lost = [one for one in members if one.place is None]
        if lost:
            ui.label(say.nowhere.format(", ".join(_name(one) for one in lost))).classes("quiet small")
        if more:
            ui.link(say.more.format(MOST), "/members")


def _table(members: Sequence[shapes.MemberNow], going: Sequence[Way]) -> None:
    names = {one.address: _name(one) for one in members}
    with table(say.member, say.place, say.orders, caption=say.caption) as row:
        for one in members:
            if one.place is None:
                continue
            own = [way for way in going if one.address in (way.origin, way.destination)]
            with row():
                with cell():
                    ui.link(names[one.address], f"/members/{one.address}")
                words(one.place.town)
                with cell():
                    for order in dict.fromkeys(way.order for way in own):
                        _order([way for way in own if way.order == order], one.address, names)


def _order(own: Sequence[Way], here: str, names: Mapping[str, str]) -> None:
    way = own[0]
    to = next((one.destination for one in own if one.origin == here and one.destination != here), None)
    said = say.order.format(way.order) + (say.order_to.format(names.get(to, "")) if to else "")
    with ui.row().classes("piece-bit"):
        ui.link(said, f"/agreements/{way.agreement}")
        if any(one.late for one in own):
            badge(say.late, "bad")


def _svg(members: Sequence[shapes.MemberNow], points: Mapping[str, Point], scale: float, going: Sequence[Way]) -> str:
    parts = []
    for (a, b), ways_ in _together(going).items():
        if a not in points or b not in points or a == b:
            continue
        (x, y), (to_x, to_y) = points[a], points[b]
        late = any(way.late for way in ways_)
        # Bowed, so that two ways between the same shops do not hide each other.
        bow_x, bow_y = (x + to_x) / 2 - (to_y - y) * 0.12, (y + to_y) / 2 + (to_x - x) * 0.12
        said = say.ways.format(", ".join(str(way.order) for way in ways_)) + (f" – {say.late}" if late else "")
        parts.append(
            f'<path class="way{" late" if late else ""}" marker-end="url(#map-{"late" if late else "plain"})" '
            f'd="M{x:.1f} {y:.1f}Q{bow_x:.1f} {bow_y:.1f} {to_x:.1f} {to_y:.1f}"><title>{escape(said)}</title></path>'
        )
    troubled = {name for way in going if way.late for name in (way.origin, way.destination)}
    taken: list[tuple[float, float, float]] = []
    for one in members:
        if one.address not in points:
            continue
        x, y = points[one.address]
        name = _name(one)
        said = escape(f"{name}, {one.place.town if one.place else ''}")
        short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        left, base = _room(x, y, 7.0 * len(short), taken)
        kind = "spot late" if one.address in troubled else "spot"
        parts.append(
            f'<a href="/members/{escape(one.address)}" aria-label="{said}"><circle class="{kind}" cx="{x:.1f}" '
            f'cy="{y:.1f}" r="6"><title>{said}</title></circle><text x="{left:.1f}" y="{base:.1f}">'
            f"{escape(short)}</text></a>"
        )
    size = 'markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"'
    heads = "".join(
        f'<marker id="map-{kind}" viewBox="0 0 8 8" refX="13" refY="4" {size}>'
        f'<path class="tip {kind}" d="M0 0 8 4 0 8z"/></marker>'
        for kind in ("plain", "late")
    )
    label = escape(say.label.format(len(points), len(going), sum(way.late for way in going)))
    return (
        f'<svg viewBox="0 0 {WIDE:.0f} {TALL:.0f}" role="group" aria-label="{label}"><defs>{heads}</defs>'
        f"{''.join(parts)}{_scale(scale)}</svg>"
    )


def _together(going: Sequence[Way]) -> dict[tuple[str, str], list[Way]]:
    found: dict[tuple[str, str], list[Way]] = {}
    for way in going:
        found.setdefault((way.origin, way.destination), []).append(way)
    return found


def _room(x: float, y: float, wide: float, taken: list[tuple[float, float, float]]) -> tuple[float, float]:
    """Where a name stands: beside its point, or above or below it, wherever no other name is; left edge and base
    line."""
    right = x + 10 if x + 10 + wide < WIDE else x - 10 - wide
    choices = [(right, y + 4), (x - wide / 2, y - 11), (x - wide / 2, y + 20), (x - 10 - wide, y + 4)]
    choices = [(min(max(2.0, left), max(2.0, WIDE - wide - 2)), base) for left, base in choices]
    found = next(
        (
            (left, base)
            for left, base in choices
            if all(abs(base - other) >= 13 or left > end or left + wide < start for start, end, other in taken)
        ),
        choices[0],
    )
    taken.append((found[0], found[0] + wide, found[1]))
    return found


def _scale(per: float) -> str:
    """How long some kilometres are, at the lower left."""
    long = max((one for one in ROUND if one * per <= WIDE / 3), default=ROUND[0])
    end, low = 12 + long * per, TALL - 10
    return (
        f'<path class="scale" d="M12 {low - 4}V{low}H{end:.1f}V{low - 4}"/>'
        f'<text class="scale" x="12" y="{low - 8}">{long} km</text>'
    )


def _degrees(place: shapes.Site) -> Point:
    return place.longitude / 1e6, place.latitude / 1e6


def _mean(those: Iterable[float]) -> float:
    found = list(those)
    return sum(found) / len(found)


def _middle(longitudes: Sequence[float]) -> float:
    """A longitude in the middle, also of a league on both sides of the date line."""
    east = sum(math.sin(math.radians(x)) for x in longitudes)
    north = sum(math.cos(math.radians(x)) for x in longitudes)
    return math.degrees(math.atan2(east, north))


def _name(one: shapes.MemberNow) -> str:
    return one.name or one.id or f"{one.address[:8]}…"
