"""Reputation as the service tells it: `hanse.value.reputation` over the settled work that the ledger knows."""

from __future__ import annotations

from hanse.app.api.service import Service
from hanse.app.api.shapes import Reputation
from hanse.value.reputation import DEFAULT, Fault, Settlement, credit, reputation

UNDONE = ("never started", "never delivered", "given up")


def standing(service: Service, address: str) -> Reputation:
    """What is known of an account now. Every piece of settled work is one piece of evidence; what a member signed for
    and never did was not on time at all, and its fault."""
    rows, known = service.lookup.settled_with(address), []
    for number, row in enumerate(rows):
        undone = row.ending in UNDONE
        fault: Fault = "member" if undone else row.fault
        late = DEFAULT.patience if undone else row.lateness
        known.append(
            Settlement(
                number, row.customer, row.member, row.customer, row.member, row.price, late, row.rating, fault, row.time
            )
        )
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
        settled=len(rows),
    )
