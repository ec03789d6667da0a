"""The audit of reasons: every movement of the token, and of what is free in the settlement, has one record, and every
record moves money once. What moves inside the other contracts is counted again by checks of their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from hanse.value.reasons import Entry, repeated, unmatched

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.index import Index
    from hanse.ledger.league import League
    from hanse.ledger.tables import Place

NOBODY = "0x" + "00" * 20
COMES, GOES = "deposit", "withdrawal"
CARRIED = "moved by the token"


class _Move(Protocol):
    """A row of any purse."""

    @property
    def account(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def why(self) -> str: ...
    @property
    def place(self) -> Place: ...


def audit_reasons(check: Check, index: Index, league: League) -> None:
    """Movements against records, one for one."""
    contracts = league.addresses.by_contract()
    movements, records = [*_transfers(index)], [*_token(index, contracts)]
    for move in index.purse_moves():
        movements.append(Entry("settlement", move.account, move.amount, move.why, move.place.transaction))
    records += [*_agreed(index), *_financed(index), *_settled(index), *_carried(index, contracts["Settlement"])]
    check.count += len(movements)
    found = unmatched(movements, records)
    # What people send is justified by their own signature on it, also without a deposit; contracts sign nothing.
    mute = {*contracts.values(), NOBODY}
    for one in found.movements:
        if one.purse == "account" and one.amount < 0 and one.account not in mute:
            continue
        check.differences.append(f"{one.amount} cents of {one.account} in {one.purse} ({one.reason}): no record")
    for one in (left for left in found.records if left.reason != CARRIED):
        check.differences.append(f"{one.reason}: {one.amount} cents of {one.account} in {one.purse} did not move")
    carried = (CARRIED, "put into", "taken out of")  # by a transaction, of which there can be many alike
    named = [one for one in records if not one.reason.startswith(carried)]
    check.expect("records that move the same money twice", repeated(named), [])


def _transfers(index: Index) -> Iterator[Entry]:
    """Of each transfer the payer's side, or the payee's of money that is created."""
    for row in index.transfers():
        if row.payer == NOBODY:
            yield Entry("account", row.payee, row.amount, "created", row.place.transaction)
        else:
            yield Entry("account", row.payer, -row.amount, f"to {row.payee}", row.place.transaction)


def _token(index: Index, contracts: Mapping[str, str]) -> Iterator[Entry]:
    """What the token has to have moved."""
    for row in index.supply():
        yield Entry("account", row.account, row.amount, f"record {row.reason}", row.place.transaction)
    book = contracts["OrderBook"]
    for order in index.orders():
        yield Entry("account", order.customer, -order.deposit, f"order {order.number}, placed")
        if order.status in ("cancelled", "refunded"):
            yield Entry("account", book, -order.deposit, f"order {order.number}, {order.status}")
    for agreement in index.agreements():
        if agreement.status == "active":
            yield Entry("account", book, -agreement.handed_over, f"order {agreement.deal.order}, handed over")
    moved: dict[str, Sequence[_Move]] = {
        "Settlement": index.purse_moves(), "Rounds": index.stake_moves(), "Offers": index.offer_moves(),
        "Communities": index.community_moves(), "Designs": index.design_moves(), "Quotations": index.quotation_moves(),
    }  # fmt: skip
    for name, rows in moved.items():
        for move in rows:
            if move.why == COMES:
                yield Entry("account", move.account, -move.amount, f"put into {name}", move.place.transaction)
            elif move.why == GOES:
                yield Entry("account", contracts[name], move.amount, f"taken out of {name}", move.place.transaction)


def _carried(index: Index, settlement: str) -> Iterator[Entry]:
    """What deposits and withdrawals of the settlement may be: what the token moved. These may be more, since whoever
    sends money without a deposit has given it away."""
    for row in index.transfers():
        if row.payee == settlement:
            yield Entry("settlement", row.payer, row.amount, CARRIED, row.place.transaction)
        elif row.payer == settlement:
            yield Entry("settlement", row.payee, -row.amount, CARRIED, row.place.transaction)


def _agreed(index: Index) -> Iterator[Entry]:
    for row in index.agreements():
        if row.status == "active":
            where, deal = f"agreement {row.number}", row.deal
            yield Entry("settlement", deal.customer, row.handed_over, f"{where}, deposit of order {deal.order}")
            yield Entry("settlement", deal.customer, -row.from_customer, f"{where}, escrow")
            yield Entry("settlement", deal.proposer, -row.from_proposer, f"{where}, subsidies")


def _financed(index: Index) -> Iterator[Entry]:
    customers = {row.number: row.deal.customer for row in index.agreements()}
    for one in index.instalments():
        where = f"agreement {one.agreement}, milestone {one.milestone}"
        yield Entry("settlement", customers[one.agreement], -one.amount, f"{where}, instalment", one.place.transaction)
    for advance in index.advances():
        where = f"agreement {advance.agreement}, milestone {advance.milestone}"
        if advance.state in ("given", "repaid"):
            yield Entry("settlement", advance.financier, -advance.amount, f"{where}, advance")
            yield Entry("settlement", advance.member, advance.amount, f"{where}, advance")
        yield Entry("settlement", advance.financier, advance.repaid, f"{where}, repaid")
        yield Entry("settlement", advance.member, -advance.repaid, f"{where}, repaid")


def _settled(index: Index) -> Iterator[Entry]:
    deals = {row.number: row for row in index.agreements()}
    for row in index.settled():
        agreement = deals[row.agreement]
        where, deal = f"agreement {row.agreement}, milestone {row.number}", agreement.deal
        for account, amount, what in (
            (row.member, row.to_member, "work"),
            (deal.conditions.solver, row.to_solver, "reward"),
            (agreement.treasury, row.to_treasury, "fee"),
            (row.customer, row.to_customer, "back to the customer"),
            (deal.proposer, row.to_proposer, "back to the proposer"),
        ):
            yield Entry("settlement", account, amount, f"{where}, {what}", row.place.transaction)
