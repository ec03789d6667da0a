"""Settled work as reputation and ties take it: of agreements and of requests for quotation, from the read models."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hanse.ledger.quotation_tables import RequestRow
from hanse.ledger.settlement_tables import SettledRow
from hanse.value.reputation import DEFAULT, Fault, Settlement

UNDONE = ("never started", "never delivered", "given up", "overdue")


def evidence(settled: Iterable[SettledRow], worked: Iterable[RequestRow]) -> Sequence[Settlement]:
    """Every piece of it is one piece of evidence; what a member signed for and never did was not on time at all, and
    its fault."""
    known: list[Settlement] = []
    for row in settled:
        if row.ending == "unfunded":
            known.append(_unpaid(len(known), row))
            continue
        fault: Fault = "member" if row.ending in UNDONE else row.fault
        known.append(_piece(len(known), row.customer, row.member, row.price, row.lateness, row.rating, fault, row))
    for one in worked:
        fault = _fault(one)
        known.append(_piece(len(known), one.requester, one.winner, one.price, one.lateness, one.rating, fault, one))
    return known


def _piece(
    number: int, customer: str, member: str, price: int, late: int, rating: int | None, fault: Fault,
    row: SettledRow | RequestRow,
) -> Settlement:  # fmt: skip
    undone = (row.ending if isinstance(row, SettledRow) else row.end) in UNDONE
    late = DEFAULT.patience if undone else late
    return Settlement(number, customer, member, customer, member, price, late, rating, fault, row.time)


def _unpaid(number: int, row: SettledRow) -> Settlement:
    """An instalment that did not come is its customer's fault; of the member, who did nothing, it says nothing."""
    return Settlement(number, row.customer, "", row.customer, row.member, row.price, 0, None, "customer", row.time)


def _fault(row: RequestRow) -> Fault:
    """Whom the end of a request found at fault: the winner if it did not do it or the arbiter found a failure; the
    requester if the arbiter found none."""
    if row.end in UNDONE:
        return "member"
    if row.end == "decided":
        return "customer" if row.cause == "none" else "member"
    return "nobody"
