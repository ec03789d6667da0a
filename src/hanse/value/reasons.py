"""Value with its reason: every movement of money is justified by one record, and every record moves money once. Pure.

A movement and a record are each told from another side: movements from the token and the purses, records from orders,
agreements, settled work and what was received outside. `unmatched` pairs them by where, who and how much, and by the
transaction where the record knows it; what is left over on either side is a difference.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement, or what a record demands. purse: where; account: whose; amount: cents, below 0 where they went
    away; reason: in words, naming the record; transaction: hash of its transaction, empty where a record does not know
    it."""

    purse: str
    account: str
    amount: int
    reason: str
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """movements: without a record; records: that moved nothing, or for the second time."""

    movements: tuple[Entry, ...]
    records: tuple[Entry, ...]


def unmatched(movements: Iterable[Entry], records: Iterable[Entry]) -> Unmatched:
    """What is left when every movement takes one record and every record one movement; records that name its
    transaction first. Amounts of nothing need no reason."""
    known: dict[tuple[str, str, int], list[Entry]] = defaultdict(list)
    for one in records:
        if one.amount:
            known[one.purse, one.account, one.amount].append(one)
    alone, later = [], []
    for one in movements:
        if one.amount and not _took(known[one.purse, one.account, one.amount], one.transaction):
            later.append(one)
    for one in later:
        if not _took(known[one.purse, one.account, one.amount], ""):
            alone.append(one)
    return Unmatched(tuple(alone), tuple(one for rest in known.values() for one in rest))


def repeated(records: Iterable[Entry]) -> list[str]:
    """Reasons that are named for the same account of the same purse more than once."""
    counted = Counter((one.purse, one.account, one.reason) for one in records if one.amount)
    return sorted(reason for (_, _, reason), count in counted.items() if count > 1)


def _took(candidates: list[Entry], transaction: str) -> bool:
    for i, one in enumerate(candidates):
        if one.transaction == transaction:
            del candidates[i]
            return True
    return False
