"""What an order's proceeds leave over the costs of its members, divided by contribution. Pure.

Each member first gets what its work costs in the plan, then its part of the rest in proportion to its contribution
(`contribution.py`). So nobody works at a loss, and the parts add up to the proceeds to the cent.
"""

from __future__ import annotations

from collections.abc import Mapping

from hanse.errors import InputError
from hanse.model.problem import Problem
from hanse.units import MILLION
from hanse.value.contribution import contribution


def proceeds(budget: int, set_apart: int, rates: int) -> int:
    """The most that members can be paid together. budget: of the customer; set_apart: what it pays on top of prices, as
    compensation; rates: reward and fee, millionths of prices. Rounded down, so that all together keep the budget."""
    return max(0, budget - set_apart) * MILLION // (MILLION + rates)


def divided(problem: Problem, job: str, costs: Mapping[str, int], amount: int) -> dict[str, int]:
    """What each member gets of `amount`, money units, by member. costs: what its work for the job costs in the plan.
    Raises InputError if the amount does not pay the costs, and as `contribution` does."""
    left = amount - sum(costs.values())
    if left < 0:
        raise InputError(
            f"{amount} does not pay for work that costs {sum(costs.values())}",
            where=f"order {job}",
            hint="divide at least what the work costs",
        )
    found = contribution(problem, tuple(costs), [job])
    parts = dict(zip(found.members, found.divide(left), strict=True))
    return {member: cost + parts[member] for member, cost in costs.items()}
