"""Members: who they are, what they offer, whether a notary has certified it, and how they have done."""

from __future__ import annotations

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app import documents
from hanse.app.api import reading, shapes
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
    return reading.page(
        service.lookup.members, lambda row: row.number, lambda row: reading.member(service, row), cursor, limit
    )


@router.get("/members/{address}", response_model=shapes.MemberNow)
def member(who: SignedIn, address: Addressed) -> shapes.MemberNow:
    """One member."""
    return reading.member(who.service, _member(who, address))


@router.get("/members/{address}/reputation", response_model=shapes.Reputation)
def reputation(who: SignedIn, address: Addressed) -> shapes.Reputation:
    """What settled orders say of an account, as a member and as a customer; anybody can recompute it."""
    return standing(who.service, to_checksum_address(address))


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
    """Certify exactly what a member says of itself: the description you have seen."""
    row = _member(who, address)

    def build() -> list[Wanted]:
        if row.metadata != body.description:
            raise Conflict("the member says something else now", where=address, hint="look again, then certify that")
        words = row.address, row.claimed, hash_bytes(body.description)
        return [who.service.message("MemberRegistry", "certify", *words)]

    return taken(who, response, key, "certify a member", row.address, body, build)


@router.post("/members/{address}/revocation", **TAKEN)
def revoke(who: Notary, key: Key, address: Addressed, body: shapes.Revoke, response: Response) -> shapes.ActionNow:
    """Withdraw a certificate, with the reason."""
    row = _member(who, address)

    def build() -> list[Wanted]:
        reason = who.service.content.put(body.reason.encode())
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
    names = reading.services(service)
    offered = service_set(body.services, names)
    known = reading.members_by_id(service).get(body.id)
    if known is not None and known.address != who.address:
        raise Conflict(f"member {body.id} is somebody else", where="id", hint="choose another id")
    catalogue = service.content.put(documents.services(names))
    said = CaseMember(body.id, body.name, tuple(name for name in names if name in body.services))
    description = service.content.put(documents.member(said, catalogue))
    return service.message("MemberRegistry", function, offered, hash_bytes(description))
