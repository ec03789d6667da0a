"""What a member's machines say now, on its page My shop: state, work, how long ago, energy, who signed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from nicegui import ui

from hanse.app.api import shapes
from hanse.app.client import Refused
from hanse.app.ui import zones
from hanse.app.ui.gateways import Names, gateways
from hanse.app.ui.pieces import badge, card, cell, folded, heading, moment, table, words
from hanse.app.ui.screens import Visit
from hanse.app.ui.texts import Floor as say

SPAN = 8 * zones.HOUR * 1000
"""Milliseconds the pictures show."""

EVERY = 30.0
"""Seconds between two looks at how long ago something was."""

MOST_MACHINES = 20
"""Drawn with pictures; of more only their words."""

Series = tuple[tuple[int, float | str], ...]
TONES = {"running": "good", "idle": "plain", "down": "bad"}


@dataclass(frozen=True, slots=True)
class Said:
    """states, curve: what was said of states and of the first metric that is a number, the oldest first; metric: its
    name; names: of gateways, as the visitor calls them, by their address."""

    now: shapes.MachinesNow
    names: Mapping[str, str]
    works: tuple[shapes.WorkNow, ...]
    states: Mapping[str, Series]
    curve: Mapping[str, tuple[str, Series]]


async def floor(at: Visit) -> None:
    """The card, and below it who may speak for the machines."""
    own, names = at.who.address, Names(at)

    async def load() -> Said | None:
        try:
            now = await at.door.get(f"members/{own}/machines", shapes.MachinesNow)
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise
        works = [shapes.WorkNow.model_validate(one) for one in await at.door.json("outlook")]
        states, curve = dict[str, Series](), dict[str, tuple[str, Series]]()
        for one in now.machines[:MOST_MACHINES]:
            states[one.id] = await _series(at, one.id, "State")
            metric = next((m.metric for m in one.metrics if _number(m.value)), None)
            if metric is not None:
                curve[one.id] = metric, await _series(at, one.id, metric)
        return Said(now, names.of(now.gateways), tuple(one for one in works if one.member == own), states, curve)

    again = await at.show(load, _draw, "machine", "milestone", "agreement", every=EVERY)
    if at.is_("member"):
        with card(say.gateways):
            await gateways(at, names, again)


async def _series(at: Visit, machine: str, metric: str) -> Series:
    path = f"members/{at.who.address}/readings"
    found = await at.door.all(path, shapes.ReadingNow, most=200, machine=machine, metric=metric)
    return tuple((one.measured, one.value) for one in reversed(found))


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _draw(said: Said | None) -> None:
    if said is None:
        return
    with card(say.title):
        if not said.now.machines:
            ui.label(say.silent)
            return
        for one in said.now.machines:
            _machine(said, one)
        _late(said.works)


def _machine(said: Said, one: shapes.MachineNow) -> None:
    now = said.now.now
    with ui.element("section").classes("piece machine"):
        heading(one.id, 3)
        with ui.row().classes("items-center"):
            badge(say.states.get(one.state, one.state or say.unknown), TONES.get(one.state, "plain"))  # type: ignore[arg-type]
            if one.since:
                ui.label(say.since)
                moment(one.since // 1000)
            ui.label(_work(said.works, one.operation))
        with ui.row().classes("items-center quiet small"):
            ui.label(say.heard.format(_ago(now - one.heard)))
            if one.energy is not None:
                ui.label(say.energy.format(f"{one.energy / 1000:,.1f}".replace(",", " ")))
            ui.label(_signed(said.names, one))
        _pictures(said, one)
        others = [m for m in one.metrics if m.metric not in ("State", "Operation/Started", "Operation/Finished")]
        if others:
            with folded(say.all_metrics.format(len(others)), f"metrics of {one.id}").classes("wide"):
                _metrics(others)


def _work(works: Sequence[shapes.WorkNow], operation: str) -> str:
    """What a machine works on, by the order's number where it is agreed work of ours."""
    if not operation:
        return say.no_work
    job, _, step = operation.rpartition("/")
    order = next((one.order for one in works if one.job == job), None)
    return say.works_on.format(operation if order is None else say.order_step.format(order, step))


def _metrics(those: Sequence[shapes.MetricNow]) -> None:
    with table(say.metric, say.value, say.measured) as row:
        for one in those:
            with row():
                words(one.metric, str(one.value))
                with cell():
                    moment(one.measured // 1000)


def _signed(names: Mapping[str, str], one: shapes.MachineNow) -> str:
    newest = max(one.metrics, key=lambda m: m.measured)
    return say.signed.format(names.get(newest.gateway, say.no_longer), newest.seal)


def _pictures(said: Said, one: shapes.MachineNow) -> None:
    now, states = said.now.now, said.states.get(one.id, ())
    if states:
        ui.html(_strip(states, now), sanitize=False).classes("strip")
    metric, series = said.curve.get(one.id, ("", ()))
    drawn = [(at, float(value)) for at, value in series if at > now - SPAN]
    if len(drawn) > 1:
        ui.html(_plot(metric, drawn, now), sanitize=False).classes("curve small-curve")


def _strip(states: Series, now: int) -> str:
    """The last hours as a band of states."""
    begin, boxes, told = now - SPAN, [], dict[str, int]()
    ends = [*(at for at, _ in states[1:]), now]
    for (start, state), end in zip(states, ends, strict=True):
        left, right = max(start, begin), min(end, now)
        if right <= left:
            continue
        told[str(state)] = told.get(str(state), 0) + right - left
        kind = state if state in TONES else "unknown"
        boxes.append(f'<rect class="{kind}" x="{left - begin}" y="0" width="{right - left}" height="10"/>')
    spans = ", ".join(f"{say.states.get(name, name)} {zones.span(ms // 1000)}" for name, ms in told.items())
    label = escape(say.strip.format(zones.span(SPAN // 1000), spans))
    head = f'<svg viewBox="0 0 {SPAN} 10" preserveAspectRatio="none" role="img" aria-label="{label}">'
    return f'{head}{"".join(boxes)}</svg><p class="small quiet">{label}</p>'


def _plot(metric: str, drawn: Sequence[tuple[int, float]], now: int) -> str:
    low, high = min(value for _, value in drawn), max(value for _, value in drawn)
    wide, tall, span = 600, 80, max(high - low, 1e-9)
    points = " ".join(
        f"{wide * (1 - (now - at) / SPAN):.1f},{6 + (tall - 12) * (1 - (value - low) / span):.1f}"
        for at, value in drawn
    )
    label = escape(say.plot.format(metric, f"{drawn[-1][1]:g}", f"{low:g}", f"{high:g}"))
    return (
        f'<svg viewBox="0 0 {wide} {tall}" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<polyline class="value" points="{points}"/></svg><p class="small quiet">{label}</p>'
    )


def _late(works: Sequence[shapes.WorkNow]) -> None:
    for one in works:
        with ui.row().classes("piece-line"):
            ui.link(say.order.format(one.order), f"/agreements/{one.agreement}")
            ui.label(say.done_of.format(one.finished, one.operations))
            if one.begun and one.stage == "agreed":
                badge(say.begun, "partly")
            elif one.finished == one.operations:
                badge(say.finished, "good")
            elif one.late:
                badge(say.late.format(zones.span(one.late)), "bad")
                ui.link(say.rescue, "/free-time")
            else:
                ui.label(say.in_time).classes("quiet")
                moment(one.expected)


def _ago(milliseconds: int) -> str:
    seconds = max(0, milliseconds // 1000)
    return say.now if seconds < zones.MINUTE else zones.span(seconds)
