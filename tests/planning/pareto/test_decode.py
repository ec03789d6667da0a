"""The compiled decoder and its plain twin say the same, and what they say is what the judge says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Enterprise, Job, Machine, Mode, Operation, Problem, ProcessPlan, Site
from hanse.planning.pareto import twin
from hanse.planning.pareto.objectives import NAMES, Extras, values
from hanse.planning.pareto.space import Space
from tests.strategies import problems

EXTRAS = Extras(idle_percent=7, transport_energy=2)
"""7 %: 150 × 0.07 is not 10.5 in binary, so a share of power that is not kept in whole per cent rounds otherwise."""


def violations(problem: Problem, assignments: tuple[Assignment, ...]) -> tuple[str, ...]:
    from hanse.model.check import measure

    measures = measure(problem, assignments)
    value = Objective.parse("makespan").millionths(
        cost=measures.cost, makespan=measures.makespan, tardiness=measures.tardiness, energy=measures.energy
    )
    plan = Plan(problem.root, assignments, measures, "makespan", value, None, "none", "feasible", "test", 0.0)
    return tuple(map(str, check(problem, plan).violations))


@settings(max_examples=150, deadline=None)
@given(problems(max_jobs=4, max_operations=4, max_modes=3), st.integers(0, 2**32 - 1), st.booleans())
def test_kernel_twin_and_judge_agree(problem: Problem, seed: int, gaps: bool) -> None:
    try:
        space = Space(problem, NAMES, EXTRAS, gaps=gaps)
    except InfeasibleError:
        return
    vectors = space.random(8, np.random.default_rng(seed))
    every, broken = space.measures(vectors)
    for vector, measured, bad in zip(vectors, every, broken, strict=True):
        plain = twin.decode(space.shop, vector.tolist(), gaps=gaps)
        assert (plain is None) == (bad >= 1e9)
        if plain is None:
            continue
        assert space.assignments(vector) == plain
        assert measured.tolist() == [float(v) for v in twin.measures(space.shop, plain, EXTRAS)]
        assert bool(violations(problem, plain)) == (bad > 0)


def test_idle_energy_is_rounded_as_the_judge_rounds_it() -> None:
    """150 of idle energy at 7 %: 10.5, to even 10; 150 × 0.07 is a little more and would make 11."""
    machine = Machine("M", frozenset({"work"}), power=15)
    waits = Machine("N", frozenset({"work"}))

    def operation(name: str, on: str, after: tuple[str, ...]) -> Operation:
        return Operation(name, "work", (Mode(on, 10, energy=0),), after)

    chain = (operation("A", "M", ()), operation("B", "N", ("A",)), operation("C", "M", ("B",)))
    job = Job("J", (ProcessPlan("P", chain),))
    problem = Problem("waits", (Site("S"),), (Enterprise("E", "S", (machine, waits)),), (job,))
    space = Space(problem, ["makespan", "total_energy"], EXTRAS)
    vector = space.random(1, np.random.default_rng(0))
    judged = values(problem, space.assignments(vector[0]), ["total_energy"], EXTRAS)
    assert judged == [10]
    assert space.evaluate(vector).values[0, 1] == 10


@settings(max_examples=100, deadline=None)
@given(problems(max_jobs=4, max_operations=4, max_modes=3), st.integers(0, 2**32 - 1))
def test_a_plan_as_a_vector_is_the_same_plan_or_one_that_starts_nothing_later(problem: Problem, seed: int) -> None:
    try:
        space = Space(problem, ["makespan", "cost"])
    except InfeasibleError:
        return
    for vector in space.random(4, np.random.default_rng(seed)):
        if space.measures(vector[None])[1][0] >= 1e9:
            continue
        plan = space.assignments(vector)
        again = space.assignments(space.vector(plan))
        for before, after in zip(plan, again, strict=True):
            assert after[:4] == before[:4]
            assert after.start <= before.start


@settings(max_examples=100, deadline=None)
@given(problems(max_jobs=4, max_operations=4, max_modes=3), st.integers(0, 2**32 - 1))
def test_neighbours_are_plans_and_their_draw_repeats(problem: Problem, seed: int) -> None:
    try:
        space = Space(problem, ["makespan", "energy"], EXTRAS)
    except InfeasibleError:
        return
    vectors = space.random(6, np.random.default_rng(seed))
    haste = np.linspace(0, 1, 6)
    first = space.neighbours(vectors, haste, np.random.default_rng(seed))
    again = space.neighbours(vectors, haste, np.random.default_rng(seed))
    assert np.array_equal(first, again)
    assert ((first >= 0) & (first <= 1)).all()
    every, broken = space.measures(first)
    for vector, measured, bad in zip(first, every, broken, strict=True):
        if bad == 0:
            plan = space.assignments(vector)
            assert not violations(problem, plan)
            assert measured.tolist() == [float(v) for v in values(problem, plan, NAMES, EXTRAS)]
