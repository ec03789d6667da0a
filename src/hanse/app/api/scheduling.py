"""Recorded plans as charts draw them, one by one and all together."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any

from hanse.app.api import reading
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotThere
from hanse.app.api.service import Service
from hanse.instances import hanse_json
from hanse.ledger.tables import BlockRow
from hanse.model.plan import Plan
from hanse.model.problem import Problem

Json = dict[str, Any]

MOST_BARS = 100_000
"""Bars of drawings that are kept in memory; those used longest ago are made again when they are asked for."""

MOST_SHOWN = 20_000
"""Bars of all plans together; with more, the oldest plans are left out."""

GONE = ("refunded", "cancelled")
"""Orders nobody will work for any more."""


class Drawings:
    """Drawings of blocks by the hash of their evidence: a block never changes."""

    def __init__(self) -> None:
        self._lock, self._kept, self._bars = threading.Lock(), OrderedDict[str, Json](), 0

    def of(self, service: Service, row: BlockRow) -> Json | None:
        """The drawing of a block's plan, orders by their numbers; None if its files are not here."""
        with self._lock:
            if row.evidence in self._kept:
                self._kept.move_to_end(row.evidence)
                return self._kept[row.evidence]
        files = contents(service, row)
        if files is None:
            return None
        made = _drawn(*files)
        with self._lock:
            if row.evidence not in self._kept:
                self._kept[row.evidence], self._bars = made, self._bars + len(made["bars"])
            while self._bars > MOST_BARS and len(self._kept) > 1:
                self._bars -= len(self._kept.popitem(last=False)[1]["bars"])
        return made


def block(who: Caller, number: int) -> BlockRow:
    """A block of whose orders the caller sees one. Raises NotThere."""
    row = who.service.lookup.block(number)
    if row is None or not (who.sees_all or any(who.service.lookup.order(one, who.eyes) for one in row.orders)):
        raise NotThere(f"there is no plan {number} that you can see", where=f"block {number}")
    return row


def contents(service: Service, row: BlockRow) -> tuple[Problem, Plan, dict[str, int]] | None:
    """Problem, plan, and orders by job, of a block; None if they are not here."""
    store = service.content
    if not store.has(row.evidence):
        return None
    evidence = json.loads(store.get(row.evidence))
    problem = hanse_json.read_problem(store.get(evidence["problem"]))
    return problem, hanse_json.read_plan(store.get(evidence["plan"])), dict(evidence["orders"])


def league(who: Caller, drawings: Drawings, only: int | None = None) -> Json:
    """What the chart draws of all plans the caller sees, or of one: those of the same units as one part. Work for
    orders that were given up is left out, and the oldest plans if there are too many bars (`left_out`: how many)."""
    service, lookup = who.service, who.service.lookup
    orders = {row.number: row for row in lookup.orders(0, 2**31, who.eyes)}
    gone = {str(number) for number, row in orders.items() if row.status in GONE}
    rows = [block(who, only)] if only is not None else lookup.blocks(0, 2**31)
    parts: dict[str, list[Json]] = {}
    bars = left_out = 0
    for row in reversed(rows):
        if not who.sees_all and not any(number in orders for number in row.orders):
            continue
        drawn = drawings.of(service, row) if bars < MOST_SHOWN else None
        if drawn is not None:
            parts.setdefault(json.dumps(drawn["units"]), []).insert(0, drawn)
            bars += len(drawn["bars"])
        elif bars >= MOST_SHOWN:
            left_out += 1
    members = [reading.members.member(service, row) for row in lookup.members(0, 2**31)]
    return {
        "thing": "order",
        "members": [{"id": one.id, "name": one.name} for one in members if one.id],
        "orders": [],
        "parts": [together(found, gone) for found in parts.values()],
        "left_out": left_out,
    }


def together(parts: Sequence[Json], gone: Iterable[str] = ()) -> Json:
    """Drawings of plans on one axis of time, as one. gone: numbers of orders that are left out."""
    left_out = set(gone)
    sites, members, machines = _Rows(), _Rows(), _Rows()
    jobs: list[Json] = []
    bars: list[list[Any]] = []
    legs: list[list[Any]] = []
    for part in parts:
        at_site = [sites.place(name, [name, position]) for name, position in part["sites"]]
        at_member = [members.place(name, [name, at_site[site]]) for name, site in part["members"]]
        at_machine = [
            machines.place((name, at_member[owner]), [name, at_member[owner], capacity, hours])
            for name, owner, capacity, hours in part["machines"]
        ]
        at_job: list[int | None] = []
        for job in part["jobs"]:
            stays = job["outcome"] is None or str(job["outcome"]["order"]) not in left_out
            at_job.append(len(jobs) if stays else None)
            jobs += [job] if stays else []
        at_bar: list[int | None] = []
        for job, operation, service, machine, *rest in part["bars"]:
            at_bar.append(None if at_job[job] is None else len(bars))
            if at_job[job] is not None:
                bars.append([at_job[job], operation, service, at_machine[machine], *rest])
        for job, origin, destination, start, end, cost, before, after in part["legs"]:
            if at_job[job] is not None:
                ends = [None if bar is None else at_bar[bar] for bar in (before, after)]
                legs.append([at_job[job], at_site[origin], at_site[destination], start, end, cost, *ends])
    name = parts[0]["name"] if len(parts) == 1 else ""
    return {
        "name": name, "units": parts[0]["units"], "sites": sites.rows, "members": members.rows,
        "machines": machines.rows, "jobs": jobs, "bars": bars, "legs": legs,
    }  # fmt: skip


class _Rows:
    """Rows by name, each once; the newest with a name stands."""

    def __init__(self) -> None:
        self.rows: list[list[Any]] = []
        self._places: dict[Any, int] = {}

    def place(self, name: Any, row: list[Any]) -> int:
        at = self._places.setdefault(name, len(self.rows))
        if at == len(self.rows):
            self.rows.append(row)
        else:
            self.rows[at] = row
        return at


def _drawn(problem: Problem, plan: Plan, orders: dict[str, int]) -> Json:
    from hanse.app.report.gantt import drawn

    made = drawn(problem, plan)
    for job in made["jobs"]:
        if job["outcome"] is not None:
            job["outcome"]["order"] = orders.get(job["id"], job["id"])
    return made
