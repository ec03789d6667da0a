"""What making things takes, as far as the league knows: the problems its coordinators bring as figures, and those of
recorded plans. A new order of a product that was planned before can be reckoned from them; and what of all machines'
time is promised already.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hanse.app.api import reading
from hanse.app.api.problems import Conflict
from hanse.app.api.quotebook import Basis, Figures
from hanse.app.api.recording import ABLE, HELD_TO
from hanse.app.api.scheduling import GONE, contents
from hanse.app.api.service import Service
from hanse.app.voyage.terms import WITHOUT_LENGTH
from hanse.errors import InputError
from hanse.instances import hanse_json
from hanse.ledger.tables import OrderRow
from hanse.model.problem import Job, Problem
from hanse.planning.quotes import Busy, beside, scaled
from hanse.units import TIME_UNITS

MOST_BLOCKS = 200
"""Recorded plans looked through for a product, the newest first."""


def basis(service: Service, row: OrderRow) -> Basis:
    """The newest figures that have the order itself, else of its product. Raises Conflict if there are none."""
    known = [*_known(service)]
    for content, orders in known:
        for job, number in orders.items():
            if number == row.number:
                return Basis(content, job, number, row.quantity, row.quantity)
    for content, orders in known:
        for job, number in orders.items():
            other = service.lookup.order(number)
            if other is not None and other.product == row.product:
                return Basis(content, job, number, other.quantity, row.quantity)
    raise Conflict(
        "the league does not know yet what making this takes",
        where=f"order {row.number}",
        hint="a coordinator brings figures on the page Planning: durations, costs, machines",
    )


def _known(service: Service) -> Iterator[tuple[str, dict[str, int]]]:
    """Problems by content hash with their orders by job: figures, then recorded plans, each the newest first."""
    for one in service.figures.all():
        if service.content.has(one.content):
            yield one.content, one.orders
    for row in reversed(service.lookup.blocks(0, 2**31)[-MOST_BLOCKS:]):
        if service.content.has(row.evidence):
            said = json.loads(service.content.get(row.evidence))
            if service.content.has(said["problem"]):
                yield said["problem"], said["orders"]


def bring(service: Service, account: str, problem: Problem, orders: dict[str, int]) -> Figures:
    """Keeps a problem as figures. orders: by job. Raises InputError if no job is an order."""
    if not orders:
        raise InputError(
            "no job of it is an open order, so that nobody knows what it makes",
            where="problem",
            hint="name a job as the order's specification does (GET /api/v1/files/draft)",
        )
    made = Figures(service.content.put(hanse_json.write_problem(problem)), account, int(service.clock.now()), orders)
    service.figures.put(made)
    return made


def question(service: Service, row: OrderRow, found: Basis, begins: int) -> Problem:
    """How an order can be made beside all that is promised: a problem of one job, held to what was ordered, on machines
    of members that were matched. begins: its time 0, a moment. Raises Conflict, InfeasibleError, InputError."""
    problem = hanse_json.read_problem(service.content.get(found.content))
    asked = reading.orders.specification(service, row)
    if asked is None:
        raise Conflict("what was ordered is not in the content store", where=f"order {row.number}")
    able = _able(service, row)
    template = next(one for one in problem.jobs if one.id == found.job)
    ordered = _ordered(scaled(template, found.made, found.wanted), asked)
    name = f"order {row.number}"
    return beside(problem, ordered, promised(service, second(problem), begins), able, name)


def _ordered(job: Job, asked: dict[str, Any]) -> Job:
    """The job as the order says it."""
    return replace(job, id=asked["job"], destination=asked["destination"], **{name: asked[name] for name in HELD_TO})


def _able(service: Service, row: OrderRow) -> set[str]:
    """Ids of certified members that the contract matched. Raises Conflict if there are none."""
    found = set()
    for one in service.lookup.answers(row.number):
        its = service.lookup.member(one.member)
        if one.answer in ABLE and its is not None and its.certified:
            found.add(str(reading.members.profile(service, its)["id"]))
    if not found:
        raise Conflict(
            "no certified member was matched with it yet", where=f"order {row.number}", hint="have it matched first"
        )
    return found


def second(problem: Problem) -> int:
    """Seconds of the problem's unit of time, as agreements count it."""
    return int(TIME_UNITS[problem.units.time]) or WITHOUT_LENGTH


def promised(service: Service, unit: int, begins: int) -> list[Busy]:
    """All work that recorded plans give to machines and that is not over, in units of so many seconds.

    Time 0 of a plan is the deadline of its agreement, and the schedule shows all plans on one axis; work keeps its
    place in both readings, so nothing is promised twice in either.
    """
    found: list[Busy] = []
    ids = {its.address: name for name, its in reading.members.members_by_id(service).items()}
    for row in service.lookup.blocks(0, 2**31):
        live = {
            number: one for number in row.orders if (one := service.lookup.order(number)) and one.status not in GONE
        }
        files = contents(service, row) if live else None
        if files is None:
            continue
        problem, plan, orders = files
        states = {number: _state(service, number, begins, ids) for number in live}
        its = second(problem)
        for at in plan.assignments:
            number, member = orders[at.job], problem.owner[at.machine].id
            if number not in live or member in states[number][1]:
                continue
            spans = [(shift + at.start * its, shift + at.end * its) for shift in (0, states[number][0] - begins)]
            found += _busy(member, at.machine, spans, unit)
    return found


def _state(service: Service, order: int, begins: int, ids: dict[str, str]) -> tuple[int, frozenset[str]]:
    """The moment that is time 0 of an order's plan, `begins` where nobody agreed yet, and ids of members whose work for
    it is over."""
    deals = [one for one in service.lookup.agreements_of(order) if one.status in ("active", "open")]
    if not deals:
        return begins, frozenset()
    deal = next((one for one in deals if one.status == "active"), deals[-1])
    left = {
        deal.deal.milestones[one.number].member
        for one in service.lookup.milestones(deal.number)
        if one.stage != "settled"
    }
    over = {one.member for one in deal.deal.milestones} - left if deal.status == "active" else set()
    return deal.deal.deadline, frozenset(ids[one] for one in over if one in ids)


def _busy(member: str, machine: str, spans: list[tuple[int, int]], unit: int) -> list[Busy]:
    """Two readings of a work's time as one if they touch, in whole units that cover them."""
    (a, b), (c, d) = sorted((start // unit, -(-end // unit)) for start, end in spans)
    if c <= b:
        return [Busy(member, machine, a, max(b, d))]
    return [Busy(member, machine, a, b), Busy(member, machine, c, d, again=True)]
