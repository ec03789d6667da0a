"""Declared strategies: whoever negotiates by a program says by which, as a hash, before its first move. Shown
afterwards, it proves every move (docs/market.md)."""

from __future__ import annotations

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app.api import shapes
from hanse.app.api.callers import Key, SignedIn
from hanse.app.api.routes.base import TAKEN, Addressed, taken
from hanse.app.api.routes.base import router as made
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes, hash_text
from hanse.market.negotiation import DECLARED

router = made("agreements")


@router.get("/stances/{address}", response_model=shapes.Stances)
def stances(who: SignedIn, address: Addressed) -> shapes.Stances:
    """What an account has declared, the oldest first."""
    of = to_checksum_address(address)
    rows = who.service.lookup.anchors(hash_text(DECLARED), of)
    return shapes.Stances(declared=[shapes.StanceNow(stance=row.root, block=row.place.block) for row in rows])


@router.post("/stances", **TAKEN)
def declare(who: SignedIn, key: Key, body: shapes.DeclareStance, response: Response) -> shapes.ActionNow:
    """Declare the strategy you will negotiate by."""
    service = who.service

    def build() -> list[Wanted]:
        rows = service.lookup.anchors(hash_text(DECLARED), who.address)
        number = 1 + max((row.number for row in rows), default=0)
        return [service.message("Anchors", "anchor", DECLARED, number, hash_bytes(body.stance))]

    return taken(who, response, key, "declare a strategy", None, body, build)
