"""Who added what to an order: Shapley values over the members that work for it in the league's plan."""

from __future__ import annotations

import json

from hanse.app.api import shapes
from hanse.app.api.problems import Conflict
from hanse.app.api.service import Service
from hanse.instances import hanse_json
from hanse.ledger.tables import OrderRow
from hanse.model.plan import Plan
from hanse.model.problem import Problem

MOST = 16
"""Members for whom it is counted while somebody waits: so many are exact, and quick."""


def added(service: Service, order: OrderRow) -> shapes.ContributionNow:
    """What each member added to a planned order. Raises Conflict if it has no plan, or more members than can be counted
    at once; InputError if its precedence is no forest."""
    row = None if order.planned is None else service.lookup.block(order.planned)
    if row is None:
        raise Conflict(f"order {order.number} is {order.status}", where=f"order {order.number}", hint="plan it first")
    evidence = json.loads(service.content.get(row.evidence))
    problem = hanse_json.read_problem(service.content.get(evidence["problem"]))
    plan = hanse_json.read_plan(service.content.get(evidence["plan"]))
    job = next(name for name, number in evidence["orders"].items() if number == order.number)
    return _counted(problem, plan, job)


def _counted(problem: Problem, plan: Plan, job: str) -> shapes.ContributionNow:
    from hanse.value.contribution import contribution, participants

    members = participants(problem, plan, [job])
    if len(members) > MOST:
        raise Conflict(
            f"{len(members)} members work for it", where=f"order {job}",
            hint="hanse contribution counts them from the problem and the plan",
        )  # fmt: skip
    found = contribution(problem, members, [job])
    stable = found.stability
    return shapes.ContributionNow(
        whole=found.whole,
        method=found.method,
        members=[
            shapes.AddedNow(member=member, added=round(share), margin=round(margin), alone=alone)
            for member, share, margin, alone in zip(
                found.members, found.shares, found.margins, found.alone, strict=True
            )
        ],
        stable=None if stable is None else stable.stable,
        leaving=[] if stable is None else [found.members[i] for i in stable.coalition],
        gain=0 if stable is None else round(stable.gain),
        set_aside=list(found.aside),
    )
