"""What an order is decoded with beyond the `Plant`: windows, machines that run several at once, due dates, and money.

Everything is counted in whole steps of the objective (`sizes.step_of`), so that values are exact integers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.search.plant import Ints
from hanse.planning.jobshop.shop import Shop
from hanse.planning.jobshop.sizes import step_of
from hanse.units import MILLION

OPEN = 1 << 60
"""The end of a window of starts that has none."""


class Terms(NamedTuple):
    """slots [machines + 1]: where the free times of each machine's slots begin; a machine that runs any number at once
    has none. windows, over [ways]: from and before which number `opens` and `closes` list the closed intervals of
    admissible starts of a way, ascending. charge [ways]: what a way adds to the value. leg_charge [sites, sites]: the
    same for a leg between operations. span: value of one unit of makespan. late, due [jobs]: value of one unit of
    tardiness (0: none counts), and from when.
    """

    slots: Ints
    windows: Ints
    over: Ints
    opens: Ints
    closes: Ints
    charge: Ints
    leg_charge: Ints
    span: int
    late: Ints
    due: Ints


def refusal(problem: Problem) -> str | None:
    """What an order cannot express, None if it can: limits on money, machine time and quality are left to CP-SAT."""
    for job in problem.jobs:
        if job.budget is not None:
            return f'job "{job.id}" has a budget'
        if job.min_quality is not None:
            return f'job "{job.id}" asks for quality'
    for name, machine in problem.machines.items():
        if machine.budget is not None:
            return f'machine "{name}" has a budget'
    return None


def terms_of(shop: Shop, objective: Objective) -> Terms:
    """The arrays of a problem that is not refused. The caller has let `goal.guard` look at the sizes of numbers."""
    problem, step = shop.problem, step_of(shop, objective)
    slots = []
    for name in problem.machines:
        capacity, users = problem.machines[name].capacity, len(shop.by_machine.get(name, ()))
        slots.append(0 if capacity is None or capacity >= max(2, users) else capacity)
    ways = [(task, way) for task in shop.tasks for way in task.ways]
    known: dict[int, int] = {}  # ways of one machine and duration share their windows
    starts: list[tuple[int, int | None]] = []
    for _, way in ways:
        if id(way.starts) not in known:
            known[id(way.starts)] = len(starts)
            starts += way.starts
    money, power = (objective.weight(name) * MILLION // step for name in ("cost", "energy"))
    size = len(problem.sites)
    legs = problem.transport.cost if problem.transport is not None else [[0] * size] * size
    return Terms(
        slots=_ends(slots),
        windows=_ints([known[id(way.starts)] for _, way in ways]),
        over=_ints([known[id(way.starts)] + len(way.starts) for _, way in ways]),
        opens=_ints([begin for begin, _ in starts]),
        closes=_ints([OPEN if end is None else end for _, end in starts]),
        charge=_ints([money * shop.way_cost(task, way) + power * way.energy for task, way in ways]),
        leg_charge=money * np.array(legs, dtype=np.int64).reshape(size, size),
        span=objective.weight("makespan") * MILLION // step,
        late=_ints([0 if job.due is None else objective.weight("tardiness") * job.weight // step
                    for job in problem.jobs]),
        due=_ints([job.due or 0 for job in problem.jobs]),
    )  # fmt: skip


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _ends(counts: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
