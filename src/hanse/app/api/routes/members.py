"""Members: who they are, what they offer, whether a notary has certified it, and how they have done."""

from __future__ import annotations

from typing import Annotated

from eth_utils.address import to_checksum_address
from fastapi import Query, Response

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.admitting import check_notary
from hanse.app.api.callers import Caller, Key, Member, Notary, SignedIn
from hanse.app.api.problems import Conflict, NotThere
from hanse.app.api.routes.base import TAKEN, Addressed, Cursor, Limit, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.standing import standing
from hanse.app.cases.case import CaseMember
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.ledger.tables import MemberRow
from hanse.market.matching import service_set

router = made("members")


@router.get("/members", response_model=shapes.Page[shapes.MemberNow])
def members(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.MemberNow]:
    """All members, by number."""
    service = who.service
    return reading.pages.page(
        service.lookup.members, lambda row: row.number, lambda row: reading.members.member(service, row), cursor, limit
    )


@router.get("/members/{address}", response_model=shapes.MemberNow)
def member(who: SignedIn, address: Addressed) -> shapes.MemberNow:
    """One member."""
    return reading.members.member(who.service, _member(who, address))


@router.get("/members/{address}/reputation", response_model=shapes.Reputation)
def reputation(who: SignedIn, address: Addressed) -> shapes.Reputation:
    """What settled orders say of an account, as a member and as a customer; anybody can recompute it."""
    return standing(who.service, to_checksum_address(address))


@router.get("/resources", response_model=list[shapes.ResourceNow])
def resources(
    who: SignedIn,
    kind: Annotated[shapes.ResourceKind | None, Query(description="Only these.")] = None,
    name: Annotated[str, Query(max_length=64, description="Part of its name.")] = "",
    capacity: Annotated[int, Query(ge=1, le=2**53 - 1, description="At least so many units.")] = 1,
    price: Annotated[int | None, Query(ge=0, le=2**40 - 1, description="Cents a unit, at most.")] = None,
    at: Annotated[int | None, Query(ge=0, le=2**40 - 1, description="Available at this moment.")] = None,
    certified: Annotated[bool, Query(description="Only of members that are certified.")] = True,
    limit: Limit = 50,
) -> list[shapes.ResourceNow]:
    """Computing, storage, software and data that members let others use: the cheapest first, then by name."""

    def fits(one: shapes.ResourceNow) -> bool:
        return (
            kind in (None, one.kind)
            and name.casefold() in one.name.casefold()
            and one.capacity >= capacity
            and (price is None or one.price <= price)
            and (at is None or (one.available_from or 0) <= at < (one.available_until or at + 1))
            and (one.certified or not certified)
        )

    found = [one for one in reading.members.resources(who.service) if fits(one)]
    return sorted(found, key=lambda one: (one.price, one.name.casefold(), one.member))[:limit]


@router.post("/members", **TAKEN)
def register(who: SignedIn, key: Key, body: shapes.Register, response: Response) -> shapes.ActionNow:
    """Register oneself. It counts once a notary has certified it."""
    return taken(who, response, key, "register", None, body, lambda: [_claim(who, body, "register")])


@router.put("/members/me", **TAKEN)
def update(who: Member, key: Key, body: shapes.Register, response: Response) -> shapes.ActionNow:
    """Change what one offers; it must be certified anew."""
    return taken(who, response, key, "change what is offered", None, body, lambda: [_claim(who, body, "update")])


@router.post("/members/{address}/certificate", **TAKEN)
def certify(who: Notary, key: Key, address: Addressed, body: shapes.Certify, response: Response) -> shapes.ActionNow:
    """Certify exactly what a member says of itself: the description you have seen. With what other notaries state of
    you, if the league's charter asks for that."""
    row = _member(who, address)

    def build() -> list[Wanted]:
        if row.metadata != body.description:
            raise Conflict("the member says something else now", where=address, hint="look again, then certify that")
        check_notary(who, body.standing)
        words = row.address, row.claimed, hash_bytes(body.description)
        return [who.service.message("MemberRegistry", "certify", *words)]

    return taken(who, response, key, "certify a member", row.address, body, build)


@router.post("/members/{address}/revocation", **TAKEN)
def revoke(who: Notary, key: Key, address: Addressed, body: shapes.Revoke, response: Response) -> shapes.ActionNow:
    """Withdraw a certificate, with the reason."""
    row = _member(who, address)

    def build() -> list[Wanted]:
        reason = who.put(body.reason.encode())
        return [who.service.message("MemberRegistry", "revoke", row.address, hash_bytes(reason))]

    return taken(who, response, key, "revoke a certificate", row.address, body, build)


def _member(who: Caller, address: str) -> MemberRow:
    row = who.service.lookup.member(to_checksum_address(address))
    if row is None:
        raise NotThere("this account is no member", where=address)
    return row


def _claim(who: Caller, body: shapes.Register, function: str) -> Wanted:
    """What the registry is told: services as a set, and the hash of a description that names the list they are from."""
    service = who.service
    names = reading.members.services(service)
    offered = service_set(body.services, names)
    known = reading.members.members_by_id(service).get(body.id)
    if known is not None and known.address != who.address:
        raise Conflict(f"member {body.id} is somebody else", where="id", hint="choose another id")
    catalogue = who.put(documents.services(names))
    place = None if body.place is None else body.place.model_dump()
    said = body.resources
    if said is None:
        own = service.lookup.member(who.address)
        said = [] if own is None else reading.members.member(service, own).resources
    resources = [one.model_dump() for one in said]
    its = CaseMember(
        body.id, body.name, tuple(name for name in names if name in body.services), place, tuple(resources)
    )
    description = who.put(documents.member(its, catalogue))
    return service.message("MemberRegistry", function, offered, hash_bytes(description))
