"""Products and orders, with all that became of them."""

from __future__ import annotations

from typing import Any

from hanse.app.api import shapes
from hanse.app.api.callers import Caller
from hanse.app.api.problems import NotThere
from hanse.app.api.reading.agreements import agreement
from hanse.app.api.reading.documents import document
from hanse.app.api.reading.members import profile
from hanse.app.api.reading.planning import block
from hanse.app.api.service import Service
from hanse.ledger.tables import OrderRow, ProductRow


def product(service: Service, row: ProductRow) -> shapes.ProductNow:
    said = document(service, row.plans, "hanse-product/1") or {"id": "", "name": "", "required": []}
    return shapes.ProductNow(
        number=row.number, id=said["id"], name=said["name"], required=list(said["required"]), active=row.active
    )


def order(row: OrderRow) -> shapes.OrderNow:
    return shapes.OrderNow(
        number=row.number,
        customer=row.customer,
        product=row.product,
        quantity=row.quantity,
        due=row.due,
        deposit=row.deposit,
        status=row.status,
        block=row.planned,
        specification=row.specification,
    )


def specification(service: Service, row: OrderRow) -> dict[str, Any] | None:
    """What an order asks for; None if we do not have it, or it is another's."""
    return document(service, row.specification, "hanse-order/1") if its_own(service, row) else None


def its_own(service: Service, row: OrderRow) -> bool:
    """Whether an order's specification is its customer's: by who sent it, or where it did not come through us by who
    named it first. Whoever names another's in an order of its own would else read it."""
    if service.uploads.sent(row.customer, row.specification):
        return True
    first = service.lookup.first_to_specify(row.specification)
    return first == row.customer and not service.uploads.by(row.specification)


def own_order(who: Caller, number: int) -> OrderRow:
    """An order that the caller may see. Raises NotThere, also for one it may not."""
    row = who.service.lookup.order(number, who.eyes)
    if row is None:
        raise NotThere(f"there is no order {number} that you can see", where=f"order {number}")
    return row


def story(who: Caller, number: int) -> shapes.OrderStory:
    """An order, whole."""
    service, row = who.service, own_order(who, number)
    lookup = service.lookup
    answers = []
    for one in lookup.answers(number):
        its = lookup.member(one.member)
        name = "" if its is None else profile(service, its)["id"]
        answers.append(
            shapes.AnswerNow(member=one.member, id=name, answer=one.answer, required=one.required, offered=one.offered)
        )
    planned = None if row.planned is None else lookup.block(row.planned)
    # A member sees only the agreements it is in: prices of the others are theirs.
    its_own = who.sees_all or row.customer == who.address
    agreements = [
        one
        for one in lookup.agreements_of(number)
        if its_own or who.address in (*one.deal.parties(), one.deal.proposer)
    ]
    return shapes.OrderStory(
        order=order(row),
        asked=specification(service, row) or {},
        answers=answers,
        block=None if planned is None else block(planned),
        agreements=[agreement(service, one) for one in agreements],
    )
