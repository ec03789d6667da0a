"""Fronts that are proved, against trying everything; bound sets that never exclude a plan."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.clock import SystemClock
from hanse.errors import InfeasibleError
from hanse.model.check import measure
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.shop import build
from hanse.planning.pareto.indicators import non_dominated
from hanse.planning.pareto.space import Space
from hanse.planning.pareto.staircase import EXACT, climb, staircase
from hanse.units import MILLION
from tests.planning import brute
from tests.strategies import problems


def everything(problem: Problem, names: tuple[str, str]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The front by brute force, in millionths."""
    rows = []
    for plans in product(*[job.plans for job in problem.jobs]):
        operations = [(job, plan, o) for job, plan in zip(problem.jobs, plans, strict=True) for o in plan.operations]
        for modes in product(*[operation.modes for _, _, operation in operations]):
            choices = [(*operation, mode) for operation, mode in zip(operations, modes, strict=True)]
            for assignments in brute._schedules(problem, choices, []):
                found = tuple(sorted(assignments))
                if brute.valid(problem, Objective.parse("makespan"), found):
                    measures = measure(problem, found)
                    rows.append([getattr(measures, n) * (1 if n == "tardiness" else MILLION) for n in names])
    return non_dominated(np.array(rows, dtype=float)) if rows else np.empty((0, 2))


pairs = st.sampled_from([(a, b) for a in EXACT for b in EXACT if EXACT.index(a) < EXACT.index(b)])


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=2, max_operations=2), pairs)
def test_a_complete_front_is_that_of_brute_force(problem: Problem, names: tuple[str, str]) -> None:
    try:
        shop = build(problem)
    except InfeasibleError:
        return
    stairs = staircase(shop, names)
    climb(stairs, 60, 1, 0, SystemClock())
    assert stairs.complete
    found = [[float(p.a * stairs.steps[0]), float(p.b * stairs.steps[1])] for p in stairs.points]
    assert found == everything(problem, names).tolist()


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=3, max_operations=3, limits=False), pairs, st.integers(0, 2**32 - 1), st.integers(0, 3))
def test_no_plan_is_outside_an_unfinished_bound_set(
    problem: Problem, names: tuple[str, str], seed: int, answered: int
) -> None:
    try:
        space = Space(problem, names)
    except InfeasibleError:
        return
    stairs = staircase(space.shop, names)
    vectors = space.random(20, np.random.default_rng(seed))
    scores = space.evaluate(vectors)
    plans = [space.assignments(v) for v, bad in zip(vectors, scores.broken, strict=True) if bad == 0]
    for plan in plans[:3]:
        stairs.offer(plan)
    for _ in range(answered):
        if stairs.questions():
            stairs.tries.clear()
            climb_once(stairs)
    for plan in plans:
        measures = measure(problem, plan)
        row = [
            getattr(measures, n) * (1 if n == "tardiness" else MILLION) // s
            for n, s in zip(names, stairs.steps, strict=True)
        ]
        assert any(corner[0] <= row[0] and corner[1] <= row[1] for corner in stairs.corners())


def climb_once(stairs: object) -> None:
    from hanse.planning.pareto.staircase import Staircase, _answer

    assert isinstance(stairs, Staircase)
    _answer(stairs, *stairs.questions()[0], 10.0, 10.0, 1, 0)


def test_an_impossible_problem_is_complete_and_empty(impossible: Problem) -> None:
    stairs = staircase(build(impossible), ("makespan", "cost"))
    climb(stairs, 60, 1, 0, SystemClock())
    assert stairs.complete
    assert not stairs.points


@pytest.fixture
def impossible() -> Problem:
    """Two operations of 3 on a machine that is open for 5."""
    from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, ProcessPlan, Site

    machine = Machine("M", frozenset({"work"}), available=((0, 5),))
    jobs = tuple(Job(f"J{i}", (ProcessPlan("P", (Operation("O", "work", (Mode("M", 3),)),)),)) for i in range(2))
    return Problem("impossible", (Site("S"),), (Enterprise("E", "S", (machine,)),), jobs)
