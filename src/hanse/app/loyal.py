"""Loyalty over what the ledger knows: whose conduct was good, what agreements took of points, and what one may take.

By which policy: the newest that a coordinator has anchored, or the one there is without. An agreement names the policy
that it was made by, so that it is counted again by that one for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

from hanse.app import documents
from hanse.app.evidencing import UNDONE
from hanse.errors import EvidenceError, HanseError
from hanse.ledger.content import ContentStore
from hanse.ledger.deal import Conditions, Deal
from hanse.ledger.settlement_tables import AgreementRow, SettledRow
from hanse.model.canonical import canonical
from hanse.model.keccak import keccak
from hanse.units import MILLION
from hanse.value.loyalty import DEFAULT, Conduct, LoyaltyPolicy, Taken, discount, lowered, loyalty

IN_FULL = ("accepted", "silent")

TOPIC = keccak(b"hanse loyalty")
"""What coordinators anchor policies under."""
POLICY = "hanse-loyalty/1"


def policy_document(policy: LoyaltyPolicy) -> bytes:
    """The policy as what is hashed and anchored."""
    return canonical({"format": POLICY, **asdict(policy)})


def read_policy(data: bytes) -> LoyaltyPolicy:
    """Raises EvidenceError, InputError for what is none."""
    said = {name: one for name, one in documents.parse(data, POLICY).items() if name != "format"}
    if set(said) != {one.name for one in fields(LoyaltyPolicy)} or not all(type(one) is int for one in said.values()):
        raise EvidenceError("a policy has a rate, a half-life, a cap and a most, in whole numbers", where=POLICY)
    return LoyaltyPolicy(**said)


def conduct(settled: Iterable[SettledRow]) -> list[Conduct]:
    """Settled work as loyalty sees it; an account is its own owner."""
    return [
        Conduct(
            row.customer, row.member, row.customer, row.member, row.to_treasury,
            row.ending in IN_FULL or row.share == MILLION, row.lateness > 0, _fault(row), row.time,
        )
        for row in settled
    ]  # fmt: skip


def _fault(row: SettledRow) -> str:
    """Whose fault its end was; empty for nobody's."""
    if row.ending in UNDONE:
        return row.member
    return {"member": row.member, "customer": row.customer, "nobody": ""}[row.fault]


def said(row: AgreementRow, content: ContentStore) -> dict[str, Any] | None:
    """What a deal's document says of loyalty: the `fee` there would be without it in millionths, the time `at` that
    points are counted, and the hash of the `policy`, nothing for the one there is without; None if it says nothing, or
    is another program's."""
    if not content.has(row.deal.document):
        return None
    try:
        told = documents.parse(content.get(row.deal.document), "hanse-deal/1").get("loyalty")
    except HanseError:
        return None
    return (
        told
        if isinstance(told, dict) and isinstance(told.get("fee"), int) and isinstance(told.get("at"), int)
        else None
    )


def fee_of(deal: Deal, rate: int) -> int:
    """Cents of fee that a deal's work comes to at a rate, at most."""
    return sum(one.price * rate // MILLION for one in deal.milestones)


def taken(rows: Iterable[AgreementRow], content: ContentStore, *, but: int = 0) -> list[Taken]:
    """What agreements in force, or still to be signed, have taken. but: number of one that is not counted."""
    found = []
    for row in rows:
        told = said(row, content) if row.status in ("active", "open") and row.number != but else None
        if told is not None:
            off = fee_of(row.deal, told["fee"]) - fee_of(row.deal, row.deal.conditions.fee)
            found.append(Taken(row.deal.customer, max(0, off), told["at"]))
    return found


def cheaper(
    deal: Deal, settled: Iterable[SettledRow], gone: Iterable[Taken], at: int, policy: LoyaltyPolicy = DEFAULT
) -> tuple[Conditions, int]:
    """The conditions of a deal with what its customer's points take off the fee, and the cents they take at most."""
    rate, price = deal.conditions.fee, sum(one.price for one in deal.milestones)
    off = discount(loyalty(conduct(settled), deal.customer, at, gone, policy).points, fee_of(deal, rate), policy)
    less = lowered(rate, price, off)
    # Rounding piece by piece may take a cent more than the whole.
    while less < rate and fee_of(deal, rate) - fee_of(deal, less) > off:
        less += 1
    return replace(deal.conditions, fee=less), off
