"""The audit of agreements and settlement: every payment from the signed deal and the events alone, to the cent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from hanse.app.audit_transfers import match_transfers
from hanse.ledger.settlement import NOBODY
from hanse.units import MILLION
from hanse.value.liability import Cause, Liability
from hanse.value.settlement import Parts, escrow, escrow_of, repaid, split

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.agreements import Agreements
    from hanse.ledger.index import Index
    from hanse.ledger.league import League
    from hanse.ledger.settlement import Settlement
    from hanse.ledger.settlement_tables import AgreementRow, MilestoneRow, SettledRow
    from hanse.ledger.tables import OrderRow

CLAIMED_PLAN = slice(97, 129)
"""Where a claim names the root of its plan."""

IN_FULL, UNPAID = ("accepted", "silent"), ("never started", "never delivered", "given up", "unfunded")


def audit_agreements(check: Check, index: Index, agreements: Agreements, settlement: Settlement) -> None:
    """Agreements against what the contracts keep of them, the orders they are about, and the plans they carry out."""
    check.expect("number of agreements", len(index.agreements()), agreements.count())
    orders = {row.number: row for row in index.orders()}
    claims = {row.claim[CLAIMED_PLAN] for row in index.claims() if row.status == "accepted"}
    plans = {row.plan for row in index.blocks()} | {f"0x{plan.hex()}" for plan in claims}
    for row in index.agreements():
        where = f"agreement {row.number}"
        state = agreements.state(row.number)
        check.expect(f"{where}, status", row.status, state.status)
        check.expect(f"{where}, what was signed", f"0x{row.deal.digest(row.number).hex()}", state.digest)
        check.expect(f"{where}, version", row.deal.version, state.version)
        check.expect(f"{where}, its plan is one of the league's", row.deal.plan in plans, True)
        if row.status == "active":
            _active(check, where, row, orders[row.deal.order])
            check.expect(f"{where}, in the settlement", settlement.digest(row.number), row.deal.digest(row.number))
    agreed = sorted(number for number, row in orders.items() if row.status == "agreed")
    check.expect("orders with an agreement", agreed, sorted(row.deal.order for row in _active_rows(index)))


def audit_settlement(check: Check, index: Index, settlement: Settlement) -> None:
    """Where every milestone stands, and every payment by the rule of its deal."""
    active = {row.number: row for row in _active_rows(index)}
    check.expect("settled milestones", len(index.settled()), sum(row.stage == "settled" for row in index.milestones()))
    shares = {(row.agreement, row.number): row.share for row in index.milestones()}
    finally_ruled = {(row.agreement, row.number) for row in index.settled() if row.ending == "ruled"}
    for milestone in index.milestones():
        where = f"agreement {milestone.agreement}, milestone {milestone.number}"
        progress = settlement.progress(milestone.agreement, milestone.number)
        check.expect(f"{where}, stage", milestone.stage, progress.stage)
        if progress.ruled or (milestone.agreement, milestone.number) in finally_ruled:
            _by_clause(check, where, milestone, active[milestone.agreement])
    paid_in = _paid_in(index)
    for row in index.settled():
        where = f"agreement {row.agreement}, milestone {row.number}"
        deal = active[row.agreement].deal
        milestone_, delivered = deal.milestones[row.number], settlement.progress(row.agreement, row.number).delivered
        check.expect(f"{where}, lateness", row.lateness, max(0, delivered - milestone_.due) if delivered else 0)
        decided = shares[row.agreement, row.number] if row.ending == "ruled" else deal.conditions.fallback_share
        check.expect(
            f"{where}, share", row.share, MILLION if row.ending in IN_FULL else 0 if row.ending in UNPAID else decided
        )
        said = (row.order, row.customer, row.member, row.price)
        check.expect(f"{where}, whose", said, (deal.order, deal.customer, milestone_.member, milestone_.price))
        parts = split(milestone_, deal.conditions, row.share, row.lateness)
        if milestone_.fund_by and (row.agreement, row.number) not in paid_in:
            parts = replace(parts, customer=0)
        check.expect(f"{where}, payments", _parts(row), parts)
    _financing(check, index, settlement, active)


def _by_clause(check: Check, where: str, one: MilestoneRow, row: AgreementRow) -> None:
    """A ruling follows the clause that all have signed, unless both have waived it."""
    clause = Liability.of(row.deal.conditions.liability)
    if one.cause:
        wanted = None if clause is None else clause.share(cast(Cause, one.cause))
        check.expect(f"{where}, ruled as the clause says of {one.cause}", one.share, wanted)
    elif clause is not None:
        check.expect(f"{where}, ruled by share with both parties' consent", one.waived, 3)


def _financing(check: Check, index: Index, settlement: Settlement, active: dict[int, AgreementRow]) -> None:
    """Instalments as the deals say, and every advance repaid as far as its milestone paid its member."""
    for one in index.instalments():
        deal = active[one.agreement].deal
        due, _ = escrow_of(deal.milestones[one.milestone], deal.conditions)
        where = f"agreement {one.agreement}, milestone {one.milestone}"
        check.expect(f"{where}, instalment", one.amount, due)
        check.expect(f"{where}, paid in", settlement.progress(one.agreement, one.milestone).funded, True)
    paid = {(row.agreement, row.number): row.to_member for row in index.settled()}
    for advance in index.advances():
        key = advance.agreement, advance.milestone
        where = f"agreement {key[0]}, milestone {key[1]}, advance"
        given = advance.state in ("given", "repaid")
        owed = (advance.financier, advance.repay) if given else (NOBODY, 0)
        check.expect(f"{where}, owed", settlement.owed(*key), owed)
        check.expect(f"{where}, member", advance.member, active[key[0]].deal.milestones[key[1]].member)
        if given:
            check.expect(f"{where}, state", advance.state, "repaid" if key in paid else "given")
            check.expect(f"{where}, repaid", advance.repaid, repaid(advance.repay, paid.get(key, 0)))


def _paid_in(index: Index) -> set[tuple[int, int]]:
    """Milestones whose instalments were paid in."""
    return {(one.agreement, one.milestone) for one in index.instalments()}


def audit_purses(check: Check, index: Index, settlement: Settlement, league: League) -> None:
    """All money in the settlement is free or locked by a milestone that has not ended; it came by deposits and with
    orders, and left by withdrawals."""
    free = index.purses()
    for account, amount in free.items():
        check.expect(f"free to {account}", settlement.free(account), amount)
    ended = {(row.agreement, row.number) for row in index.settled()}
    paid_in = _paid_in(index)
    locked = sum(
        (customer if not milestone.fund_by or (row.number, number) in paid_in else 0) + proposer
        for row in _active_rows(index)
        for number, milestone in enumerate(row.deal.milestones)
        if (row.number, number) not in ended
        for customer, proposer in [escrow_of(milestone, row.deal.conditions)]
    )
    came = [move for move in index.purse_moves() if move.why in ("deposit", "withdrawal", "deposit of the order")]
    check.expect("free and locked", sum(free.values()) + locked, sum(move.amount for move in came))
    book = league.addresses.orders
    told = [
        (move.place.transaction, book if move.why == "deposit of the order" else move.account, move.amount)
        for move in came
    ]
    gifts = match_transfers(check, "deposits, orders and withdrawals", settlement.address, told, index.transfers())
    check.expect("money of the settlement", league.balance(settlement.address), sum(free.values()) + locked + gifts)


def _active(check: Check, where: str, row: AgreementRow, order: OrderRow) -> None:
    check.expect(f"{where}, escrow", (row.from_customer, row.from_proposer), escrow(row.deal))
    said = (row.deal.customer, row.handed_over, "agreed")
    check.expect(f"{where}, order {order.number}", said, (order.customer, order.deposit, order.status))


def _active_rows(index: Index) -> list[AgreementRow]:
    return [row for row in index.agreements() if row.status == "active"]


def _parts(row: SettledRow) -> Parts:
    return Parts(row.to_member, row.to_solver, row.to_treasury, row.to_customer, row.to_proposer)
