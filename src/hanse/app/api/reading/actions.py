"""Writes, and what became of them."""

from __future__ import annotations

from hanse.app.api import shapes
from hanse.app.api.actions import Action
from hanse.app.api.service import Service


def action(service: Service, one: Action) -> shapes.ActionNow:
    """An action, and what the contracts told about it."""
    sign = one.drafts if one.state == "to sign" else ()
    return shapes.ActionNow(
        id=one.id,
        what=one.what,
        state=one.state,
        reason=one.reason,
        final=one.final,
        created=one.created,
        steps=[shapes.Step(transaction=e.hash, block=e.block, reason=e.reason) for e in one.entries],
        sign=[
            shapes.ToSign(
                to=d.to,
                data="0x" + d.data.hex(),
                value=0,
                nonce=d.nonce,
                gas=d.gas,
                chain_id=service.ledger.chain_id,
                most=d.fees.most,
                tip=d.fees.tip,
            )
            for d in sign
        ],
        result=service.told(one),
    )
