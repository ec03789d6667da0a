"""Designs: registered, licensed, used by orders (docs/rights.md). What their owners are due, the service sends."""

from __future__ import annotations

from typing import Annotated

from eth_abi.abi import encode
from eth_utils.address import to_checksum_address
from fastapi import Query, Response

from hanse.app.api import reading, shapes
from hanse.app.api.callers import Arbiter, Caller, Key, SignedIn
from hanse.app.api.problems import Conflict, NotAllowed, NotThere
from hanse.app.api.routes.base import TAKEN, Cursor, Hashed, Limit, Numbered, taken
from hanse.app.api.routes.base import router as made
from hanse.app.api.routes.money import put_down
from hanse.ledger.design_tables import DesignRow, LicenceRow, UseRow
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.model.keccak import keccak

router = made("rights")

USE_GAS = 300_000
"""A use takes at most 200,000; it cannot be asked before the royalty is put down."""

Own = Annotated[bool, Query(description="Only those that are yours.")]


# --- designs ----------------------------------------------------------------------------------------------------


@router.get("/designs", response_model=shapes.Page[shapes.DesignNow])
def designs(who: SignedIn, own: Own = False, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.DesignNow]:
    """Registered designs, by hash: whose they are. What is in them only their readers know."""
    lookup = who.service.lookup
    return reading.pages.page(
        lambda after, most: lookup.designs(after, most, who.address if own else ""),
        lambda row: row.number,
        lambda row: _design(who, row),
        cursor,
        limit,
    )


@router.get("/designs/{design}", response_model=shapes.DesignNow)
def design(who: SignedIn, design: Hashed) -> shapes.DesignNow:
    """One design."""
    return _design(who, _known(who, design))


@router.post("/designs/seals", **TAKEN)
def seal(who: SignedIn, key: Key, body: shapes.SealDesign, response: Response) -> shapes.ActionNow:
    """Say that you will register a design, without saying which: whoever sees you register it comes too late."""
    service = who.service
    words = service.ledger.chain_id, service.league.addresses.designs, *map(hash_bytes, (body.design, body.salt))
    types = ["uint256", "address", "bytes32", "address", "bytes32"]
    sealed = keccak(encode(types, [words[0], words[1], words[2], who.address, words[3]]))
    return taken(who, response, key, "seal a design", None, body, lambda: [service.message("Designs", "seal", sealed)])


@router.post("/designs", **TAKEN)
def register(who: SignedIn, key: Key, body: shapes.RegisterDesign, response: Response) -> shapes.ActionNow:
    """Register a design that you have sealed before, in an earlier block."""
    known = who.service.lookup.design(body.design)

    def build() -> list[Wanted]:
        if known is not None:
            raise Conflict(
                "this file is registered already", where=body.design, hint=f"ask {known.owner} for a licence"
            )
        words = hash_bytes(body.design), tuple(map(hash_bytes, body.parents)), hash_bytes(body.salt)
        return [who.service.message("Designs", "register", *words)]

    return taken(who, response, key, "register a design", None, body, build)


@router.post("/designs/{design}/transfer", **TAKEN)
def transfer(
    who: SignedIn, key: Key, design: Hashed, body: shapes.TransferDesign, response: Response
) -> shapes.ActionNow:
    """Give a design of yours to another."""
    _owned(who, design)
    words, message = (hash_bytes(design), to_checksum_address(body.to)), who.service.message
    return taken(
        who, response, key, "give a design away", design, body, lambda: [message("Designs", "transfer", *words)]
    )


@router.post("/designs/{design}/contest", **TAKEN)
def contest(who: SignedIn, key: Key, design: Hashed, body: shapes.Evidence, response: Response) -> shapes.ActionNow:
    """Say, with evidence, that a design is yours. An arbiter decides."""
    _known(who, design)
    service = who.service

    def build() -> list[Wanted]:
        evidence = who.say(body.words)
        return [service.message("Designs", "contest", hash_bytes(design), hash_bytes(evidence))]

    return taken(who, response, key, "contest a design", design, body, build)


@router.post("/designs/{design}/decision", **TAKEN)
def decide(who: Arbiter, key: Key, design: Hashed, body: shapes.DecideContest, response: Response) -> shapes.ActionNow:
    """An arbiter decides whose a contested design is."""
    _known(who, design)
    service, claimant = who.service, to_checksum_address(body.claimant)

    def build() -> list[Wanted]:
        reason = who.say(body.words)
        words = hash_bytes(design), claimant, body.upheld, hash_bytes(reason)
        return [service.message("Designs", "decide", *words)]

    return taken(who, response, key, "decide a contest", design, body, build)


# --- licences ---------------------------------------------------------------------------------------------------


@router.get("/licences", response_model=shapes.Page[shapes.LicenceNow])
def licences(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.LicenceNow]:
    """Licences that you have given or got; for the league's staff all."""
    lookup = who.service.lookup
    return reading.pages.page(
        lambda after, most: lookup.licences(after, most, who.eyes), lambda row: row.number, _licence, cursor, limit
    )


