"""How large the numbers of an objective are: its smallest step, and whether sums stay within 64 bits."""

from __future__ import annotations

import math

from hanse.errors import InputError
from hanse.model.objective import Objective
from hanse.planning.jobshop.shop import TIME_LIMIT, Shop
from hanse.units import MILLION

_SUM_LIMIT = 1 << 60
"""Largest sum the solver may meet; its 64-bit arithmetic needs room for a few of them."""


def guard(shop: Shop, objective: Objective) -> None:
    """Raise InputError if numbers are so large that sums of them could leave 64 bits."""
    cost = sum(max(shop.way_cost(task, way) for way in task.ways) for task in shop.tasks)
    if shop.problem.transport is not None:
        cost += max(map(max, shop.problem.transport.cost)) * sum(len(arcs) for arcs in shop.arcs)
    energy = sum(max(way.energy for way in task.ways) for task in shop.tasks)
    late = sum(job.weight for job in shop.problem.jobs if job.due is not None)
    step = step_of(shop, objective)
    busy = max((shop.problem.machines[name].capacity or 1 for name in contested(shop)), default=1) * shop.horizon
    total = objective.millionths(cost=cost, makespan=shop.horizon, tardiness=late * shop.horizon, energy=energy) // step
    if shop.horizon > TIME_LIMIT or max(total, busy, cost, energy) > _SUM_LIMIT:
        raise InputError(
            f"the quantities are too large to add up: times reach {shop.horizon:.1e}, the objective {total:.1e}",
            where="problem",
            hint="declare coarser units, or smaller weights of objective and jobs",
        )


def contested(shop: Shop) -> list[str]:
    """Machines that more operations may use than they run at once."""
    found = []
    for name, users in shop.by_machine.items():
        capacity = shop.problem.machines[name].capacity
        if capacity is not None and (capacity == 1 or capacity < len(users)):
            found.append(name)
    return found


def step_of(shop: Shop, objective: Objective) -> int:
    """Millionths in one step of the objective: every value is a multiple of it."""
    whole = [objective.weight(name) * MILLION for name in ("cost", "makespan", "energy")]
    late = [objective.weight("tardiness") * job.weight for job in shop.problem.jobs if job.due is not None]
    return math.gcd(*whole, *late) or 1
