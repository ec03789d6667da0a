"""Reputation as the service tells it: `hanse.value.reputation` over the settled work that the ledger knows, of
agreements and of requests for quotation."""

from __future__ import annotations

from hanse.app.api.service import Service
from hanse.app.api.shapes import Reputation
from hanse.app.evidencing import evidence
from hanse.value.reputation import credit, reputation


def standing(service: Service, address: str) -> Reputation:
    """What is known of an account now."""
    known = evidence(service.lookup.settled_with(address), service.lookup.worked_with(address))
    now = int(service.clock.now())
    found = reputation(known, address, now)
    return Reputation(
        address=address,
        quality=found.quality,
        punctuality=found.punctuality,
        fairness=found.fairness,
        whole=found.whole,
        credit=credit(known, address, now),
        evidence=found.evidence,
        settled=len(known),
    )
