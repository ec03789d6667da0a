"""The audit of the supply: every cent was created or destroyed against a record of its own, within the rule."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.index import Index
    from hanse.ledger.league import League

NOBODY = "0x" + "00" * 20


def audit_supply(check: Check, index: Index, league: League) -> None:
    """Creations and destructions against the token's transfers, what it says it has, and each record used once."""
    rows = index.supply()
    told = Counter((row.place.transaction, row.account, row.amount) for row in rows)
    moved: Counter[tuple[str, str, int]] = Counter()
    for transfer in index.transfers():
        if transfer.payer == NOBODY:
            moved[transfer.place.transaction, transfer.payee, transfer.amount] += 1
        elif transfer.payee == NOBODY:
            moved[transfer.place.transaction, transfer.payer, -transfer.amount] += 1
    # Nothing destroyed is told as 0, and moved as 0 too: the same in both.
    check.expect("money created and destroyed, each with its reason", told, moved)
    check.expect("money there is", sum(row.amount for row in rows), league.supply())
    used = Counter((row.account if row.amount <= 0 else "", row.reason) for row in rows)
    check.expect("records that justify more than one change", [key for key, count in used.items() if count > 1], [])
