"""Guardians: who can give an identity another key when its own is lost, and what they do about it."""

from __future__ import annotations

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app.api import shapes
from hanse.app.api.acting import check_owner
from hanse.app.api.callers import Key, SignedIn
from hanse.app.api.routes.base import TAKEN, Addressed, taken
from hanse.app.api.routes.base import router as made

router = made("identities")

HOUR = 3600


@router.put("/identities/{address}/guardians", **TAKEN)
def guard(
    who: SignedIn, key: Key, address: Addressed, body: shapes.SetGuardians, response: Response
) -> shapes.ActionNow:
    """Say who can recover an identity of yours, instead of whoever could; nobody ends it. What was begun is void."""
    at = to_checksum_address(address)
    check_owner(who, at)
    named = tuple(
        sorted(map(to_checksum_address, body.guardians), key=lambda one: int(one, 16))
    )  # as the contract wants
    words = at, named, body.threshold if named else 0, body.hours * HOUR if named else 0
    message = who.service.message
    return taken(who, response, key, "name guardians", at, body, lambda: [message("Identities", "guard", *words)])


@router.post("/identities/{address}/recovery", **TAKEN)
def support(who: SignedIn, key: Key, address: Addressed, body: shapes.Rotate, response: Response) -> shapes.ActionNow:
    """As a guardian, say whose the identity is to be. When enough say the same, the wait begins."""
    words = to_checksum_address(address), who.address, to_checksum_address(body.owner)
    message = who.service.message
    return taken(
        who, response, key, "recover an identity", words[0], body, lambda: [message("Identities", "support", *words)]
    )


@router.delete("/identities/{address}/recovery", **TAKEN)
def cancel(who: SignedIn, key: Key, address: Addressed, response: Response) -> shapes.ActionNow:
    """Object to a recovery of an identity of yours."""
    at, message = to_checksum_address(address), who.service.message
    check_owner(who, at)
    return taken(
        who, response, key, "object to a recovery", at, None, lambda: [message("Identities", "cancelRecovery", at)]
    )


@router.post("/identities/{address}/recovery/end", **TAKEN)
def recover(who: SignedIn, key: Key, address: Addressed, response: Response) -> shapes.ActionNow:
    """Make the change that guardians agreed on, when the wait is over. Anyone."""
    at, message = to_checksum_address(address), who.service.message
    return taken(who, response, key, "end a recovery", at, None, lambda: [message("Identities", "recover", at)])
