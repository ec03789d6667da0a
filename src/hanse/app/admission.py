"""Whom the charter admits to an agreement: members by their standing, newcomers to work that is worth little. Asked by
whoever proposes one, before it is proposed: the service and `hanse run`."""

from __future__ import annotations

from collections.abc import Sequence

from hanse.app.evidencing import evidence
from hanse.errors import HanseError
from hanse.governance.charter import money, said, term
from hanse.ledger.deal import Deal
from hanse.ledger.lookup import Lookup
from hanse.value.reputation import Threshold, reputation


def check_members(deal: Deal, values: Sequence[int], lookup: Lookup, now: int, refusal: type[HanseError]) -> None:
    """Raises a `refusal` that names every member of a deal whose standing is below what the charter asks for its work.
    values: of the charter, by its numbers; lookup: settled work; now: seconds since 1970."""
    admission = term("admission")
    threshold = Threshold(values[admission.number], values[term("admission-trial").number])
    if threshold.least == 0:
        return
    below = list[str]()
    for member in dict.fromkeys(one.member for one in deal.milestones):
        known = evidence(lookup.settled_with(member), lookup.worked_with(member))
        found = reputation(known, member, now)
        price = sum(one.price for one in deal.milestones if one.member == member)
        if not threshold.admits(found, price):
            below.append(f"{member} has {said(admission, found.whole)} for work of {money(price)}")
    if below:
        raise refusal(
            f"the league's charter asks for a standing of {said(admission, threshold.least)}: {'; '.join(below)}",
            where="admission",
            hint=f"plan it with others; newcomers take work up to {money(threshold.trial)}",
        )
