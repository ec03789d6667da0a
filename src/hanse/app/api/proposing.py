"""From a planned order to the deal its parties sign: who does what, for how much, until when (`voyage/terms.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.service import Service
from hanse.app.record import Block, Order, Part
from hanse.app.voyage.terms import MOST_MILESTONES, SIGNING, SOLVER, Extra, deal, pieces
from hanse.errors import InputError
from hanse.instances import hanse_json
from hanse.ledger.deal import Deal
from hanse.ledger.league import ARBITER, COORDINATOR, SECOND_ARBITER
from hanse.ledger.tables import BlockRow, OrderRow

__all__ = ["SIGNING", "proposal"]


def proposal(
    service: Service,
    proposer: str,
    order: OrderRow,
    compensation: Mapping[str, shapes.Compensation],
    arbiters: tuple[str, str] | None,
    moment: int,
    version: int = 1,
) -> Deal:
    """The deal of a planned order. moment: when it was thought of, seconds since 1970. Raises Conflict, NotThere."""
    row = None if order.planned is None else service.lookup.block(order.planned)
    if row is None or order.status != "planned":
        raise Conflict(f"order {order.number} is {order.status}", where=f"order {order.number}", hint="plan it first")
    part = _part(service, row)
    asked = documents.parse(service.content.get(order.specification), "hanse-order/1")
    evidence = json.loads(service.content.get(row.evidence))
    job = next(name for name, number in evidence["orders"].items() if number == order.number)
    work = pieces(part)[job]
    if len(work) > MOST_MILESTONES:
        raise Conflict(
            f"{len(work)} members work for it; an agreement holds {MOST_MILESTONES}", where=f"order {order.number}"
        )
    strangers = sorted(set(compensation) - {piece.member for piece in work})
    if strangers:
        raise InputError(f"{strangers[0]} does not work for order {order.number}", where="compensation")
    members = reading.members_by_id(service)
    addresses = {f"member/{piece.member}": members[piece.member].address for piece in work if piece.member in members}
    first, second = arbiters or _arbiters(service, {order.customer, proposer, *addresses.values()})
    addresses |= {COORDINATOR: proposer, SOLVER: row.solver, ARBITER: first, SECOND_ARBITER: second}

    def address(role: str) -> str:
        if role not in addresses:
            raise NotThere("a member of the plan is not registered", where=role)
        return addresses[role]

    known = Order(
        order.number, job, asked["customer"], order.customer, order.product, order.quantity, order.specification,
        order.deposit, 0,
    )  # fmt: skip
    extra = {name: Extra(one.amount, one.subsidy) for name, one in compensation.items()}
    document = service.content.put(documents.deal(order.number, job, row.plan, work))
    return deal(part, known, work, document, moment, address, extra, version)


def _part(service: Service, row: BlockRow) -> Part:
    evidence = json.loads(service.content.get(row.evidence))
    problem = hanse_json.read_problem(service.content.get(evidence["problem"]))
    plan = hanse_json.read_plan(service.content.get(evidence["plan"]))
    block = Block(row.number, row.hash, row.previous, row.evidence, row.solver, row.orders, row.place.transaction, 0)
    return Part(problem, plan, (), block)


def _arbiters(service: Service, parties: set[str]) -> tuple[str, str]:
    """The first two arbiters of the league that are not parties, people before keys that nobody looks after."""
    holders = [one for one in service.holders("arbiter") if one not in parties]
    own = [service.league.address(role) for role in (ARBITER, SECOND_ARBITER)]
    ranked = [one for one in holders if one not in own] + own
    return ranked[0], ranked[1]
