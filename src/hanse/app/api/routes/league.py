"""The league: where it is, and its list of services."""

from __future__ import annotations

from fastapi import Response

from hanse.app import documents
from hanse.app.api import reading, shapes
from hanse.app.api.auditing import AUDITOR
from hanse.app.api.callers import Coordinator, Key, SignedIn
from hanse.app.api.problems import Conflict
from hanse.app.api.routes.base import TAKEN, Cursor, Limit, taken
from hanse.app.api.routes.base import router as made
from hanse.ledger.desk import Wanted
from hanse.ledger.league import hash_bytes
from hanse.ledger.lookup.changes import Told

router = made("league")


@router.get("/league", response_model=shapes.LeagueNow)
def league(who: SignedIn) -> shapes.LeagueNow:
    """Name, chain, contracts and services."""
    service = who.service
    return shapes.LeagueNow(
        name=service.league.name,
        chain_id=service.ledger.chain_id,
        block=service.lookup.height(),
        contracts=dict(service.league.addresses.by_contract()),
        auditor=service.league.address(AUDITOR),
        services=list(reading.members.services(service)),
    )


@router.get("/ledger", response_model=shapes.Page[shapes.ToldNow])
def ledger(who: SignedIn, cursor: Cursor = None, limit: Limit = 50) -> shapes.Page[shapes.ToldNow]:
    """What the ledger told last of each thing, the newest first."""

    def shown(one: Told) -> shapes.ToldNow:
        return shapes.ToldNow(what=one.what, id=one.id, block=one.block, transaction=one.transaction)

    return reading.pages.page(who.service.lookup.told, lambda one: one.at, shown, cursor, limit)


@router.put("/league/services", **TAKEN)
def set_services(who: Coordinator, key: Key, body: shapes.Services, response: Response) -> shapes.ActionNow:
    """Set the league's list of services. A service is known by its place, so it can only be made longer."""
    service = who.service

    def build() -> list[Wanted]:
        known, names = reading.members.services(service), tuple(body.services)
        if names[: len(known)] != known or len(set(names)) != len(names):
            raise Conflict("the list can only grow, and names each service once", where="services", hint="append to it")
        root = who.put(documents.services(names))
        number = len(service.lookup.anchors(reading.members.SERVICES_TOPIC)) + 1
        words = hash_bytes(reading.members.SERVICES_TOPIC), number, hash_bytes(root)
        return [service.message("Anchors", "anchor", *words)]

    return taken(who, response, key, "set the list of services", None, body, build)
