"""Sheets become a problem. Faults are collected, not raised one by one: whoever mends a workbook wants to see all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse.errors import InputError
from hanse.instances.tables.cells import Cells, date_of
from hanse.instances.tables.sheets import NEEDED, NEEDED_OF_OTHERS, SETTINGS, SHEETS, Fault, Row, Sheets
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site, Transport
from hanse.units import DISTANCE_UNITS, ENERGY_UNITS, MILLION, MONEY_UNITS, TIME_UNITS, Units

if TYPE_CHECKING:
    from hanse.instances.tables.sheets import Raw

UNITS = {"time": TIME_UNITS, "money": MONEY_UNITS, "distance": DISTANCE_UNITS, "energy": ENERGY_UNITS}

SHOWN = 5
"""Faults an error message lists."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What reading would give. problem: None where there are faults. counts: rows by sheet. total: of all faults, of
    which `faults` has the first hundred."""

    problem: Problem | None
    counts: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]
    total: int


def problem_of(sheets: Sheets, name: str = "") -> Problem:
    """The problem of these sheets. Raises InputError that lists the first faults."""
    seen = preview(sheets, name)
    if seen.problem is not None:
        return seen.problem
    if seen.total == 1:
        one = seen.faults[0]
        raise InputError(one.message, where=one.where, hint=one.hint)
    told = [str(fault) for fault in seen.faults[:SHOWN]]
    if seen.total > SHOWN:
        told.append(f"and {seen.total - SHOWN} more")
    raise InputError(f"{seen.total} faults in the tables", where="; ".join(told), hint="hanse preview lists them all")


def preview(sheets: Sheets, name: str = "") -> Preview:
    """Read what can be read and collect what cannot."""
    cells = Cells()
    problem = None
    if _headings(sheets, cells):
        try:
            problem = _problem(sheets, cells, name)
        except InputError as error:
            # With faults before it, this one may be no more than their consequence.
            if not cells.count:
                cells.fault(error.where, error.message, error.hint)
    counts = tuple((sheet, len(sheets[sheet][1])) for sheet in SHEETS if sheet in sheets)
    return Preview(None if cells.count else problem, counts, tuple(cells.faults), cells.count)


def _headings(sheets: Sheets, cells: Cells) -> bool:
    for sheet in NEEDED:
        if sheet not in sheets:
            cells.fault(sheet, "the sheet is missing", f"its columns are: {', '.join(SHEETS[sheet])}")
    for sheet, (headings, _) in sheets.items():
        if sheet not in SHEETS:
            cells.fault(sheet, "no sheet of ours has this name", f"use: {', '.join(SHEETS)}")
            continue
        known = SHEETS[sheet]
        for heading in headings:
            if heading not in known:
                cells.fault(f"{sheet}, row 1", f"there is no column {heading!r}", f"use: {', '.join(known)}")
        if len(set(headings)) < len(headings):
            cells.fault(f"{sheet}, row 1", "a column stands there twice")
        for heading in (*NEEDED.get(sheet, ()), *NEEDED_OF_OTHERS.get(sheet, ())):
            if heading not in headings:
                cells.fault(f"{sheet}, row 1", f"the column {heading!r} is missing")
    return not cells.count


def _problem(sheets: Sheets, cells: Cells, name: str) -> Problem:
    def rows(sheet: str) -> tuple[Row, ...]:
        return sheets[sheet][1] if sheet in sheets else ()

    settings = _settings(rows("league"), cells)
    sites = _sites(rows("sites"), rows("members"), cells)
    enterprises = _enterprises(rows("members"), rows("machines"), rows("hours"), cells)
    # Machines with faults are known, too: what names them is not at fault.
    power = {cells.text(row, "machine", needed=False): 0 for row in rows("machines")}
    power |= {machine.id: machine.power for enterprise in enterprises for machine in enterprise.machines}
    jobs = _jobs(rows("orders"), rows("operations"), rows("modes"), power, cells)
    return Problem(
        name=str(settings.get("name", name or "tables")),
        sites=sites,
        enterprises=enterprises,
        jobs=jobs,
        units=Units(*(str(settings.get(unit, "unit")) for unit in ("time", "money", "distance", "energy"))),
        transport=_transport(rows("transport"), settings, sites, cells),
    )


def _settings(rows: Iterable[Row], cells: Cells) -> dict[str, Raw]:
    settings: dict[str, Raw] = {}
    for row in rows:
        setting = cells.text(row, "setting")
        if setting not in SETTINGS:
            cells.fault(row.at("setting"), f"{setting!r} is no setting", f"use: {', '.join(SETTINGS)}")
        elif setting in settings:
            cells.fault(row.at("setting"), f"{setting} is set twice")
        elif setting.endswith("_per_distance"):
            settings[setting] = cells.ratio(row, "value", 0, most=MILLION)
        elif setting == "start":
            cells.start = date_of(row.cells.get("value"))
            if cells.start is None:
                cells.fault(row.at("value"), "is no date", "write it as 2026-11-30 08:00")
            settings[setting] = None
        else:
            settings[setting] = cells.text(row, "value")
            allowed = UNITS.get(setting, ())
            if allowed and settings[setting] not in allowed:
                cells.fault(
                    row.at("value"), f'"{settings[setting]}" is not a unit of {setting}', f"use: {', '.join(allowed)}"
                )
    unit = str(settings.get("time", "unit"))
    cells.unit = unit if unit in TIME_UNITS else "unit"
    return settings


def _sites(rows: Iterable[Row], members: Iterable[Row], cells: Cells) -> tuple[Site, ...]:
    """The sites; a member that names none stands at one of its own, which need not be listed."""
    sites: dict[str, Site] = {}
    for row in rows:
        id_ = cells.text(row, "site")
        x, y = (cells.whole(row, axis, signed=True) for axis in ("x", "y"))
        if (x is None) != (y is None):
            cells.fault(row.at(), "has one of x and y")
        if id_ in sites:
            cells.fault(row.at("site"), f'"{id_}" appears twice')
        try:
            sites[id_] = Site(id_, None if x is None or y is None else (x, y))
        except InputError as error:
            cells.error(error, row.at())
    for row in members:
        own = cells.text(row, "member")
        if row.cells.get("site") is None and own and own not in sites:
            sites[own] = Site(own)
    return tuple(sites.values())


def _transport(
    rows: tuple[Row, ...], settings: dict[str, Raw], sites: tuple[Site, ...], cells: Cells
) -> Transport | None:
    """By rates where there are any, else by the pairs that are listed; a pair that is not costs nothing."""
    rates = [int(str(settings.get(f"{what}_per_distance") or 0)) for what in ("cost", "time")]
    if any(f"{what}_per_distance" in settings for what in ("cost", "time")):
        if rows:
            cells.fault("transport", "there are pairs here and rates in the sheet league", "keep one of the two")
        return Transport.by_distance(sites, cost_rate=rates[0] / MILLION, time_rate=rates[1] / MILLION)
    if not rows:
        return None
    number = {site.id: i for i, site in enumerate(sites)}
    cost, time = ([[0] * len(sites) for _ in sites] for _ in range(2))
    seen: set[tuple[str, str]] = set()
    for row in rows:
        pair = cells.text(row, "from"), cells.text(row, "to")
        for column, site in zip(("from", "to"), pair, strict=True):
            if site not in number:
                cells.fault(row.at(column), f'unknown site "{site}"')
        if pair in seen:
            cells.fault(row.at(), f"{pair[0]} to {pair[1]} appears twice")
        seen.add(pair)
        if all(site in number for site in pair):
            a, b = (number[site] for site in pair)
            cost[a][b] = cells.whole(row, "cost", 0) or 0
            time[a][b] = cells.whole(row, "time", 0) or 0
    return Transport(tuple(map(tuple, cost)), tuple(map(tuple, time)))


def _enterprises(
    members: tuple[Row, ...], machines: tuple[Row, ...], hours: tuple[Row, ...], cells: Cells
) -> tuple[Enterprise, ...]:
    windows = _hours(hours, {cells.text(row, "machine", needed=False) for row in machines}, cells)
    owned: dict[str, list[Machine]] = defaultdict(list)
    names = {cells.text(row, "member", needed=False) for row in members}
    for row in machines:
        id_, owner = cells.text(row, "machine"), cells.text(row, "member")
        if owner not in names:
            cells.fault(row.at("member"), f'unknown member "{owner}"', "add it to the sheet members")
        services = cells.names(row, "services")
        if not services:
            cells.fault(row.at("services"), "is empty", "list what the machine can do, with ; in between")
        raw = row.cells.get("capacity")
        unlimited = isinstance(raw, str) and raw.strip().casefold() == "any"
        try:
            owned[owner].append(
                Machine(
                    id=id_,
                    services=frozenset(services),
                    capacity=None if unlimited else cells.whole(row, "capacity", 1),
                    budget=cells.whole(row, "budget"),
                    power=cells.whole(row, "power", 0) or 0,
                    available=tuple(sorted(windows[id_])) if id_ in windows else None,
                )
            )
        except InputError as error:
            cells.error(error, row.at())
    result = []
    for row in members:
        id_ = cells.text(row, "member")
        site = cells.text(row, "site", needed=False) or id_
        reliability = cells.ratio(row, "reliability", MILLION)
        try:
            result.append(
                Enterprise(
                    id_,
                    site,
                    tuple(owned[id_]),
                    MILLION if reliability is None else reliability,
                    cells.yes(row, "no_overtaking"),
                )
            )
        except InputError as error:
            cells.error(error, row.at())
    return tuple(result)


def _hours(rows: Iterable[Row], machines: set[str], cells: Cells) -> dict[str, list[tuple[int, int]]]:
    windows: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        machine = cells.text(row, "machine")
        if machine not in machines:
            cells.fault(row.at("machine"), f'unknown machine "{machine}"', "add it to the sheet machines")
        ends: list[int] = []
        before = cells.count
        for column in ("from", "to"):
            if row.cells.get(column) is None:
                cells.fault(row.at(column), "is empty", "say when the machine is open")
            ends.append(cells.moment(row, column, 0) or 0)
        if cells.count == before:
            windows[machine].append((ends[0], ends[1]))
    return windows


def _jobs(
    orders: tuple[Row, ...],
    operations: tuple[Row, ...],
    modes: tuple[Row, ...],
    power: dict[str, int],
    cells: Cells,
) -> tuple[Job, ...]:
    names = {cells.text(row, "order", needed=False) for row in orders}
    listed = {cells.text(row, "order", needed=False) for row in operations}
    plans = _plans(operations, _modes(modes, power, cells), names, cells)
    jobs = []
    for row in orders:
        id_ = cells.text(row, "order")
        if id_ not in listed:
            cells.fault(row.at("order"), f'no operation is listed for "{id_}"', "add rows to the sheet operations")
        if id_ not in plans:
            continue
        weight, quality = cells.ratio(row, "weight", MILLION, most=MILLION), cells.ratio(row, "least_quality", None)
        try:
            jobs.append(
                Job(
                    id=id_,
                    plans=plans[id_],
                    customer=cells.text(row, "customer", needed=False),
                    origin=cells.text(row, "origin", needed=False) or None,
                    destination=cells.text(row, "destination", needed=False) or None,
                    release=cells.moment(row, "release", 0) or 0,
                    due=cells.moment(row, "due"),
                    weight=MILLION if weight is None else weight,
                    budget=cells.whole(row, "budget"),
                    min_quality=quality,
                    single_workpiece=cells.yes(row, "single_workpiece"),
                )
            )
        except InputError as error:
            cells.error(error, row.at())
    return tuple(jobs)


_Key = tuple[str, str, str]
"""Order, plan, operation."""


def _key(row: Row, cells: Cells) -> _Key:
    return (
        cells.text(row, "order"),
        cells.text(row, "plan", needed=False) or "A",
        cells.text(row, "operation"),
    )


def _modes(rows: Iterable[Row], power: dict[str, int], cells: Cells) -> dict[_Key, tuple[list[Row], list[Mode]]]:
    modes: dict[_Key, tuple[list[Row], list[Mode]]] = defaultdict(lambda: ([], []))
    for row in rows:
        machine = cells.text(row, "machine")
        if machine not in power:
            cells.fault(row.at("machine"), f'unknown machine "{machine}"', "add it to the sheet machines")
        duration = cells.needed(row, "duration")
        cost, energy = cells.whole(row, "cost", 0), cells.whole(row, "energy")
        if energy is None:
            energy = power.get(machine, 0) * duration
        there = modes[_key(row, cells)]
        there[0].append(row)
        there[1].append(Mode(machine, duration, cost or 0, energy, cells.ratio(row, "quality", None)))
    return modes


def _plans(
    rows: Iterable[Row], modes: dict[_Key, tuple[list[Row], list[Mode]]], orders: set[str], cells: Cells
) -> dict[str, tuple[ProcessPlan, ...]]:
    """Process plans by order. `after` left empty means after the one before; `-` means that it can begin at once."""
    found: dict[str, dict[str, list[Operation]]] = defaultdict(lambda: defaultdict(list))
    first: dict[tuple[str, str], Row] = {}
    used: set[_Key] = set()
    for row in rows:
        key = order, plan, id_ = _key(row, cells)
        if order not in orders:
            cells.fault(row.at("order"), f'unknown order "{order}"', "add it to the sheet orders")
        before = found[order][plan]
        first.setdefault((order, plan), row)
        after = cells.names(row, "after")
        if after == ("-",):
            after = ()
        elif not after and before:
            after = (before[-1].id,)
        used.add(key)
        if key not in modes:
            cells.fault(row.at("operation"), f'no machine is listed for "{id_}"', "add rows to the sheet modes")
            continue
        try:
            before.append(Operation(id_, cells.text(row, "service"), tuple(modes[key][1]), after))
        except InputError as error:
            cells.error(error, row.at())
    for key in modes:
        if key not in used:
            cells.fault(modes[key][0][0].at("operation"), f'unknown operation "{key[2]}" of order "{key[0]}"')
    result: dict[str, tuple[ProcessPlan, ...]] = {}
    for order, plans in found.items():
        made = []
        for plan, operations in plans.items():
            try:
                made.append(ProcessPlan(plan, tuple(operations)))
            except InputError as error:
                cells.error(error, first[order, plan].at())
        if made:
            result[order] = tuple(made)
    return result
