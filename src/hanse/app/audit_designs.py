"""The audit of designs: whose they are, what licences have left, and every royalty from the settled work alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hanse.app.audit_transfers import match_transfers
from hanse.rights.royalty import due

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.design_tables import UseRow
    from hanse.ledger.designs import Designs
    from hanse.ledger.index import Index
    from hanse.ledger.league import League


def audit_designs(check: Check, index: Index, designs: Designs, league: League) -> None:
    """Owners and licences against what the contract keeps, royalties by their rule, and its money to the cent."""
    for row in index.designs():
        check.expect(f"owner of design {row.design}", row.owner, designs.owner(row.design))
    uses = index.uses()
    for licence in index.licences():
        where = f"licence {licence.number}"
        check.expect(f"{where}, pieces left", licence.left, designs.licence(licence.number).left)
        check.expect(f"{where}, its end", licence.until, designs.licence(licence.number).until)
        taken = sum(one.pieces for one in uses if one.licence == licence.number and _took(one, index))
        check.expect(f"{where}, pieces", licence.left + taken, licence.pieces)
    for one in uses:
        if one.paid:
            check.expect(f"royalty of order {one.order}", one.to_owner, due(one.amount, _work(index, one.order)))
    _money(check, index, designs, league)


def _work(index: Index, order: int) -> list[tuple[int, int]]:
    """What each milestone of an order's agreement pays, and the share of it that was paid; nothing for an order that
    never had one."""
    deals = {row.number: row.deal for row in index.agreements() if row.status == "active" and row.deal.order == order}
    return [
        (milestone.price + milestone.compensation, row.share)
        for row in index.settled()
        if row.agreement in deals
        for milestone in [deals[row.agreement].milestones[row.number]]
    ]


def _took(one: UseRow, index: Index) -> bool:
    """Whether the pieces of a use are gone from its licence: it goes on, or something was made."""
    return not one.paid or any(share for _, share in _work(index, one.order))


def _money(check: Check, index: Index, designs: Designs, league: League) -> None:
    purses: Counter[str] = Counter()
    for move in index.design_moves():
        purses[move.account] += move.amount
    for account, amount in purses.items():
        check.expect(f"free royalties of {account}", amount, designs.free(account))
    held = sum(one.amount for one in index.uses() if not one.paid)
    told = [
        (move.place.transaction, move.account, move.amount)
        for move in index.design_moves()
        if move.why in ("deposit", "withdrawal")
    ]
    gifts = match_transfers(check, "deposits and withdrawals for royalties", designs.address, told, index.transfers())
    check.expect("money of the designs", league.balance(designs.address), sum(purses.values()) + held + gifts)
