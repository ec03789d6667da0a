"""Lies about the bound: prices, the bounds of jobs, and what the round asks of them."""

from __future__ import annotations

from hanse.ledger.certificates.claim import NO_ROUND, Claim
from hanse.ledger.certificates.leaves import BASELINE
from hanse.ledger.certificates.rules.leaf import outer_legs
from hanse.ledger.certificates.view import NotShown, View
from hanse.model.rows import NONE64, MachineRow, OperationRow, PlanRow


def price(claim: Claim, seen: View) -> bool:
    """A price is negative, stands on a machine without budget, or its product with the budget is wrong."""
    del claim
    price, product = seen.price(seen.subject)
    if price < 0:
        return True
    budget = seen.row(MachineRow, seen.subject).budget
    return product != (0 if budget == NONE64 else price * budget) or (price > 0 and budget == NONE64)


def cheaper(claim: Claim, seen: View) -> bool:
    """A path through the process plan `other` costs less than the bound of its job, at the claimed prices."""
    plan = seen.row(PlanRow, seen.other)
    if plan.job != seen.subject or len(seen.picks) != plan.operations:
        return False
    chosen = {plan.first_operation + i: pick for i, pick in enumerate(seen.picks)}
    modes = {number: seen.mode(number, pick) for number, pick in chosen.items()}
    total = 0
    for number, mode in modes.items():
        operation = seen.row(OperationRow, number)
        earlier = list(seen.before(operation))
        if not modes.keys() >= set(earlier):
            raise NotShown  # a precedence that leaves the plan is none of the problem's
        legs = sum(seen.leg(modes[one].site, mode.site).cost for one in earlier)
        legs += outer_legs(seen, operation, mode.site)
        total += claim.scale * (mode.cost + legs) + seen.price(mode.machine)[0] * mode.duration
    return total < seen.bound(seen.subject)


def target(claim: Claim, seen: View) -> bool:
    """A job's baseline or target is not that of the round, or there is one outside a round."""
    asked = (0, 0) if claim.targets == NO_ROUND else seen.target(seen.subject)
    return seen.job(seen.subject)[BASELINE:] != asked
