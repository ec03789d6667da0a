"""Passports of products: made for whoever sees the order, published by its customer, read by everybody."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from hanse.app import passports
from hanse.app.api import reading, shapes
from hanse.app.api.callers import Caller, Key, SignedIn, TheService
from hanse.app.api.problems import Conflict, NotAllowed, NotThere, TooOften
from hanse.app.api.routes.base import TAKEN, Hashed, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.service import Service
from hanse.app.passport_page import page
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes, hash_text
from hanse.ledger.rpc import RpcChain
from hanse.model.canonical import canonical
from hanse.rights import life
from hanse.rights.passport import signed, to_sign, with_signature

router = made("passports")

pages = APIRouter(include_in_schema=False)
"""What a scanned code leads to: a page for people who have no account here."""


PER_MINUTE = 12
"""Drafts of one account: each reads the whole chain."""


def _drafting(who: SignedIn) -> Caller:
    if not who.service.tries.hit(PER_MINUTE, "passport", who.address):
        raise TooOften("too many passports of this account", where=who.name, hint="wait a minute")
    return who


Drafting = Annotated[Caller, Depends(_drafting)]


@router.get("/orders/{number}/passport", response_model=shapes.PassportDraft)
def draft(who: Drafting, number: Numbered) -> shapes.PassportDraft:
    """What an order's passport would say now, unsigned, and what a wallet signs to publish it."""
    made_now = _draft(who, number)
    return shapes.PassportDraft(passport=made_now, to_sign=to_sign(made_now))


@router.post("/orders/{number}/passport", status_code=201, response_model=shapes.PassportNow)
def publish(who: Drafting, number: Numbered, body: shapes.SignPassport) -> shapes.PassportNow:
    """Sign and publish the passport of an order of yours. Whoever has its name or scans its code reads it."""
    if reading.orders.own_order(who, number).customer != who.address:
        raise NotAllowed("only its customer publishes an order's passport", where=f"order {number}")
    made_now, service = _draft(who, number), who.service
    key = who.key()
    if body.signature is not None:
        whole = with_signature(made_now, who.address, bytes.fromhex(body.signature[2:]))
    elif key is not None:
        whole = signed(made_now, key)
    else:
        raise Conflict("your key is in your wallet", where="signature", hint="sign what GET gives to sign")
    name = service.content.put(canonical(whole))
    service.vault.published(name, number, who.address)
    return shapes.PassportNow(name=name, page=_address(service, name))


@router.post("/orders/{number}/life", **TAKEN)
def say_turn(who: SignedIn, key: Key, number: Numbered, body: shapes.SayTurn, response: Response) -> shapes.ActionNow:
    """Record what became of an order's product, to the day it is recycled. For its customer, its makers, and certified
    members; the passports that are made from then on list it."""
    service, turn = who.service, life.Turn(number, body.kind, body.words, body.materials)
    row = service.lookup.order(number)
    deals = service.lookup.agreements_of(number)
    makers = {one.member for deal in deals for one in deal.deal.milestones}
    if row is None or not (who.address in makers | {row.customer} or "certified" in who.offices):
        raise NotThere(f"there is no order {number} of yours", where=f"order {number}")

    def build() -> list[Wanted]:
        topic = life.topic(number)
        own = service.lookup.anchors(hash_text(topic), who.address)
        name = who.say(turn.document().decode())
        place = 1 + max((one.number for one in own), default=0)
        return [service.message("Anchors", "anchor", topic, place, hash_bytes(name))]

    return taken(who, response, key, "record what became of a product", number, body, build)


@router.get(
    "/passports/{name}",
    response_class=Response,
    responses={200: {"content": {"application/json": {"example": {"format": "hanse-passport/1"}}}}},
)
def passport(service: TheService, name: Hashed) -> Response:
    """A published passport, for everybody. Check it with `hanse passport verify`."""
    return Response(_published(service, name), media_type="application/json")


@pages.get("/passports/{name}", response_class=HTMLResponse)
def passport_page(service: TheService, name: Hashed) -> HTMLResponse:
    """The same for people, on a page that prints."""
    whole: dict[str, Any] = json.loads(_published(service, name))
    return HTMLResponse(page(whole, _address(service, name), f"/api/v1/passports/{name}"))


def _draft(who: Caller, number: int) -> dict[str, Any]:
    row = reading.orders.own_order(who, number)
    service, chain = who.service, who.service.quick()
    assert isinstance(chain, RpcChain)
    withheld = () if reading.orders.its_own(service, row) else (row.specification,)
    return passports.make(chain, service.league.addresses.by_contract(), service.content, number, withheld)


def _published(service: Service, name: str) -> bytes:
    if not service.vault.is_published(name) or not service.content.has(name):
        raise NotThere("there is no such passport", where=name)
    return service.content.get(name)


def _address(service: Service, name: str) -> str:
    return f"{service.settings.origin}/passports/{name}"
