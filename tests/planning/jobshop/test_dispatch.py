"""First plans are valid plans, and a left shift only ever helps."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError
from hanse.model.check import measure
from hanse.model.objective import Objective
from hanse.model.problem import Problem
from hanse.planning.jobshop.bounds import floor
from hanse.planning.jobshop.dispatch import Draft, assignments, first_plan, shift_left, value_of
from hanse.planning.jobshop.shop import build
from hanse.units import MILLION
from tests.model.build import job, machine, operation, shops
from tests.planning import brute
from tests.strategies import problems

OBJECTIVES = st.sampled_from(["makespan", "cost", "tardiness", "energy", "cost + 2 makespan + tardiness"])


@settings(deadline=None)
@given(problems(max_jobs=4, max_operations=4), OBJECTIVES.map(Objective.parse), st.integers(0, 9))
def test_a_first_plan_is_valid_worth_what_it_says_and_above_the_floor(
    problem: Problem, objective: Objective, seed: int
) -> None:
    try:
        shop = build(problem)
    except InfeasibleError:
        return
    found = first_plan(shop, objective, seed)
    if found is not None:
        draft, value = found
        assert brute.valid(problem, objective, assignments(shop, draft))
        assert value == value_of(shop, draft, objective) >= floor(shop, objective)


@settings(deadline=None)
@given(problems(limits=False), st.data())
def test_a_left_shift_keeps_every_choice_and_delays_nothing(problem: Problem, data: st.DataObject) -> None:
    try:
        shop = build(problem)
    except InfeasibleError:
        return
    objective = Objective.parse("makespan")
    found = first_plan(shop, objective, 0)
    if found is None or any(m.available is not None for m in problem.machines.values()):
        return
    delay = data.draw(st.integers(0, 5))
    late = Draft(found[0].lines, {task: (way, start + delay) for task, (way, start) in found[0].runs.items()})
    assert brute.valid(problem, objective, assignments(shop, late))
    early = shift_left(shop, late)
    assert brute.valid(problem, objective, assignments(shop, early))
    assert all(early.runs[task][0] == way and early.runs[task][1] <= start for task, (way, start) in late.runs.items())


def test_the_cheapest_routes_are_among_the_first_plans() -> None:
    # Both jobs are cheapest wholly on M2, which a rule that looks at one operation at a time does not see.
    steps = (operation("O1", ("M1", 1, 2), ("M2", 1, 3)), operation("O2", ("M2", 1, 1), after=["O1"]))
    problem = shops(machine("M1"), machine("M2"), jobs=[job("J1", *steps), job("J2", *steps)], leg=(5, 0))
    shop, cost = build(problem), Objective.parse("cost")
    found = first_plan(shop, cost, 0)
    assert found is not None
    assert found[1] == floor(shop, cost) == 8 * MILLION
    assert measure(problem, assignments(shop, found[0])).makespan == 4
