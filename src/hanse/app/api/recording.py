"""From a plan somebody proposes to a block: judged, held to what was ordered and matched, kept by its hashes. The same
that an audit checks afterwards (`audit.py`), before anything is on the chain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.service import Service
from hanse.app.voyage.terms import SIGNING
from hanse.errors import InputError
from hanse.instances import hanse_json
from hanse.ledger.desk import Wanted
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.model.check import check
from hanse.model.plan import Plan
from hanse.model.problem import Job, Problem
from hanse.planning.quotes import clash

HELD_TO = ("customer", "release", "due", "weight", "budget", "min_quality", "origin")
"""What an order's specification says and a job must say too."""

ABLE = ("ACCEPT", "PARTIAL")
"""Answers of the matching that let a member work for an order."""


def recorded(who: Caller, body: shapes.AppendBlock, begins: int | None = None) -> Wanted:
    """The message that records a plan. begins: the moment that is its time 0, that of an agreement proposed now by
    default. Raises InputError for a false one, Conflict if it is not what was ordered, or takes what is promised."""
    service = who.service
    last = service.lookup.newest_block()  # before what is promised is read: a block in between has the contract refuse
    problem_bytes, plan_bytes = msgspec.json.encode(body.problem), msgspec.json.encode(body.plan)
    problem, plan = hanse_json.read_problem(problem_bytes), hanse_json.read_plan(plan_bytes)
    verdict = check(problem, plan)
    if not verdict.valid:
        raise InputError(
            f"the plan does not hold: {verdict.violations[0]}",
            where="plan",
            hint=f"hanse check names all {len(verdict.violations)} violations",
        )
    candidates = _held_to_orders(service, problem, plan, body.orders)
    _beside_promises(service, problem, plan, int(service.clock.now()) + SIGNING if begins is None else begins)
    put = who.put
    files = put(hanse_json.write_problem(problem)), put(hanse_json.write_plan(plan))
    evidence = put(documents.evidence(problem=files[0], plan=files[1], orders=body.orders, candidates=candidates))
    accepted = AcceptedPlan.of(
        plan,
        previous=NOTHING if last is None else last.hash,
        evidence=evidence,
        solver=body.solver or who.address,
    )
    return service.message("Blocks", "append", accepted.words(), tuple(body.orders[job.id] for job in problem.jobs))


def jobs_of(who: Caller, problem: Problem) -> list[shapes.JobNow]:
    """The jobs of a problem, and which open order of those the caller sees each is: that whose specification has its
    name, the newest of several."""
    service = who.service
    known: dict[str, tuple[int, dict[str, Any]]] = {}
    for row in service.lookup.orders(0, 2**31, who.eyes, "open"):
        asked = reading.orders.specification(service, row)
        if asked is not None:
            known[asked["job"]] = row.number, asked
    found = []
    for job in problem.jobs:
        number, asked = known.get(job.id, (None, {}))
        differs: list[str] = []
        if number is not None:
            differs = list(_differences(number, asked, job))
            if not any(one.answer in ABLE for one in service.lookup.answers(number)):
                differs.append(f"order {number} was not matched with anybody yet")
        found.append(
            shapes.JobNow(job=job.id, customer=job.customer, due=job.due, budget=job.budget, order=number,
                          differs=differs)
        )  # fmt: skip
    return found


def _differences(number: int, asked: dict[str, Any], job: Job) -> Iterator[str]:
    """What an order asks for and a job says otherwise."""
    for name in HELD_TO:
        if getattr(job, name) != asked[name]:
            yield f"order {number} asks for {name} {asked[name]}, the job says {getattr(job, name)}"


def _beside_promises(service: Service, problem: Problem, plan: Plan, begins: int) -> None:
    """Raises Conflict if a machine is promised already when the plan needs it, as quotes reckon it."""
    from hanse.app.api.figures import promised, second  # it says what is held to orders, which is said here

    found = clash(problem, plan.assignments, promised(service, second(problem), begins))
    if found is None:
        return
    at, other = found
    raise Conflict(
        f"{at.machine} of {other.member} is promised already from {other.start} to {other.end}; the plan needs it from"
        f" {at.start} to {at.end} ({problem.units.time}s)",
        where=f"job {at.job}, operation {at.operation}",
        hint="plan it beside what is promised: GET /schedule shows that, GET /orders/{number}/question asks for it",
    )


def _held_to_orders(service: Service, problem: Problem, plan: Plan, orders: dict[str, int]) -> dict[str, list[str]]:
    """Whoever may work for each job, by its id. Raises InputError, NotThere, Conflict."""
    if set(orders) != {job.id for job in problem.jobs} or len(set(orders.values())) != len(orders):
        raise InputError("each job of the problem has an order of its own", where="orders", hint="name each job once")
    candidates: dict[str, list[str]] = {}
    for job in problem.jobs:
        number = orders[job.id]
        row = service.lookup.order(number)
        if row is None:
            raise NotThere(f"there is no order {number}", where=f"job {job.id}")
        if row.status != "open":
            raise Conflict(f"order {number} is {row.status}", where=f"job {job.id}", hint="plan open orders")
        asked: dict[str, Any] = documents.parse(service.content.get(row.specification), "hanse-order/1")
        for difference in _differences(number, asked, job):
            raise Conflict(difference, where=f"job {job.id}")
        candidates[job.id] = []
        for answer in service.lookup.answers(number):
            its = service.lookup.member(answer.member)
            if its is not None and answer.answer in ABLE:
                candidates[job.id].append(reading.members.profile(service, its)["id"])
    for one in plan.assignments:
        owner = problem.owner[one.machine].id
        if owner not in candidates[one.job]:
            raise Conflict(
                f"{owner} was not matched with order {orders[one.job]}",
                where=f"job {one.job}, operation {one.operation}",
                hint="have the order matched, or plan without it",
            )
    return candidates
