"""The workload relaxation: its bound holds, its prices say what plans can afford."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings

from hanse.model.problem import Problem
from hanse.planning import solve
from hanse.planning.jobshop.search.plant import plant_of
from hanse.planning.jobshop.search.prices import workload
from hanse.planning.jobshop.shop import build
from tests.model.build import job, machine, operation
from tests.model.build import shops as made
from tests.planning.jobshop.search.shops import shops


@settings(max_examples=40)
@given(shops(max_jobs=4, max_operations=3))
def test_no_plan_is_below_the_bound_and_none_pays_more_than_it_is_above(problem: Problem) -> None:
    shop = build(problem)
    plant = plant_of(shop)
    relaxed = workload(shop, plant)
    best = solve(problem, method="cpsat", time_limit=20, threads=1)
    assert best.plan is not None
    makespan = best.plan.measures.makespan
    assert relaxed.bound <= makespan
    assert (relaxed.extra >= 0).all()
    if all(len(lines) == 1 for lines in shop.lines):
        machines = list(problem.machines)
        paid = 0.0
        for at in best.plan.assignments:
            task = next(t for t in shop.tasks if problem.jobs[t.job].id == at.job and t.operation.id == at.operation)
            way = next(w for w in range(plant.ways[task.number], plant.ways[task.number + 1])
                       if machines[plant.machine[w]] == at.machine)  # fmt: skip
            paid += relaxed.extra[way]
        assert paid <= makespan - relaxed.bound + 1 + 1e-9  # the bound was rounded up


def test_two_machines_share_the_work_in_fractions_and_the_bound_rounds_up() -> None:
    # 5 operations of 3 on two machines: 15 / 2 is 7.5, hence 8 (9 in whole operations).
    either = operation("O", ("M1", 3), ("M2", 3))
    shop = build(made(machine("M1"), machine("M2"), jobs=[job(f"J{i}", either) for i in range(5)]))
    relaxed = workload(shop, plant_of(shop))
    assert relaxed.bound == 8
    assert np.allclose(relaxed.extra, 0)


def test_the_dearer_of_two_ways_costs_its_share_of_the_makespan() -> None:
    # M1 takes 2, M2 takes 6 for each of 4 operations: in fractions 3 on M1 and 1 on M2, makespan 6. Prices are then
    # 3/4 and 1/4, and both ways cost 3/2; an operation that only M2 could do slower would cost the difference.
    either = operation("O", ("M1", 2), ("M2", 6))
    slow = operation("O", ("M1", 1), ("M2", 5))
    jobs = [*(job(f"J{i}", either) for i in range(4)), job("S", slow)]
    shop = build(made(machine("M1"), machine("M2"), jobs=jobs))
    relaxed = workload(shop, plant_of(shop))
    assert relaxed.bound == 7  # 6 + 3/4
    assert np.allclose(relaxed.extra[:8], 0)
    assert np.allclose(relaxed.extra[8:], [0, float(Fraction(5, 4) - Fraction(3, 4))], atol=1e-5)
