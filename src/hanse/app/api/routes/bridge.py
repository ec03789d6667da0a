"""The other chain: what counts there, computed again here; proofs to take away, and proofs looked at step by step."""

from __future__ import annotations

import json
from typing import Annotated

from eth_utils.address import to_checksum_address
from fastapi import Query, Response

from hanse.app import bridging
from hanse.app.api import shapes
from hanse.app.api.bridges import Bridge
from hanse.app.api.callers import Caller, SignedIn
from hanse.app.api.problems import NotAllowed, NotThere
from hanse.app.api.routes.base import Numbered
from hanse.app.api.routes.base import router as made
from hanse.app.bridge_papers import proof_bytes, proof_of
from hanse.errors import InputError
from hanse.ledger.bridge.beacon import Posted
from hanse.ledger.tables import Place

router = made("bridge")


@router.get("/bridge", response_model=shapes.BridgeNow)
def bridge(who: SignedIn) -> shapes.BridgeNow:
    """Where this league is shown, and up to which block."""
    at = _bridge(who)
    scope = at.beacon.scope
    return shapes.BridgeNow(
        chain_id=scope.source,
        league=scope.league,
        other_chain_id=scope.target,
        beacon=scope.beacon,
        threshold=at.beacon.threshold(),
        height=at.source.chain.height(),
        statements=[_statement(at, one) for _, one in sorted(at.posted().items(), reverse=True)],
    )


@router.get("/bridge/statements/{number}", response_model=shapes.StatementChecked)
def statement(who: SignedIn, number: Numbered) -> shapes.StatementChecked:
    """A statement, computed again from this league's own chain."""
    at = _bridge(who)
    found = at.compared(number)
    if found is None:
        raise NotThere("no such statement counts on the other chain", where=f"statement {number}")
    return shapes.StatementChecked(
        statement=_statement(at, found.posted),
        count=found.count,
        root=found.root and f"0x{found.root}",
        block_hash=found.block_hash and f"0x{found.block_hash}",
        agrees=found.agrees,
    )


@router.get(
    "/bridge/proof",
    response_class=Response,
    responses={200: {"content": {"application/json": {"example": '{"format": "hanse-bridge-proof/1"}'}}}},
)
def proof(
    who: SignedIn,
    block: Annotated[int | None, Query(ge=1, le=2**32 - 1, description="Number of a recorded plan.")] = None,
    member: Annotated[
        str | None, Query(pattern="^0x[0-9a-fA-F]{40}$", description="A certified member: its certificate.")
    ] = None,
    transaction: Annotated[
        str | None, Query(pattern="^0x[0-9a-f]{64}$", description="Its last event; for holders of an office.")
    ] = None,
) -> Response:
    """A proof that this league recorded a plan, a certificate or an event. Anybody verifies it, here, on the other
    chain, or offline (`hanse bridge verify`)."""
    at = _bridge(who)
    place, what = _place(who, at, block, member, transaction)
    data = proof_bytes(at.proof(place, what))
    return Response(data, media_type="application/json", headers={"content-disposition": "attachment"})


@router.post("/bridge/verification", response_model=shapes.ProofChecked)
def verification(who: SignedIn, body: shapes.VerifyProof) -> shapes.ProofChecked:
    """A proof, looked at step by step; nothing of it is kept."""
    at, given = _bridge(who), proof_of(json.dumps(body.proof).encode(), "proof")
    steps = [shapes.ProofStep(step=one.step, holds=one.holds, said=one.said) for one in at.looked(given)]
    event = at.event(given)
    told = {"contract": "", "event": "", "values": {}} if event is None else bridging.shown(event)
    holds = event is not None and all(one.holds for one in steps)
    return shapes.ProofChecked(holds=holds, steps=steps, block=given.record.height, **told)


def _bridge(who: Caller) -> Bridge:
    if who.service.bridge is None:
        raise NotThere(
            "this service looks at no other chain", where="bridge", hint="hanse serve --other URL --beacon 0x…"
        )
    return who.service.bridge


def _place(
    who: Caller, at: Bridge, block: int | None, member: str | None, transaction: str | None
) -> tuple[Place, str]:
    """Where the wanted record stands, and what it is. Raises InputError, NotThere, NotAllowed."""
    lookup = who.service.lookup
    if sum(one is not None for one in (block, member, transaction)) != 1:
        raise InputError("say what is to be proven", where="block, member, transaction", hint="one of them")
    if block is not None:
        row = lookup.block(block)
        if row is None:
            raise NotThere(f"there is no block {block}", where=f"block {block}")
        return row.place, f"block {block}"
    if member is not None:
        own = lookup.member(to_checksum_address(member))
        if own is None or not own.certified:
            raise NotThere("there is no certified member of this address", where=member)
        return own.place, f"the certificate of {member}"
    assert transaction is not None
    if not who.sees_all:  # what a transaction did may be about others' orders
        raise NotAllowed("any event is proven to holders of an office", where=who.name, hint="name a block or a member")
    return at.last_of(transaction), f"transaction {transaction}"


def _statement(at: Bridge, one: Posted) -> shapes.StatementNow:
    said = one.statement
    return shapes.StatementNow(
        number=said.number,
        revision=said.revision,
        first=said.first,
        last=said.last,
        block_hash=f"0x{said.block_hash.hex()}",
        root=f"0x{said.root.hex()}",
        signed_by=at.signed_by(one),
    )
