"""Products and orders: what can be made, what is wanted, who can make it, and what became of it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Response

from hanse.app import documents
from hanse.app.api import governing, reading, shapes
from hanse.app.api.callers import Caller, Coordinator, Key, SignedIn
from hanse.app.api.problems import Conflict, NotAllowed, NotThere
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.rights import check_licence
from hanse.app.cases.case import CaseProduct
from hanse.errors import InputError
from hanse.governance.charter import term
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.ledger.tables import OrderRow
from hanse.market.matching import answer, service_set
from hanse.model.canonical import canonical, digest
from hanse.rights.sealing import head_of

router = made("orders")

PLACE_GAS = 250_000
"""An order takes at most 150,000; it cannot be asked before the deposit is allowed."""

CAN_WORK = ("ACCEPT", "PARTIAL")

MOST_ANSWERS = 500
"""Members asked in one transaction."""

Status = Annotated[
    Literal["open", "cancelled", "planned", "refunded", "agreed"] | None, Query(description="Only these.")
]


@router.get("/products", response_model=shapes.Page[shapes.ProductNow])
def products(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.ProductNow]:
    """What can be ordered."""
    service = who.service
    return reading.pages.page(
        service.lookup.products, lambda row: row.number, lambda row: reading.orders.product(service, row), cursor, limit
    )


@router.get("/products/{number}", response_model=shapes.ProductNow)
def product(who: SignedIn, number: Numbered) -> shapes.ProductNow:
    """One product."""
    row = who.service.lookup.product(number)
    if row is None:
        raise NotThere(f"there is no product {number}", where=f"product {number}")
    return reading.orders.product(who.service, row)


@router.post("/products", **TAKEN)
def add_product(who: Coordinator, key: Key, body: shapes.AddProduct, response: Response) -> shapes.ActionNow:
    """List a product and the services that making it takes."""
    service = who.service

    def build() -> list[Wanted]:
        required = service_set(body.required, reading.members.services(service))
        plans = who.put(documents.product(CaseProduct(body.id, body.name, tuple(body.required))))
        return [service.message("ProductCatalogue", "add", required, hash_bytes(plans))]

    return taken(who, response, key, "list a product", None, body, build)


@router.delete("/products/{number}", **TAKEN)
def retire_product(who: Coordinator, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """No more orders for a product."""
    if who.service.lookup.product(number) is None:
        raise NotThere(f"there is no product {number}", where=f"product {number}")
    message = who.service.message
    return taken(
        who, response, key, "retire a product", number, None, lambda: [message("ProductCatalogue", "retire", number)]
    )


@router.get("/orders", response_model=shapes.Page[shapes.OrderNow])
def orders(
    who: SignedIn, status: Status = None, cursor: Cursor = None, limit: Limit = 50
) -> shapes.Page[shapes.OrderNow]:
    """Orders you can see: your own, those you can work for, for the league's staff all."""
    lookup, eyes = who.service.lookup, who.eyes
    return reading.pages.page(
        lambda after, most: lookup.orders(after, most, eyes, status or ""),
        lambda row: row.number,
        reading.orders.order,
        cursor,
        limit,
    )


@router.get("/orders/{number}", response_model=shapes.OrderStory)
def order(who: SignedIn, number: Numbered) -> shapes.OrderStory:
    """An order with its whole story: who could make it, the plan, the agreement, each piece of work and its payment."""
    return reading.orders.story(who, number)


@router.post("/orders", **TAKEN)
def place(who: SignedIn, key: Key, body: shapes.PlaceOrder, response: Response) -> shapes.ActionNow:
    """Place an order; its deposit is taken from your money and held by the contract."""
    return taken(who, response, key, "place an order", None, body, lambda: _order(who, key, body))


