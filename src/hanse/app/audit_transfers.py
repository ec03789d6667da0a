"""The audit of a contract that holds money for others: what it says came and went is what the token moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.tables import TransferRow

Told = tuple[str, str, int]
"""A movement as a contract tells it: hash of the transaction, the other account, cents (negative: paid out)."""


def match_transfers(
    check: Check, what: str, holder: str, told: Iterable[Told], transfers: Iterable[TransferRow]
) -> int:
    """Notes a difference unless every movement is told once and moved once; returns what was moved to `holder` untold:
    whoever sends money without a deposit has given it away."""
    said = Counter(one for one in told if one[2])
    paid: Counter[Told] = Counter()
    gifts = 0
    for transfer in transfers:
        if not transfer.amount:
            continue  # nothing came, or went
        came = (transfer.place.transaction, transfer.payer, transfer.amount)
        if transfer.payer == holder:
            paid[transfer.place.transaction, transfer.payee, -transfer.amount] += 1
        elif transfer.payee == holder and paid[came] < said[came]:
            paid[came] += 1
        elif transfer.payee == holder:
            gifts += transfer.amount
    check.expect(f"{what}, each a transfer", said, paid)
    return gifts
