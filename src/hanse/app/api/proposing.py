"""From a planned order to the deal its parties sign: who does what, for how much, until when (`voyage/terms.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from hanse.app import documents
from hanse.app.admission import check_members
from hanse.app.api import governing, reading, shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.service import Service
from hanse.app.loyal import TOPIC, cheaper, read_policy, taken
from hanse.app.record import Block, Order, Part
from hanse.app.voyage.dividing import shared
from hanse.app.voyage.terms import MOST_MILESTONES, SIGNING, SOLVER, Extra, deal, in_instalments, pieces
from hanse.errors import EvidenceError, HanseError, InputError
from hanse.governance.charter import lawful
from hanse.instances import hanse_json
from hanse.ledger.deal import Deal
from hanse.ledger.league import ARBITER, COORDINATOR, SECOND_ARBITER, hash_text
from hanse.ledger.tables import BlockRow, OrderRow
from hanse.value.liability import Liability
from hanse.value.loyalty import DEFAULT, LoyaltyPolicy, Taken

__all__ = ["SIGNING", "divides", "proposal"]


def proposal(
    who: Caller,
    order: OrderRow,
    compensation: Mapping[str, shapes.Compensation],
    arbiters: tuple[str, str] | None,
    moment: int,
    version: int = 1,
    *,
    by_contribution: bool = False,
    liability: Liability | None = None,
    instalments: bool = False,
    loyal: int | None = None,
) -> Deal:
    """The deal of a planned order, proposed by its caller. moment: when it was thought of, seconds since 1970.
    by_contribution: prices divide what the customer's budget leaves by contribution; instalments: the customer pays
    later for what begins later; loyal: the number of the agreement (0: a new one) whose fee the customer's points
    lower, None for none. Raises Conflict, NotThere, InputError."""
    service, proposer = who.service, who.address
    row = None if order.planned is None else service.lookup.block(order.planned)
    if row is None or order.status != "planned":
        raise Conflict(f"order {order.number} is {order.status}", where=f"order {order.number}", hint="plan it first")
    check_use(service, order)
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
    members = reading.members.members_by_id(service)
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
    work, division = shared(part.problem, job, work, extra) if by_contribution else (work, None)
    document = who.put(documents.deal(order.number, job, row.plan, work, division))
    made = deal(part, known, work, document, moment, address, extra, version)
    made = in_instalments(made) if instalments else made
    ends = replace(made.conditions, liability=0 if liability is None else liability.word)
    made = replace(made, conditions=lawful(ends, governing.terms(service)))
    check_members(made, governing.terms(service), service.lookup, int(service.clock.now()), Conflict)
    if loyal is None:
        return made
    name, policy = loyalty_policy(service)
    gone = points_taken(service, made.customer, loyal)
    ends, _ = cheaper(made, service.lookup.settled_with(made.customer), gone, moment, policy)
    words: dict[str, int | str] = {"fee": made.conditions.fee, "at": moment}
    if name:
        words["policy"] = name
    told = documents.deal(order.number, job, row.plan, work, division, words)
    return replace(made, conditions=ends, document=who.put(told))


def points_taken(service: Service, account: str, but: int = 0) -> list[Taken]:
    """What agreements of an account, in force or to be signed, took of its points."""
    rows = service.lookup.agreements(0, 2**31, account)
    return taken(rows, service.content, but=but)


def loyalty_policy(service: Service) -> tuple[str, LoyaltyPolicy]:
    """By which loyalty is counted now, and its hash: the newest that a coordinator of now has anchored, or without one
    ours, which has none."""
    for row in reversed(service.lookup.anchors(hash_text(TOPIC))):
        if service.spoke("coordinator", row.account, row.place) and service.content.has(row.root):
            with suppress(HanseError):  # what is no policy sets none
                return row.root, read_policy(service.content.get(row.root))
    return "", DEFAULT


def check_use(service: Service, order: OrderRow) -> None:
    """Raises Conflict for an order whose drawing is another's design, if it uses no licence of it."""
    drawing = (reading.orders.specification(service, order) or {}).get("drawing")
    design = service.lookup.design(str(drawing.get("design", ""))) if isinstance(drawing, dict) else None
    if design is None or design.owner == order.customer:
        return
    if design.design not in {one.design for one in service.lookup.uses(order.number)}:
        raise Conflict(
            "its drawing is a registered design, and the order uses no licence of it",
            where=f"order {order.number}",
            hint="the customer uses a licence for it first: hanse rights use",
        )


def divides(service: Service, deal: Deal) -> bool:
    """Whether the prices of a deal say that they divide by contribution."""
    if not service.content.has(deal.document):
        return False
    try:
        return "division" in documents.parse(service.content.get(deal.document), "hanse-deal/1")
    except EvidenceError:
        return False  # a document of another program


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
