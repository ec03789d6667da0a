"""What machines said about agreed work: how far it is, when it will be finished, what will be late.

Only work of which somebody's machines ever told; of the rest the plan is all there is to know. A plan's time 0 is the
deadline of its agreement, so each agreement is looked at with its own calendar. Nobody acts on this by itself: members
see that their work seems finished, and say so themselves.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from hanse.app.api import reading, scheduling, shapes
from hanse.app.api.callers import Caller
from hanse.app.api.gateways import now_ms
from hanse.app.api.service import Service
from hanse.app.voyage.terms import WITHOUT_LENGTH
from hanse.errors import HanseError
from hanse.ledger.settlement_tables import AgreementRow
from hanse.ledger.tables import BlockRow
from hanse.model.plan import Plan
from hanse.model.problem import Problem
from hanse.telemetry.floor import Floor
from hanse.telemetry.forecast import Calendar, forecast
from hanse.units import TIME_UNITS

MOST_AGREEMENTS = 200
"""Looked at, the newest that run."""

MOST_OPERATIONS = 5_000
"""Of a plan that is looked at: a larger one takes too long for a page."""

Paper = tuple[Problem, Plan, dict[str, int]]


class Papers:
    """Problems and plans of blocks, which never change; the last few."""

    MOST = 16

    def __init__(self) -> None:
        self._lock, self._kept = threading.Lock(), OrderedDict[str, Paper | None]()

    def of(self, service: Service, row: BlockRow) -> Paper | None:
        """None if they are not here, or too large."""
        with self._lock:
            if row.evidence in self._kept:
                self._kept.move_to_end(row.evidence)
                return self._kept[row.evidence]
        found = scheduling.contents(service, row)
        if found is not None and len(found[1].assignments) > MOST_OPERATIONS:
            found = None
        with self._lock:
            self._kept[row.evidence] = found
            while len(self._kept) > self.MOST:
                self._kept.popitem(last=False)
        return found


def works(who: Caller, papers: Papers, order: int | None = None) -> list[shapes.WorkNow]:
    """Of agreements in force that the caller is in, or of all for staff; those of one order it can see."""
    service = who.service
    if order is not None:
        reading.orders.own_order(who, order)
    rows = service.lookup.agreements(0, 2**31, who.eyes, "active", running=True)
    rows = [row for row in rows if order in (None, row.deal.order)][-MOST_AGREEMENTS:]
    told = service.machines.told({one.member for row in rows for one in row.deal.milestones})
    if not told:
        return []
    now, ids = now_ms(service), {row.address: name for name, row in reading.members.members_by_id(service).items()}
    found = []
    for row in rows:
        if any(one.member in told for one in row.deal.milestones):
            found += _works(service, papers, row, ids, now)
    return found


def _works(service: Service, papers: Papers, row: AgreementRow, ids: dict[str, str], now: int) -> list[shapes.WorkNow]:
    placed = service.lookup.order(row.deal.order)
    block = None if placed is None or placed.planned is None else service.lookup.block(placed.planned)
    paper = None if block is None else papers.of(service, block)
    if paper is None:
        return []
    problem, plan, orders = paper
    job = next((name for name, number in orders.items() if number == row.deal.order), None)
    try:
        floor = Floor.of(plan.assignments)
    except HanseError:
        return []  # names that no machine could say
    jobs = frozenset(orders)
    for address in sorted(service.machines.told(ids)):
        own = frozenset(name for name, owner in problem.owner.items() if owner.id == ids[address])
        if own:
            floor.absorb(service.machines.events(address, own, jobs))
    second = int(TIME_UNITS[problem.units.time]) or WITHOUT_LENGTH
    zero = row.deal.deadline
    seen = forecast(problem, plan, floor, Calendar(1000 * zero, 1000 * second), now)
    stages = {one.number: one.stage for one in service.lookup.milestones(row.number)}
    found = []
    for i, one in enumerate(row.deal.milestones):
        places = [
            (was, will)
            for was, will in zip(plan.assignments, seen.assignments, strict=True)
            if was.job == job and problem.owner[was.machine].id == ids.get(one.member)
        ]
        if stages.get(i) not in ("agreed", "started") or not places:
            continue  # it was delivered, whatever machines say
        known = [floor.progress(was) for was, _ in places]
        expected = zero + second * max(will.end for _, will in places)
        found.append(
            shapes.WorkNow(
                order=row.deal.order,
                job=job or "",
                agreement=row.number,
                milestone=i,
                member=one.member,
                stage=stages[i],
                operations=len(places),
                begun=sum(at.started is not None or at.finished is not None for at in known),
                finished=sum(at.finished is not None for at in known),
                expected=expected,
                due=one.due,
                late=max(0, expected - one.due),
            )
        )
    return found
