"""Agreements: proposed, weighed, signed or declined."""

from __future__ import annotations

from dataclasses import astuple
from typing import Annotated, Literal

from eth_utils.address import to_checksum_address
from fastapi import Query, Response

from hanse.app.api import reading, shapes
from hanse.app.api.acting import party_of, refuse, signs_as
from hanse.app.api.callers import Caller, Coordinator, Key, SignedIn
from hanse.app.api.problems import Conflict, NotAllowed
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.loyal import said
from hanse.errors import InputError
from hanse.ledger.agreements import REASONS, Wish
from hanse.ledger.desk import Wanted
from hanse.ledger.league import NOTHING, hash_bytes
from hanse.ledger.lookup.changes import Change
from hanse.ledger.rounds import chain_now
from hanse.ledger.settlement_tables import AgreementRow
from hanse.value.liability import Liability

router = made("agreements")

Status = Annotated[Literal["open", "declined", "active"] | None, Query(description="Only these.")]
Mine = Annotated[bool, Query(description="Only those that you are to sign and have not.")]
Own = Annotated[bool, Query(description="Only those that you are a party or the proposer of, also if you see all.")]
Running = Annotated[bool, Query(description="Only those that can still be signed, or whose work has not all ended.")]


For = Annotated[
    str | None,
    Query(pattern="^0x[0-9a-fA-F]{40}$", description="Whose clerk, or new key, you are; left out: yourself."),
]


