"""From a plan somebody proposes to a block: judged, held to what was ordered and matched, kept by its hashes. The same
that an audit checks afterwards (`audit.py`), before anything is on the chain."""

from __future__ import annotations

from typing import Any

import msgspec

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.service import Service
from hanse.errors import InputError
from hanse.instances import hanse_json
from hanse.ledger.desk import Wanted
from hanse.ledger.league import NOTHING, AcceptedPlan
from hanse.model.check import check
from hanse.model.plan import Plan
from hanse.model.problem import Problem

HELD_TO = ("customer", "release", "due", "weight", "budget", "min_quality", "origin")
"""What an order's specification says and a job must say too."""


def recorded(who: Caller, body: shapes.AppendBlock) -> Wanted:
    """The message that records a plan. Raises InputError for a false one, Conflict if it is not what was ordered."""
    service = who.service
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
    put = service.content.put
    files = put(hanse_json.write_problem(problem)), put(hanse_json.write_plan(plan))
    evidence = put(documents.evidence(problem=files[0], plan=files[1], orders=body.orders, candidates=candidates))
    last = service.lookup.newest_block()
    accepted = AcceptedPlan.of(
        plan,
        previous=NOTHING if last is None else last.hash,
        evidence=evidence,
        solver=body.solver or who.address,
    )
    return service.message("Blocks", "append", accepted.words(), tuple(body.orders[job.id] for job in problem.jobs))


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
        for name in HELD_TO:
            if getattr(job, name) != asked[name]:
                raise Conflict(
                    f"order {number} asks for {name} {asked[name]}, the job says {getattr(job, name)}",
                    where=f"job {job.id}",
                )
        candidates[job.id] = []
        for answer in service.lookup.answers(number):
            its = service.lookup.member(answer.member)
            if its is not None and answer.answer in ("ACCEPT", "PARTIAL"):
                candidates[job.id].append(reading.profile(service, its)["id"])
    for one in plan.assignments:
        owner = problem.owner[one.machine].id
        if owner not in candidates[one.job]:
            raise Conflict(
                f"{owner} was not matched with order {orders[one.job]}",
                where=f"job {one.job}, operation {one.operation}",
                hint="have the order matched, or plan without it",
            )
    return candidates
