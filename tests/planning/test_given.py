"""Starts and frozen assignments: never worse, never moved, and refused with a reason where they cannot be kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanse.errors import InfeasibleError, InputError
from hanse.model.check import check
from hanse.model.objective import Objective
from hanse.model.plan import Assignment, Plan
from hanse.model.problem import Problem
from hanse.planning import Result, solve
from hanse.planning.result import Point
from hanse.units import MILLION
from tests.model.build import job, machine, operation, plan, shops
from tests.planning import brute
from tests.strategies import problems

OBJECTIVES = ("makespan", "cost", "tardiness", "energy", "cost + 3 makespan + 2 tardiness")

ONE = operation("O1", ("M1", 3, 1), ("M2", 5, 9))
SHOP = shops(machine("M1"), machine("M2"), jobs=[job("J1", ONE), job("J2", ONE), job("J3", ONE)])
"""Makespan 6: two on M1, one on M2. One after the other on M1 it is 9."""
ROW = plan(SHOP, ("J1", "O1", "M1", 0, 3), ("J2", "O1", "M1", 3, 6), ("J3", "O1", "M1", 6, 9))

OPEN = shops(machine("M1", capacity=None), jobs=[job("J1", operation("O1", ("M1", 3, 2)))])
OPEN_FROZEN = (Assignment("J1", "A", "O1", "M1", 4, 7),)


def any_plan(problem: Problem) -> Plan | None:
    try:
        return solve(problem, "makespan", time_limit=20, threads=1).plan
    except InfeasibleError:
        return None


def test_what_began_before_a_time_stays_and_the_rest_is_planned_best() -> None:
    result = solve(SHOP, time_limit=10, start=ROW, freeze=4)
    assert result.plan is not None
    assert set(ROW.assignments[:2]) <= set(result.plan.assignments)
    assert result.plan.value == 6 * MILLION
    assert result.status == "optimal"


def test_a_frozen_plan_is_kept_even_where_it_is_bad_and_its_bound_is_no_claim_about_the_problem() -> None:
    frozen = (Assignment("J1", "A", "O1", "M2", 7, 12),)
    result = solve(SHOP, time_limit=10, freeze=frozen)
    assert result.plan is not None
    assert frozen[0] in result.plan.assignments
    assert (result.plan.value, result.lower_bound, result.status) == (12 * MILLION, 12 * MILLION, "optimal")
    assert (result.plan.lower_bound, result.plan.bound_kind) == (5 * MILLION, "certified")
    assert result.plan.status == "feasible"
    assert check(SHOP, result.plan).valid


def test_a_gap_before_what_is_frozen_is_used() -> None:
    single = shops(machine("M1"), jobs=[job("J1", operation("O1", ("M1", 3))), job("J2", operation("O1", ("M1", 3)))])
    result = solve(single, time_limit=10, freeze=(Assignment("J1", "A", "O1", "M1", 3, 6),))
    assert result.plan is not None
    assert result.plan.value == 6 * MILLION


def test_frozen_parts_that_overlap_are_named() -> None:
    both = (Assignment("J1", "A", "O1", "M1", 0, 3), Assignment("J2", "A", "O1", "M1", 2, 5))
    with pytest.raises(InfeasibleError, match=r"(?s)cannot all be kept: capacity.*M1"):
        solve(SHOP, freeze=both)


def test_a_predecessor_that_no_longer_fits_before_what_is_frozen_is_infeasible() -> None:
    steps = operation("O1", ("M1", 5)), operation("O2", ("M1", 1), after=["O1"])
    with pytest.raises(InfeasibleError, match="too much is frozen"):
        solve(shops(machine("M1"), jobs=[job("J", *steps)]), freeze=(Assignment("J", "A", "O2", "M1", 4, 5),))


@pytest.mark.parametrize(
    ("frozen", "words"),
    [
        (Assignment("J9", "A", "O1", "M1", 0, 3), 'no job "J9"'),
        (Assignment("J1", "B", "O1", "M1", 0, 3), 'no process plan "B"'),
        (Assignment("J1", "A", "O9", "M1", 0, 3), 'no operation "O9"'),
    ],
)
def test_frozen_assignments_of_something_else_are_bad_input(frozen: Assignment, words: str) -> None:
    with pytest.raises(InputError, match=words):
        solve(SHOP, freeze=(frozen,))


def test_a_frozen_duration_that_no_machine_has_is_refused() -> None:
    with pytest.raises((InputError, InfeasibleError), match="J1"):
        solve(SHOP, freeze=(Assignment("J1", "A", "O1", "M1", 0, 4),))


def test_a_time_without_a_start_freezes_nothing_and_says_so() -> None:
    with pytest.raises(InputError, match="no plan to start from"):
        solve(SHOP, freeze=4)


def test_a_start_of_another_problem_or_with_a_broken_rule_is_refused() -> None:
    other = shops(machine("M1"), machine("M2"), jobs=[job("J1", ONE), job("J2", ONE)])
    with pytest.raises(InputError, match="answers problem"):
        solve(other, start=ROW)
    clash = plan(SHOP, ("J1", "O1", "M1", 0, 3), ("J2", "O1", "M1", 2, 5), ("J3", "O1", "M1", 6, 9))
    with pytest.raises(InputError, match="no plan to start from: capacity"):
        solve(SHOP, start=clash)
    with pytest.raises(InputError, match="no plan to start from"):
        solve(SHOP, start=replace(ROW, assignments=ROW.assignments[:2]))


def test_a_start_that_moves_what_is_frozen_is_refused() -> None:
    with pytest.raises(InputError, match="does not keep job J1"):
        solve(SHOP, start=ROW, freeze=(Assignment("J1", "A", "O1", "M2", 0, 5),))


def test_an_engine_that_cannot_keep_anything_refuses_with_a_reason() -> None:
    with pytest.raises(InputError, match='"genetic" refuses: it cannot keep what is frozen'):
        solve(OPEN, "cost", method="genetic", freeze=OPEN_FROZEN)


def test_auto_leaves_out_engines_that_cannot_keep() -> None:
    result = solve(OPEN, "cost", freeze=OPEN_FROZEN)
    assert result.plan is not None
    assert result.plan.solver == "cpsat"
    assert result.plan.assignments == OPEN_FROZEN


def never_worse(result: Result, floor: int, told: list[Point]) -> None:
    assert result.plan is not None
    assert result.plan.value <= floor
    assert all(point.value is not None and point.value <= floor for point in [*told, *result.trajectory])


@settings(max_examples=40, deadline=None)
@given(problems(), st.sampled_from(OBJECTIVES), st.sampled_from(["auto", "cpsat"]))
def test_the_answer_is_never_worse_than_any_start(problem: Problem, objective: str, method: str) -> None:
    start = any_plan(problem)
    if start is None:
        return
    floor = Objective.parse(objective).value(start.measures, len(problem.jobs))
    told: list[Point] = []
    never_worse(solve(problem, objective, method, 20, 1, progress=told.append, start=start), floor, told)


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=3, max_operations=3), st.sampled_from(OBJECTIVES), st.integers(0, 8), st.booleans())
def test_what_began_before_any_time_stays_exactly(problem: Problem, objective: str, until: int, begin: bool) -> None:
    start = any_plan(problem)
    if start is None:
        return
    kept = {a for a in start.assignments if a.start < until}
    result = (
        solve(problem, objective, time_limit=20, threads=1, start=start, freeze=until)
        if begin
        else solve(problem, objective, time_limit=20, threads=1, freeze=tuple(kept))
    )
    assert result.plan is not None
    assert kept <= set(result.plan.assignments)
    assert check(problem, result.plan).valid
    assert result.lower_bound is not None
    assert result.lower_bound <= result.plan.value
    floor = Objective.parse(objective).value(start.measures, len(problem.jobs))
    assert result.plan.value <= floor


@settings(max_examples=60, deadline=None)
@given(problems(max_jobs=2, max_operations=2), st.sampled_from(OBJECTIVES), st.data())
def test_any_frozen_part_of_any_plan_leaves_the_best_that_keeps_it(
    problem: Problem, objective: str, data: st.DataObject
) -> None:
    """Against brute force over the rest: the best plan that keeps a part is at least the best of all, and keeping a
    part of a best plan costs nothing."""
    free = brute.best(problem, Objective.parse(objective))
    if free is None:
        return
    best = solve(problem, objective, method="cpsat", time_limit=20, threads=1).plan
    assert best is not None
    kept = data.draw(st.sets(st.sampled_from(best.assignments)))
    result = solve(problem, objective, time_limit=20, threads=1, freeze=tuple(kept))
    assert result.plan is not None
    assert (result.plan.value, result.status) == (free, "optimal")
    shifted = tuple(a._replace(start=a.start + 1, end=a.end + 1) for a in kept)
    try:
        later = solve(problem, objective, time_limit=20, threads=1, freeze=shifted)
    except InfeasibleError:
        return
    assert later.plan is not None
    assert set(shifted) <= set(later.plan.assignments)
    assert later.plan.value >= free
