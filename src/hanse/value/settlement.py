"""How the escrow of a milestone is divided, in integers only; `contracts/src/SettlementRule.sol` is its twin.

The penalty is the agreed curve of lateness, piecewise linear: nothing within grace, then a line, then a cap,

    penalty = min(⌊price · cap / 10^6⌋, ⌊price · per_unit · (late - grace) / (10^6 · unit)⌋)        for late > grace.

Of the price less penalty and of the compensation the member gets its share: all of it for accepted work, nothing for
work that never came, what the arbiter says after a dispute. The solver's reward and the league's fee are parts of what
is paid of the price, on top of it. Everything paid is rounded down, and the rest goes back to whoever put it there, so
the parts always add up to the escrow. The rule is ours; that lateness is paid for follows Ramakurthi (2023), that
a declining provider is compensated within the budgets of operator and customer Zhang (2019).
"""

from __future__ import annotations

from dataclasses import dataclass

from hanse.errors import InputError
from hanse.ledger.deal import Conditions, Deal, Milestone
from hanse.units import MILLION


@dataclass(frozen=True, slots=True)
class Parts:
    """What becomes of an escrow, in cents: for the work, the solver's reward, the league's fee, and what goes back to
    the customer and to the proposer."""

    member: int
    solver: int
    treasury: int
    customer: int
    proposer: int

    @property
    def whole(self) -> int:
        """Their sum."""
        return self.member + self.solver + self.treasury + self.customer + self.proposer


def penalty(price: int, late: int, conditions: Conditions) -> int:
    """Cents that delivery `late` seconds after it was due costs the member; never above the cap."""
    if late <= conditions.grace:
        return 0
    line = price * conditions.per_unit * (late - conditions.grace) // (MILLION * conditions.unit)
    return min(line, _share(price, conditions.cap))


def escrow(deal: Deal) -> tuple[int, int]:
    """What an agreement locks when it begins: of the customer all but its instalments, and of the proposer."""
    locked = [(one.fund_by == 0, *escrow_of(one, deal.conditions)) for one in deal.milestones]
    return sum(customer for first, customer, _ in locked if first), sum(proposer for *_, proposer in locked)


def repaid(owed: int, member: int) -> int:
    """What a financier gets of what a milestone pays its member: what it is owed, as far as that goes."""
    return min(owed, member)


def escrow_of(milestone: Milestone, conditions: Conditions) -> tuple[int, int]:
    """What one milestone locks: of the customer, and of the proposer."""
    on_top = _share(milestone.price, conditions.reward) + _share(milestone.price, conditions.fee)
    return milestone.price + milestone.compensation - milestone.subsidy + on_top, milestone.subsidy


def split(milestone: Milestone, conditions: Conditions, share: int, late: int) -> Parts:
    """Divides a milestone's escrow. share: what the member gets of what it earned, millionths; late: seconds after the
    due time. Raises InputError for a share that is none."""
    if not 0 <= share <= MILLION:
        raise InputError(f"{share} is not between 0 and a million millionths", where="share")
    own = _share(milestone.compensation - milestone.subsidy, share)
    subsidy = _share(milestone.subsidy, share)
    earned = _share(milestone.price - penalty(milestone.price, late, conditions), share)
    solver, treasury = _share(earned, conditions.reward), _share(earned, conditions.fee)
    customer, proposer = escrow_of(milestone, conditions)
    return Parts(
        earned + own + subsidy, solver, treasury, customer - earned - own - solver - treasury, proposer - subsidy
    )


def _share(amount: int, millionths: int) -> int:
    return amount * millionths // MILLION
