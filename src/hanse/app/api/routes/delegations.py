"""Delegations on paper: signed by whoever decides about an identity, sent by anybody else."""

from __future__ import annotations

import json

from eth_utils.address import to_checksum_address
from fastapi import Response

from hanse.app.api import shapes
from hanse.app.api.acting import check_owner
from hanse.app.api.callers import Key, SignedIn
from hanse.app.api.routes.base import TAKEN, Addressed, taken
from hanse.app.api.routes.base import router as made
from hanse.errors import InputError
from hanse.identity import paper as papers
from hanse.identity.paper import Delegation
from hanse.ledger.desk import Wanted
from hanse.ledger.identities import READINGS, kinds_of

router = made("identities")

DAY = 86_400


@router.post("/identities/{address}/delegations", status_code=201, response_model=shapes.Lent)
def lend(who: SignedIn, address: Addressed, body: shapes.Lend) -> shapes.Lent:
    """Sign that another key does one thing for an identity of yours, or no longer, for somebody else to send. Nothing
    of it is kept here, and it is true once the ledger has it. A wallet signs `typed` itself."""
    at = to_checksum_address(address)
    check_owner(who, at)
    if body.machine is not None and body.kind != READINGS:
        raise InputError("only readings are of machines", where="machine", hint="leave it out")
    service = who.service
    (kind,) = kinds_of(body.kind, [] if body.machine is None else [body.machine])
    now, nonce = int(service.clock.now()), int(service.ask("Identities", "nonces", at))
    said = Delegation(
        service.ledger.chain_id, service.league.addresses.identities, at, kind, to_checksum_address(body.delegate),
        body.days * DAY, nonce, now + body.wait_days * DAY,
    )  # fmt: skip
    key = who.key()
    signature = b"" if key is None else said.sign(key)
    document = said.document(signature)
    return shapes.Lent(
        typed=said.typed,
        unsigned={name: one for name, one in document.items() if name != "signature"},
        paper=shapes.DelegationPaper.model_validate(document) if signature else None,
    )


@router.post("/delegations", **TAKEN)
def bring(who: SignedIn, key: Key, body: shapes.DelegationPaper, response: Response) -> shapes.ActionNow:
    """Send a delegation that its owner has signed. It says what the owner said, whoever sends it."""
    service = who.service
    said, signature = papers.read(json.dumps(body.model_dump(mode="json")).encode())
    papers.check_place(said, service.ledger.chain_id, service.league.addresses.identities)

    def build() -> list[Wanted]:
        function, words = said.call(signature)
        return [service.message("Identities", function, *words)]

    return taken(who, response, key, "send a delegation", said.identity, body, build)