@router.get("/agreements", response_model=shapes.Page[shapes.AgreementNow])
def agreements(
    who: SignedIn,
    status: Status = None,
    waiting: Mine = False,
    own: Own = False,
    running: Running = False,
    party: For = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> shapes.Page[shapes.AgreementNow]:
    """Agreements you are a party of, for the league's staff all. With `waiting`: what needs your answer."""
    service = who.service
    acting = _acting(who, party)

    def rows(after: int, most: int) -> list[AgreementRow]:
        if not waiting:
            eyes = acting or (who.address if own else who.eyes)
            return service.lookup.agreements(after, most, eyes, status or "", running=running)
        found: list[AgreementRow] = []
        while len(found) < most and (part := service.lookup.agreements(after, 200, acting or who.address, "open")):
            found += [row for row in part if _waits_for(who, acting or who.address, row)]
            after = part[-1].number
        return found[:most]

    return reading.pages.page(
        rows, lambda row: row.number, lambda row: reading.agreements.agreement(service, row), cursor, limit
    )


@router.get("/agreements/{number}", response_model=shapes.AgreementNow)
def agreement(who: SignedIn, number: Numbered, party: For = None) -> shapes.AgreementNow:
    """One agreement: what is promised, who has signed, where each piece of work stands."""
    return reading.agreements.agreement(who.service, reading.agreements.own_agreement(who, number, _acting(who, party)))


@router.post("/agreements", **TAKEN)
def propose(who: Coordinator, key: Key, body: shapes.Propose, response: Response) -> shapes.ActionNow:
    """Propose the agreement of a planned order: as planned, with what you add."""
    service = who.service
    order = reading.orders.own_order(who, body.order)

    def build() -> list[Wanted]:
        from hanse.app.api.proposing import proposal  # a plan's words come with drawing and solvers

        moment = chain_now(service.quick(), service.clock)
        borne = None if body.liability is None else Liability(**body.liability.model_dump())
        deal = proposal(
            who, order, body.compensation, body.arbiters, moment,
            by_contribution=body.by_contribution, liability=borne, instalments=body.instalments,
            loyal=0 if body.loyalty else None,
        )  # fmt: skip
        return [service.message("Agreements", "propose", deal.words())]

    return taken(who, response, key, "propose an agreement", None, body, build)


@router.post("/agreements/{number}/version", **TAKEN)
def revise(who: Coordinator, key: Key, number: Numbered, body: shapes.Revise, response: Response) -> shapes.ActionNow:
    """Put a version with other compensations in the place of the present one, of a proposal of yours. Prices that
    divide by contribution do so again."""
    service, row = who.service, reading.agreements.own_agreement(who, number)
    if row.deal.proposer != who.address:
        raise NotAllowed("only its proposer revises an agreement", where=f"agreement {number}")
    order = reading.orders.own_order(who, row.deal.order)

    def build() -> list[Wanted]:
        from hanse.app.api.proposing import SIGNING, divides, proposal

        ends, moment = row.deal.conditions, row.deal.deadline - SIGNING
        arbiters = ends.arbiter, ends.second_arbiter
        deal = proposal(
            who, order, body.compensation, arbiters, moment, version=row.deal.version + 1,
            by_contribution=divides(service, row.deal), liability=Liability.of(ends.liability),
            instalments=any(one.fund_by for one in row.deal.milestones),
            loyal=None if said(row, service.content) is None else number,
        )  # fmt: skip
        return [service.message("Agreements", "revise", number, deal.words())]

    return taken(who, response, key, "revise an agreement", number, body, build)


@router.get("/agreements/{number}/acceptance", response_model=shapes.AcceptanceToSign)
def acceptance(who: SignedIn, number: Numbered, party: For = None) -> shapes.AcceptanceToSign:
    """What you sign to accept the present version: typed data, as a wallet shows it."""
    signs = _acting(who, party) or who.address
    service, row = who.service, _as_party(who, number, signs)
    return shapes.AcceptanceToSign(typed=service.signatures.to_sign(number, row.deal, signs, _nonce(who, signs)))


@router.post("/agreements/{number}/signature", response_model=shapes.AgreementNow)
def sign(who: SignedIn, number: Numbered, body: shapes.Sign) -> shapes.AgreementNow:
    """Accept the present version. When all have signed, and the customer's money is there, it becomes active."""
    party = party_of(who, None if body.party is None else to_checksum_address(body.party))
    service, row = who.service, _as_party(who, number, party)
    nonce, itself = _nonce(who, party), signs_as(who, party, row.deal)
    if body.signature is not None:
        signature = bytes.fromhex(body.signature[2:])
    else:
        key = who.key()
        if key is None:
            raise InputError("a wallet signs by itself", where="signature", hint=f"GET /agreements/{number}/acceptance")
        signature = service.signatures.by_key(key, number, row.deal, party, nonce)
    try:
        service.signatures.put(row, party, nonce, signature, who.address, clerk=not itself)
    except InputError as no:
        refuse(service, "agreement", who.address, "NOT_SIGNED", no.message)
        raise
    service.say(Change("agreement", str(number)))
    service.remind()
    return reading.agreements.agreement(service, row)


@router.post("/agreements/{number}/refusal", **TAKEN)
def decline(who: SignedIn, key: Key, number: Numbered, body: shapes.Decline, response: Response) -> shapes.ActionNow:
    """Say no to the present version. Nothing was locked; the order can be proposed otherwise."""
    row = _as_party(who, number, who.address, proposer=True)

    def build() -> list[Wanted]:
        words = number, row.deal.words(), REASONS.index(body.reason)
        return [who.service.message("Agreements", "decline", *words)]

    return taken(who, response, key, "decline an agreement", [number, row.deal.version], body, build)


@router.post("/agreements/{number}/counter", **TAKEN)
def counter(who: SignedIn, key: Key, number: Numbered, body: shapes.Counter, response: Response) -> shapes.ActionNow:
    """Say what you would sign instead."""
    service, row = who.service, _as_party(who, number, who.address)
    if body.milestone >= len(row.deal.milestones):
        raise InputError(f"there is no milestone {body.milestone}", where="milestone")

    def build() -> list[Wanted]:
        wish = Wish(body.milestone, body.price, body.compensation, body.start_by, body.due)
        document = who.say(body.words) if body.words else NOTHING
        words = number, row.deal.words(), astuple(wish), hash_bytes(document)
        return [service.message("Agreements", "counter", *words)]

    return taken(who, response, key, "ask for other terms", [number, row.deal.version], body, build)


@router.post("/signatures/withdrawal", **TAKEN)
def withdraw(who: SignedIn, key: Key, response: Response) -> shapes.ActionNow:
    """Make all your signatures void that nobody has used."""

    def build() -> list[Wanted]:
        who.after.append(lambda: who.service.signatures.drop(who.address))
        return [who.service.message("Agreements", "withdrawSignatures")]

    return taken(who, response, key, "withdraw signatures", None, None, build)


def _as_party(who: Caller, number: int, party: str, *, proposer: bool = False) -> AgreementRow:
    """An agreement of this party, which the caller is or acts for. Raises NotThere, NotAllowed, Conflict."""
    row = reading.agreements.own_agreement(who, number, party)
    if party not in row.deal.parties() and not (proposer and party == row.deal.proposer):
        raise NotAllowed("you are no party of this agreement", where=f"agreement {number}")
    if row.status != "open":
        raise Conflict(f"the agreement is {row.status}", where=f"agreement {number}")
    return row


def _waits_for(who: Caller, party: str, row: AgreementRow) -> bool:
    return party in row.deal.parties() and party not in who.service.signatures.of(row.number, row.deal)


def _acting(who: Caller, party: str | None) -> str | None:
    """For whom the caller looks; None for itself."""
    return None if party is None else party_of(who, to_checksum_address(party))


def _nonce(who: Caller, party: str) -> int:
    """How often a party has withdrawn its signatures."""
    return int(who.service.ask("Agreements", "nonces", party))
