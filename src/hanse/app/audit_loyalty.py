"""The audit of loyalty: no agreement took more off its fee than its customer's points, counted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanse.app.loyal import TOPIC, conduct, fee_of, read_policy, said, taken
from hanse.errors import HanseError
from hanse.ledger.league import hash_text
from hanse.value.loyalty import DEFAULT, discount, loyalty

if TYPE_CHECKING:
    from hanse.app.audit import Check
    from hanse.ledger.content import ContentStore
    from hanse.ledger.index import Index


def audit_loyalty(check: Check, index: Index, content: ContentStore) -> None:
    """Every active agreement whose document says that loyalty lowered its fee."""
    active = [row for row in index.agreements() if row.status == "active"]
    policies = {row.root: row.place.block for row in reversed(index.anchors()) if row.topic == hash_text(TOPIC)}
    settled = index.settled()
    for row in active:
        told = said(row, content)
        if told is None:
            continue
        where, deal = f"agreement {row.number}, loyalty", row.deal
        name = told.get("policy")
        try:
            policy = DEFAULT if name is None else read_policy(content.get(str(name)))
        except HanseError as wrong:
            check.expect(f"{where}, its policy", wrong.message, "")
            continue
        if name is not None:  # nobody makes a policy of its own after the deal
            check.expect(
                f"{where}, its policy was anchored before", policies.get(name, row.place.block) < row.place.block, True
            )
        # Points that came after it was signed are none, whatever time it says.
        known = [one for one in settled if one.place.block < row.place.block]
        before = [one for one in active if one.number < row.number]
        had = loyalty(conduct(known), deal.customer, told["at"], taken(before, content), policy).points
        whole = fee_of(deal, told["fee"])
        most = discount(had, whole, policy)
        off = whole - fee_of(deal, deal.conditions.fee)
        check.expect(f"{where}, cents off the fee beyond the {most} that points allow", max(0, off - most), 0)