@router.post("/licences", **TAKEN)
def license(who: SignedIn, key: Key, body: shapes.GiveLicence, response: Response) -> shapes.ActionNow:
    """License a design of yours: to whom, for how many pieces, until when, for how much a piece. It cannot be taken
    back before it ends."""
    _owned(who, body.design)
    licensee = to_checksum_address(body.licensee)
    terms = hash_bytes(body.design), licensee, body.pieces, body.order, body.until, body.royalty
    message = who.service.message
    return taken(who, response, key, "give a licence", None, body, lambda: [message("Designs", "license", terms)])


# --- orders -----------------------------------------------------------------------------------------------------


@router.get("/orders/{number}/designs", response_model=list[shapes.UseNow])
def uses(who: SignedIn, number: Numbered) -> list[shapes.UseNow]:
    """Designs that an order uses, and what is held for their owners."""
    reading.orders.own_order(who, number)
    return [_use(row) for row in who.service.lookup.uses(number)]


@router.post("/orders/{number}/designs", **TAKEN)
def use(who: SignedIn, key: Key, number: Numbered, body: shapes.UseLicence, response: Response) -> shapes.ActionNow:
    """Use a licence for an order of yours: its pieces are counted, and the royalty is held until the order ends."""
    row = reading.orders.own_order(who, number)
    if row.customer != who.address:
        raise NotAllowed("only its customer uses a licence for an order", where=f"order {number}")
    licence = who.service.lookup.licence(body.licence)
    if licence is None or licence.licensee != who.address:
        raise NotThere("you have no such licence", where=f"licence {body.licence}")

    def build() -> list[Wanted]:
        _covers(who, licence, row.quantity)
        lacks = licence.royalty * row.quantity - reading.money.purse(who.service, who.address, "designs")
        down = put_down(who, "designs", lacks)
        using = who.service.message("Designs", "use", body.licence, number, gas=USE_GAS if down else None)
        return [*down, using]

    return taken(who, response, key, "use a licence", number, body, build)


@router.delete("/orders/{number}/designs/{design}", **TAKEN)
def give_back(who: SignedIn, key: Key, number: Numbered, design: Hashed, response: Response) -> shapes.ActionNow:
    """Take a licence back from an open order of yours; its pieces and the royalty come back."""
    row = reading.orders.own_order(who, number)
    if row.customer != who.address:
        raise NotAllowed("only its customer takes a licence back", where=f"order {number}")
    message = who.service.message
    return taken(
        who,
        response,
        key,
        "take a licence back",
        [number, design],
        None,
        lambda: [message("Designs", "giveBack", number, hash_bytes(design))],
    )


def check_licence(who: Caller, design: str, quantity: int) -> None:
    """Raises Conflict if a design is another's and the caller has no licence for so many pieces of it now."""
    row = who.service.lookup.design(design)
    if row is None or row.owner == who.address:
        return
    mine = [
        one
        for one in who.service.lookup.licences(0, 2**31, who.address)
        if one.design == design and one.licensee == who.address
    ]
    now = who.service.clock.now()
    if not any(one.left >= quantity and now < one.until for one in mine):
        raise Conflict(
            f"this drawing is a registered design of another, and you have no licence for {quantity} pieces of it",
            where=f"design {design}",
            hint=f"ask {row.owner} for a licence",
        )


def _covers(who: Caller, licence: LicenceRow, quantity: int) -> None:
    where = f"licence {licence.number}"
    if licence.left < quantity:
        raise Conflict(f"{licence.left} pieces are left, the order is for {quantity}", where=where, hint="ask for more")
    if who.service.clock.now() >= licence.until:
        raise Conflict("the licence is over", where=where, hint="ask its owner for another")


def _known(who: Caller, design: str) -> DesignRow:
    row = who.service.lookup.design(design)
    if row is None:
        raise NotThere("nobody has registered this design", where=design)
    return row


def _owned(who: Caller, design: str) -> None:
    if _known(who, design).owner != who.address:
        raise NotAllowed("this is somebody else's design", where=design)


def _design(who: Caller, row: DesignRow) -> shapes.DesignNow:
    contests = [
        shapes.ContestNow(claimant=one.claimant, evidence=one.evidence, state=one.state)
        for one in who.service.lookup.contests(row.design)
    ]
    return shapes.DesignNow(
        number=row.number,
        design=row.design,
        author=row.author,
        owner=row.owner,
        parents=list(row.parents),
        time=row.time,
        contests=contests,
    )


def _licence(row: LicenceRow) -> shapes.LicenceNow:
    return shapes.LicenceNow(**{name: getattr(row, name) for name in shapes.LicenceNow.model_fields})


def _use(row: UseRow) -> shapes.UseNow:
    return shapes.UseNow(**{name: getattr(row, name) for name in shapes.UseNow.model_fields})
