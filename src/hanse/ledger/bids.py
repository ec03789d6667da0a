"""Bids: the same transaction signed several times with rising fees, so that a rise of the fees does not stop it.

All bids of an entry have its nonce, so the chain takes one of them at most. They are signed and stored together with
the entry: nobody has to come back with a key when fees rise, and a crash forgets none. The first one is sent; a higher
one only when the chain asks for more. The last one is the limit: what a chain wants beyond it is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hanse.ledger.chain import Chain
from hanse.ledger.database import Database
from hanse.ledger.signing import Fees

STEPS = (1, 4, 16)
"""Bids are so many times the first one, which already allows for fees that double: at most 32 times the fee of the day
of signing. A higher bid pays no more than the chain asks for, but for the tip."""


@dataclass(frozen=True, slots=True)
class Bid:
    """One signed form of an entry. name: the hash it would be known by; most: wei per gas it offers."""

    name: str
    raw: bytes
    most: int


def ladder(fees: Fees) -> list[Fees]:
    """The first offer and the higher ones; only itself where gas is free. Nodes take a replacement whose fee and tip
    are both a tenth higher, so tips rise as well, by a quarter."""
    if not fees.most:
        return [fees]
    rising, tip = [], fees.tip
    for step in STEPS:
        rising.append(Fees(fees.most * step, tip))
        if tip is not None:
            tip += tip // 4 + 1
    return rising


def store(database: Database, sequence: int, signed: list[Bid]) -> None:
    """Remembers the bids of an entry, the lowest first, inside a transaction of the database; one alone is the entry
    itself."""
    if len(signed) == 1:
        return
    for step, one in enumerate(signed):
        database.write(
            "INSERT INTO outbox_bids VALUES (?, ?, ?, ?, ?)", (sequence, step, one.name, one.raw, str(one.most))
        )


def of(database: Database, sequence: int) -> list[Bid]:
    """All bids of an entry, the lowest first; none if it has only one form."""
    query = "SELECT hash, raw, most FROM outbox_bids WHERE sequence = ? ORDER BY step"
    return [Bid(str(name), bytes(raw), int(most)) for name, raw, most in database.rows(query, (sequence,))]


def asked(chain: Chain) -> int:
    """Wei per gas below which the chain takes nothing now."""
    base = chain.base_fee()
    return chain.tip() if base is None else base


def higher(bids: list[Bid], name: str, needed: int, *, refused: bool) -> Bid | None:
    """The bid to be sent in place of the one called `name`: the lowest that offers what is needed, else the highest;
    None if there is no better one or no need. refused: the node wants more than this one, whatever is `needed`."""
    at = next((i for i, one in enumerate(bids) if one.name == name), None)
    if at is None or at + 1 == len(bids) or (bids[at].most >= needed and not refused):
        return None
    return next((one for one in bids[at + 1 :] if one.most >= needed), bids[-1])


def signed(sign: Callable[..., tuple[bytes, str]], fees: Fees) -> list[Bid]:
    """Every bid of the ladder. sign: gives the bytes and the hash of one form, asked with its `fees`."""
    made = [(sign(fees=one), one.most) for one in ladder(fees)]
    return [Bid(name, raw, most) for (raw, name), most in made]