@router.delete("/orders/{number}", **TAKEN)
def cancel(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Take back an open order of your own; the deposit comes back."""
    row = _own(who, number)

    def build() -> list[Wanted]:
        return [who.service.message("OrderBook", "cancel", row.number)]

    return taken(who, response, key, "cancel an order", number, None, build)


@router.post("/orders/{number}/refund", **TAKEN)
def refund(who: Coordinator, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Give the deposit of a planned order back that nobody will agree on."""
    reading.orders.own_order(who, number)
    message = who.service.message
    return taken(who, response, key, "refund an order", number, None, lambda: [message("OrderBook", "refund", number)])


@router.post("/orders/{number}/matching", **TAKEN)
def match(who: SignedIn, key: Key, number: Numbered, response: Response) -> shapes.ActionNow:
    """Have the contract answer which certified members can make an open order. For its customer and coordinators."""
    row = reading.orders.own_order(who, number)
    if row.customer != who.address and "coordinator" not in who.offices:
        raise NotAllowed("only its customer and coordinators have an order matched", where=f"order {number}")

    def build() -> list[Wanted]:
        numbers = who.service.lookup.certified()
        if not numbers:
            raise Conflict("no member is certified yet", where="members", hint="certify members first")
        _readers(who, row)
        parts = [numbers[i : i + MOST_ANSWERS] for i in range(0, len(numbers), MOST_ANSWERS)]
        return [who.service.message("Matching", "matchMany", number, tuple(part)) for part in parts]

    return taken(who, response, key, "match an order", number, None, build)


def _own(who: Caller, number: int) -> OrderRow:
    row = reading.orders.own_order(who, number)
    if row.customer != who.address:
        raise NotAllowed("this is somebody else's order", where=f"order {number}")
    return row


def _drawing(who: Caller, content: str, quantity: int) -> dict[str, str | int]:
    """What an order says of its drawing. Raises NotThere if the caller did not send it, Conflict if it is another's
    design and there is no licence for so many pieces."""
    service = who.service
    sent = service.uploads.of(who.address, content)
    if sent.file.lower().endswith(".json"):
        raise InputError("a json file is no drawing", where="drawing", hint="pdf, step, dxf, stl, png, jpg or svg")
    if service.vault.owner(content) is None:
        return sent._asdict()
    head = head_of(service.content.get(content))
    check_licence(who, head.design, quantity)
    return {"content": content, "file": head.file, "bytes": head.bytes, "design": head.design}


def _readers(who: Caller, row: OrderRow) -> None:
    """The members that are asked may read the order's drawing, if its owner's key is here and unlocked."""
    service = who.service
    content = ((reading.orders.specification(service, row) or {}).get("drawing") or {}).get("content", "")
    wanted = service.lookup.product(row.product)
    if not who.managed or wanted is None or service.vault.owner(content) != who.address:
        return
    key = who.key()
    assert key is not None
    asked = [
        one.address for one in service.lookup.members(0, 2**31) if answer(wanted.required, one.offered) in CAN_WORK
    ]
    who.after.append(lambda: service.vault.share(content, key, asked))


def _order(who: Caller, key: str, body: shapes.PlaceOrder) -> list[Wanted]:
    """The deposit is allowed, to the cent, and taken by placing the order right after."""
    service = who.service
    row = service.lookup.product(body.product)
    if row is None or not row.active:
        raise NotThere(f"there is no product {body.product} to be ordered", where=f"product {body.product}")
    least = governing.terms(service)[term("deposit").number]
    if body.deposit < least:
        raise Conflict(
            f"the league's charter asks for a deposit of {least / 100:.2f} at least",
            where="deposit",
            hint="GET /api/v1/charter has all its parameters",
        )
    has = reading.money.purse(service, who.address, "account")
    if has < body.deposit:
        raise Conflict(
            f"the deposit is {body.deposit / 100:.2f} and you have {has / 100:.2f}",
            where="deposit",
            hint="a treasurer of the league gives you money against what you pay it",
        )
    drawing = None if body.drawing is None else _drawing(who, body.drawing, body.quantity)
    job = body.job or "J" + digest(canonical([who.address, key]))[2:10]
    said = documents.specification(
        job=job,
        customer=who.name,
        product=reading.orders.product(service, row).id,
        quantity=body.quantity,
        release=body.release,
        due=body.due,
        weight=body.weight,
        budget=body.budget,
        min_quality=body.min_quality,
        origin=body.origin,
        destination=body.destination,
        drawing=drawing,
    )
    words = (
        body.product,
        body.quantity,
        hash_bytes(who.say(said.decode())),
        body.due or 0,
        body.deposit,
    )
    allow = service.message("LeagueToken", "approve", service.league.addresses.orders, body.deposit)
    placing = service.message("OrderBook", "place", *words, gas=PLACE_GAS)
    return [allow, placing] if body.deposit else [service.message("OrderBook", "place", *words)]


@router.get("/orders/{number}/contribution", response_model=shapes.ContributionNow)
def contribution(who: SignedIn, number: Numbered) -> shapes.ContributionNow:
    """Who added what to a planned order that you may see: counted now, for at most 16 members that work for it."""
    from hanse.app.api.adding import added  # solvers come with it

    return added(who.service, reading.orders.own_order(who, number))
