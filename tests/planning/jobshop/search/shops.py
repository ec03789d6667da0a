"""Random problems that the search takes, and a schedule of each."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.dispatch import Draft, assignments
from hanse.planning.jobshop.search.draft import dispatch
from hanse.planning.jobshop.search.moves import Memory, new_memory
from hanse.planning.jobshop.search.plant import Plant, plant_of, refusal
from hanse.planning.jobshop.search.prices import Workload, workload
from hanse.planning.jobshop.search.schedule import Schedule, empty_schedule
from hanse.planning.jobshop.shop import Shop, build
from tests.planning import brute
from tests.strategies import problems

MAKESPAN = Objective.parse("makespan")


class Case(NamedTuple):
    """A problem in all the forms the kernels want, with a schedule of it."""

    problem: Problem
    shop: Shop
    plant: Plant
    workload: Workload
    s: Schedule
    m: Memory
    makespan: int


def shops(**sizes: int) -> st.SearchStrategy[Problem]:
    """Problems the search does not refuse: graphs, workpieces, legs, releases, machines for one or for any number."""
    settings = {"max_jobs": 4, "max_operations": 4, "max_modes": 3, **sizes}
    infinite = problems(limits=False, finite=False, **settings)  # type: ignore[arg-type]
    return st.one_of(infinite.map(_unary), infinite).filter(lambda problem: refusal(problem) is None)


def _unary(problem: Problem) -> Problem:
    from dataclasses import replace

    owners = tuple(
        replace(owner, machines=tuple(replace(machine, capacity=1) for machine in owner.machines))
        for owner in problem.enterprises
    )
    return replace(problem, enterprises=owners)


def case(problem: Problem, seed: int = 0) -> Case:
    """A dispatched schedule, as random as the seed makes it, along the last line of each job."""
    shop = build(problem)
    plant = plant_of(shop)
    relaxed = workload(shop, plant)
    s, m = empty_schedule(plant), new_memory(plant, relaxed.extra, seed)
    s.line[:] = [len(lines) - 1 for lines in shop.lines]
    makespan = int(dispatch(plant, s, m, 0.5, 0.5, 1.0, relaxed.extra))
    return Case(problem, shop, plant, relaxed, s, m, makespan)


def is_feasible(case: Case) -> bool:
    """The judge's word on the present schedule."""
    used = case.s.order[: case.s.size[0]]
    runs = {int(t): (int(case.s.way[t] - case.plant.ways[t]), int(case.s.head[t])) for t in used}
    draft = Draft([int(line) for line in case.s.line], runs)
    return brute.valid(case.problem, MAKESPAN, assignments(case.shop, draft))
